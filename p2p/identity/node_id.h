#pragma once

#include "p2p/crypto/curve.h"

#include <boost/endian/conversion.hpp>

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace starling::p2p {

// Who a node is: Keccak-256 of its public key's coordinates (EIP-778, "v4"). Also its place in the
// overlay.
struct NodeId {
    std::array<std::uint8_t, 32> bytes{};

    // In the order of the bytes. By words, for ids are compared more often than anything else, and
    // the first eight bytes tell nearly all of them apart.
    friend std::strong_ordering operator<=>(const NodeId& a, const NodeId& b) {
        for (std::size_t word = 0; word < kWords; ++word)
            if (const auto order = a.word(word) <=> b.word(word); order != 0) return order;
        return std::strong_ordering::equal;
    }
    friend bool operator==(const NodeId& a, const NodeId& b) {
        return a.word(0) == b.word(0) && a.word(1) == b.word(1) && a.word(2) == b.word(2) &&
               a.word(3) == b.word(3);
    }

    static constexpr std::size_t kWords = 4;
    // Eight of the bytes as a number, the first one highest. Boost's is one load and a swap, which
    // g++ 12 does not make of a loop over the bytes at -O2.
    [[nodiscard]] std::uint64_t word(std::size_t at) const {
        return boost::endian::load_big_u64(&bytes[8 * at]);
    }
};

// Nothing if `key` is no point of the curve.
std::optional<NodeId> node_id_of(const CompressedKey& key);

std::string to_string(const NodeId& id);   // 64 hexadecimal digits, in the order of the bytes
std::string short_text(const NodeId& id);  // the first 8 of them, for tables
std::optional<NodeId> parse_node_id(std::string_view text);  // 64 digits, with or without "0x"

// The bit length of the XOR, 0 (the same node) to 256: the distance of FINDNODE.
unsigned log_distance(const NodeId& a, const NodeId& b);
// The ids at this distance from `from`, 1 to 256: those that share its leading bits, differ in the
// next, and follow each other in the order of ids.
struct NodeIdRange {
    NodeId first, last;
};
NodeIdRange ids_at(const NodeId& from, unsigned distance);
// Is `a` nearer to `target` than `b` by the XOR metric?
bool nearer(const NodeId& target, const NodeId& a, const NodeId& b);

// A node's own key and what follows from it.
struct Identity {
    SecretKey secret{};
    CompressedKey key{};
    NodeId id;

    // Nothing if `secret` is no valid key.
    static std::optional<Identity> from(const SecretKey& secret);
};

}  // namespace starling::p2p
