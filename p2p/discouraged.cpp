#include "p2p/discouraged.h"

#include "p2p/netgroup.h"

#include <algorithm>

namespace starling::p2p {
namespace {

Hash256 name_of(const NodeId& node) {
    return {node.bytes};
}

// No node has such an id: it ends with zeros.
Hash256 name_of(const Endpoint& address) {
    constexpr std::size_t kIpv6Prefix = 8;
    const bool whole = is_local_only(address) || address.is_ipv4();
    const auto from = address.address.begin();
    Hash256 name;
    std::copy_n(from, whole ? address.address.size() : kIpv6Prefix, name.bytes.begin());
    if (is_local_only(address)) {
        name.bytes[16] = static_cast<std::uint8_t>(address.port >> 8);
        name.bytes[17] = static_cast<std::uint8_t>(address.port);
    }
    return name;
}

}  // namespace

void Discouraged::add(const Peer& peer) {
    if (peer.node) known_.add(name_of(*peer.node));
    if (!peer.node || !is_local_only(peer.address)) known_.add(name_of(peer.address));
}

bool Discouraged::contains(const Endpoint& address, const std::optional<NodeId>& node) const {
    return (node && contains(*node)) || known_.contains(name_of(address));
}

bool Discouraged::contains(const NodeId& node) const {
    return known_.contains(name_of(node));
}

}  // namespace starling::p2p
