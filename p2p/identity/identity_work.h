#pragma once

#include "consensus/random.h"
#include "p2p/identity/node_id.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace starling::p2p {

// What an identity costs: the hash of its key must begin with Parameters::identity_bits zero bits,
// so that who wants many of them must try 2^bits keys for each (S/Kademlia 2007, section 4.1, its
// "static crypto puzzle"). It slows an attacker with one machine down by that much; it stops none
// who has weeks, and is one hurdle beside the limits by address and netgroup.
//
// A hash of its own, not the node id's leading bits, which are the node's place in the overlay.

// Leading zero bits of tagged_hash("Starling/identity", key), the hash's first byte first: 0 to
// 256. One hash, some tenth of a microsecond: asked before any signature is verified.
unsigned identity_work(const CompressedKey& key);
inline bool is_paid_for(const CompressedKey& key, std::uint8_t bits) {
    return bits == 0 || identity_work(key) >= bits;
}

// Tries that fail to find a key with this work once in e^64 times: 64 times as many as it takes on
// average.
constexpr std::size_t identity_tries_max(std::uint8_t bits) {
    constexpr std::uint8_t kMost = 57;  // no longer a number of tries; nobody comes near
    return std::size_t{64} << (bits < kMost ? bits : kMost);
}

// The first key from a random secret on, one after the other, that has the work. Nothing if there
// is none in so many, which only a `random` that is broken causes. It must be unpredictable where
// the identity is to be kept.
std::optional<Identity> paid_identity(Random& random, std::uint8_t bits, std::size_t tries_max);
inline std::optional<Identity> paid_identity(Random& random, std::uint8_t bits) {
    return paid_identity(random, bits, identity_tries_max(bits));
}

}  // namespace starling::p2p
