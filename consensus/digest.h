#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace starling {

// A 32-byte hash that knows what it is the hash of: a Txid cannot be passed where a BlockHash is
// due. `bytes` are in the order in which the hash function gives them.
template <class Tag>
struct Digest {
    std::array<std::uint8_t, 32> bytes{};

    friend auto operator<=>(const Digest&, const Digest&) = default;
    [[nodiscard]] bool is_zero() const {
        return std::ranges::all_of(bytes, [](std::uint8_t b) { return b == 0; });
    }
};

using Hash256 = Digest<struct HashTag>;  // a hash with no more special meaning
using Txid = Digest<struct TxidTag>;
using Wtxid = Digest<struct WtxidTag>;
using BlockHash = Digest<struct BlockHashTag>;
using MerkleRoot = Digest<struct MerkleRootTag>;

// Bitcoin shows hashes with their bytes reversed, as if they were little-endian numbers.
std::string reversed_hex(const std::array<std::uint8_t, 32>& bytes);
std::optional<std::array<std::uint8_t, 32>> from_reversed_hex(std::string_view text);

template <class Tag>
std::string to_string(const Digest<Tag>& digest) {
    return reversed_hex(digest.bytes);
}

template <class D>
std::optional<D> parse_digest(std::string_view text) {
    const auto bytes = from_reversed_hex(text);
    if (!bytes) return std::nullopt;
    return D{*bytes};
}

}  // namespace starling
