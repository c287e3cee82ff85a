#pragma once

#include "consensus/bytes.h"
#include "consensus/digest.h"

#include <array>
#include <cstdint>
#include <optional>

namespace starling {

using XOnlyKey = std::array<std::uint8_t, 32>;  // BIP 340: the x coordinate of a point
using SecretKey = std::array<std::uint8_t, 32>;
using SchnorrSignature = std::array<std::uint8_t, 64>;

// BIP 340. False for a key that is not on the curve. `key` has 32 bytes, `signature` 64.
bool verify_schnorr(ByteView key, ByteView message, ByteView signature);

// BIP 341: is `output` (32 bytes) the key `internal` (32 bytes) tweaked by `tweak`, with this
// parity of its y coordinate?
bool is_tweaked(ByteView output, bool odd, ByteView internal, const Hash256& tweak);

// The point internal + tweak * G, as x coordinate and parity; nothing if the key is not on the
// curve or the tweak not below the order.
struct TweakedKey {
    XOnlyKey key;
    bool odd = false;
};
std::optional<TweakedKey> tweaked_key(ByteView internal, const Hash256& tweak);

// What a wallet does, with the same rules. Nothing if `secret` (plus the tweak) is zero or not
// below the order. `auxiliary` is BIP 340's: fresh chance, or zeros for a deterministic signature.
std::optional<XOnlyKey> public_key(const SecretKey& secret);
std::optional<SecretKey> tweaked_secret(const SecretKey& secret, const Hash256& tweak);
std::optional<SchnorrSignature> sign_schnorr(const SecretKey& secret,
                                             ByteView message,
                                             const std::array<std::uint8_t, 32>& auxiliary);

}  // namespace starling
