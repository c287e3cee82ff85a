#pragma once

#include "p2p/address.h"

#include <boost/endian/conversion.hpp>

#include <compare>
#include <cstdint>

namespace starling::p2p::discv5 {

// What the overlay's rules count as one neighbourhood: a /24 of IPv4, a /64 of IPv6 (netgroup.h's
// subnet_of, as a number: it is asked for with every answer).
struct Subnet {
    std::uint64_t prefix = 0;
    bool ipv4 = false;

    static Subnet of(const Endpoint& endpoint) {
        const bool ipv4 = endpoint.is_ipv4();
        const std::uint8_t* bytes = endpoint.address.data();
        return {.prefix = ipv4 ? boost::endian::load_big_u24(bytes + 12)
                               : boost::endian::load_big_u64(bytes),
                .ipv4 = ipv4};
    }
    friend auto operator<=>(const Subnet&, const Subnet&) = default;
};

}  // namespace starling::p2p::discv5
