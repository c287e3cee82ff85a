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

// Past what 16 bits take with a failure in e^-64; 2^22 keys are some ten seconds.
constexpr std::size_t kIdentityTriesMax = std::size_t{1} << 22;

// The first key from a random secret on, one after the other, that has the work. Nothing if there
// is none in so many; a network with more bits is no network of ours. `random` must be
// unpredictable where the identity is to be kept.
std::optional<Identity> paid_identity(Random& random,
                                      std::uint8_t bits,
                                      std::size_t tries_max = kIdentityTriesMax);

}  // namespace starling::p2p
