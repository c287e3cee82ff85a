#pragma once

#include "p2p/address.h"

#include <compare>
#include <cstddef>
#include <cstdint>

namespace starling::p2p::discv5 {

// What the overlay's rules count as one neighbourhood: a /24 of IPv4, a /64 of IPv6 (netgroup.h's
// subnet_of, as a number: it is asked for with every answer).
struct Subnet {
    std::uint64_t prefix = 0;
    bool ipv4 = false;

    static Subnet of(const Endpoint& endpoint) {
        const bool ipv4 = endpoint.is_ipv4();
        const std::size_t begin = ipv4 ? 12 : 0, end = ipv4 ? 15 : 8;
        Subnet subnet{.prefix = 0, .ipv4 = ipv4};
        for (std::size_t i = begin; i < end; ++i)
            subnet.prefix = subnet.prefix << 8 | endpoint.address[i];
        return subnet;
    }
    friend auto operator<=>(const Subnet&, const Subnet&) = default;
};

}  // namespace starling::p2p::discv5
