#include "node/half_open.h"

#include "p2p/netgroup.h"

namespace starling::node {

namespace {

// An owner of IPv6 has a /64 at least.
std::string source_of(const p2p::Endpoint& address) {
    if (!address.is_ipv4()) return p2p::subnet_of(address);
    return to_string(p2p::Endpoint{.address = address.address, .port = 0});
}

}  // namespace

bool HalfOpen::admits(const p2p::Endpoint& address) const {
    const auto source = sources_.find(source_of(address));
    return source == sources_.end() || source->second < per_source_max_;
}

std::optional<p2p::PeerId> HalfOpen::add(p2p::PeerId peer, const p2p::Endpoint& address) {
    std::optional<p2p::PeerId> oldest;
    if (peers_.size() >= kTotalMax) {
        oldest = peers_.begin()->first;
        remove(*oldest);
    }
    const std::string source = source_of(address);
    if (peers_.emplace(peer, source).second) ++sources_[source];
    return oldest;
}

void HalfOpen::remove(p2p::PeerId peer) {
    const auto at = peers_.find(peer);
    if (at == peers_.end()) return;
    const auto source = sources_.find(at->second);
    if (--source->second == 0) sources_.erase(source);
    peers_.erase(at);
}

}  // namespace starling::node
