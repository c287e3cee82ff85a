#pragma once

#include "p2p/address.h"

#include <cstddef>
#include <map>
#include <string>

namespace starling::p2p::discv5 {

// How many nodes of the table share an IP address or a subnet (/24, IPv6 /64).
//
// Invariant: holds exactly what was added and not removed; no entry is 0. So it is no larger than
// the table.
class AddressCounts {
public:
    void add(const Endpoint& address);
    void remove(const Endpoint& address);  // must have been added

    [[nodiscard]] std::size_t of_address(const Endpoint& address) const;  // on any port
    [[nodiscard]] std::size_t of_subnet(const Endpoint& address) const;

private:
    std::map<decltype(Endpoint::address), std::size_t> addresses_;
    std::map<std::string, std::size_t> subnets_;
};

}  // namespace starling::p2p::discv5
