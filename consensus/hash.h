#pragma once

#include "consensus/bytes.h"
#include "consensus/digest.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace starling {

using Hash160 = std::array<std::uint8_t, 20>;

// Streaming SHA-256. A value of 112 bytes without a heap: a copy goes on from the same state, so
// that a prefix shared by many hashes (a BIP 340 tag) is hashed once.
class Sha256 {
public:
    Sha256();
    // Starts with the tag of BIP 340: SHA-256(tag) twice.
    static Sha256 tagged(std::string_view tag);

    Sha256& add(ByteView bytes);
    [[nodiscard]] Hash256 finish();  // once; nothing may be added afterwards

private:
    static constexpr std::size_t kStateBytes = 112;
    alignas(8) std::array<std::byte, kStateBytes> state_;  // the library's own state
};

Hash256 sha256(ByteView bytes);
Hash256 sha256d(ByteView bytes);  // SHA-256 of SHA-256
// SHA-256d of two hashes side by side: a node of a Merkle tree.
Hash256 sha256d_pair(const Hash256& left, const Hash256& right);
Hash256 tagged_hash(std::string_view tag, ByteView bytes);  // BIP 340
Hash160 sha1(ByteView bytes);
Hash160 ripemd160(ByteView bytes);
Hash160 hash160(ByteView bytes);  // RIPEMD-160 of SHA-256

}  // namespace starling
