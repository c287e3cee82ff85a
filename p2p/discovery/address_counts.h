#pragma once

#include "p2p/discovery/subnet.h"
#include "p2p/netgroup.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace starling::p2p::discv5 {

// How many nodes of the table share an IP address, a subnet (/24, IPv6 /64) or a netgroup.
//
// Invariant: holds exactly what was added and not removed; no entry is 0. So it is no larger than
// the table.
class AddressCounts {
public:
    void add(const Endpoint& address, const Netgroup& group);
    void remove(const Endpoint& address, const Netgroup& group);  // must have been added

    [[nodiscard]] std::size_t of_address(const Endpoint& address) const;  // on any port
    [[nodiscard]] std::size_t of_subnet(const Endpoint& address) const;
    [[nodiscard]] std::size_t of_group(const Netgroup& group) const;

private:
    // A few hundred entries: sorted lists are smaller than trees, and as quick.
    template <class Key>
    struct Count {
        Key key;
        std::uint32_t count = 0;
    };
    template <class Key>
    using Counts = std::vector<Count<Key>>;  // by key

    template <class Key>
    static void increment(Counts<Key>& counts, const Key& key);
    template <class Key>
    static void decrement(Counts<Key>& counts, const Key& key);
    template <class Key>
    static std::size_t count(const Counts<Key>& counts, const Key& key);

    Counts<decltype(Endpoint::address)> addresses_;
    Counts<Subnet> subnets_;
    Counts<Netgroup> groups_;
};

}  // namespace starling::p2p::discv5
