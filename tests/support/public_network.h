#pragma once

#include "consensus/parameters.h"
#include "p2p/identity/identity_work.h"
#include "support/identities.h"

namespace starling::test {

// The rules of testnet with identities that cost nothing, for a test makes hundreds of them.
inline const Parameters& public_network() {
    static const Parameters parameters = [] {
        Parameters free = testnet();
        free.identity_bits = 0;
        return free;
    }();
    return parameters;
}

// regtest, where an identity costs so many bits.
inline Parameters priced_network(std::uint8_t bits) {
    Parameters parameters = regtest();
    parameters.identity_bits = bits;
    return parameters;
}

// The first of identity(n), identity(n + 1), ... that has so much work, or has it not.
inline p2p::Identity paid_for(std::uint64_t n, std::uint8_t bits, bool paid = true) {
    for (;; ++n) {
        p2p::Identity one = identity(n);
        if (p2p::is_paid_for(one.key, bits) == paid) return one;
    }
}

}  // namespace starling::test
