#pragma once

#include "p2p/limits.h"
#include "p2p/peers.h"
#include "p2p/rolling_set.h"

#include <cstddef>
#include <optional>

namespace starling::p2p {

// Remembers whom we dropped for their conduct: they are not dialled of our own accord, get no place
// among the last, and lose theirs before others. That is less than a ban, and forgotten when the
// program ends or when Limits::discouraged_max others came: an address may pass to somebody honest,
// and one that many share (a carrier's NAT) is not shut out for one of them.
//
// Known again are nodes whose key the link proved, and addresses: of IPv4 whatever the port, of
// IPv6 the /64, which is what one customer has. Behind addresses that mean nothing to the Internet
// (one machine, a LAN) are many nodes, which have nothing to do with each other: there only the
// node is meant, or, where links prove none, the address with its port.
//
// What a person refuses (NodeRefused) is not of this, nor is what a person asked for.
class Discouraged {
public:
    Discouraged(const Limits& limits, Random& random) : known_(limits.discouraged_max, random) {}

    void add(const Peer& peer);
    // This node, or somebody whose address cannot be told from this one.
    [[nodiscard]] bool contains(const Endpoint& address, const std::optional<NodeId>& node) const;
    [[nodiscard]] bool contains(const NodeId& node) const;
    [[nodiscard]] std::size_t size() const { return known_.size(); }

private:
    RollingSet known_;
};

}  // namespace starling::p2p
