#pragma once

#include "consensus/bytes.h"
#include "consensus/digest.h"
#include "consensus/signature.h"

#include <array>
#include <cstdint>
#include <optional>

namespace starling::p2p {

// What identities, links and discovery need of secp256k1. A `SecretKey` here is a node's key or an
// ephemeral one.

using CompressedKey = std::array<std::uint8_t, 33>;   // 02 or 03, x (SEC 1)
using EcdsaSignature = std::array<std::uint8_t, 64>;  // r, s big-endian (EIP-778 "v4")
using SharedPoint = std::array<std::uint8_t, 33>;     // a point, compressed, not hashed (discv5)
using SharedSecret = std::array<std::uint8_t, 32>;    // SHA-256 of that (BOLT 8)

// Nothing if `secret` is zero or not below the order.
std::optional<CompressedKey> compressed_key(const SecretKey& secret);
// The keys of a secret and of those after it, each by one addition of points: ten times as fast as
// from its secret. For searches.
class KeyWalk {
public:
    // Nothing if `secret` is zero or not below the order.
    static std::optional<KeyWalk> from(const SecretKey& secret);

    [[nodiscard]] const CompressedKey& key() const { return key_; }
    [[nodiscard]] SecretKey secret() const;
    // On to the next; false at the end of the group, which nobody reaches.
    bool step();

private:
    KeyWalk() = default;

    SecretKey first_{};
    std::uint64_t steps_ = 0;
    CompressedKey key_{};
    alignas(8) std::array<std::uint8_t, 64> point_{};  // as the library keeps it
};

// x and y, 32 bytes each, big-endian; nothing if `key` is no point of the curve.
std::optional<std::array<std::uint8_t, 64>> coordinates(const CompressedKey& key);

// RFC 6979, low s: equal inputs, equal signature. `secret` must be valid.
EcdsaSignature sign_ecdsa(const SecretKey& secret, const Hash256& digest);
// False also for a key or signature that is out of range. A high s is accepted, as by EIP-778's
// other implementations.
bool verify_ecdsa(const CompressedKey& key, const Hash256& digest, const EcdsaSignature& signature);

// Nothing if `key` is no point of the curve or `secret` invalid.
std::optional<SharedPoint> shared_point(const CompressedKey& key, const SecretKey& secret);
std::optional<SharedSecret> shared_secret(const CompressedKey& key, const SecretKey& secret);

}  // namespace starling::p2p
