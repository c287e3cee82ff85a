#pragma once

#include "consensus/hash.h"
#include "p2p/link/noise.h"

#include <cstdint>

namespace starling::test {

// A valid key for each number.
inline SecretKey secret(std::uint8_t seed) {
    SecretKey key{};
    key.fill(seed);
    return key;
}
inline p2p::CompressedKey public_of(std::uint8_t seed) {
    return *p2p::compressed_key(secret(seed));
}

// Two ends of a link whose handshake is done.
inline p2p::LinkKeys one_end() {
    return {.send = sha256(Bytes{1}).bytes,
            .receive = sha256(Bytes{2}).bytes,
            .chaining = sha256(Bytes{3}).bytes};
}
inline p2p::LinkKeys other_end() {
    const p2p::LinkKeys keys = one_end();
    return {.send = keys.receive, .receive = keys.send, .chaining = keys.chaining};
}

}  // namespace starling::test
