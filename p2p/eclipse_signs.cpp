// What Gossip sees of an eclipse.

#include "p2p/gossip_state.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace starling::p2p {
namespace {

bool is_regular(const Peer& peer) {
    const bool wanted =
        peer.kind == ConnectionKind::full_relay || peer.kind == ConnectionKind::block_only;
    return peer.ready && peer.ours() && wanted;
}

}  // namespace

EclipseSigns Gossip::State::eclipse_signs(Time now) const {
    EclipseSigns signs{.up = now - opened,
                       .looking = now - active_since,
                       .one_machine = one_machine,
                       .wanted = dialler.active() ? limits.outbound_max() : 0,
                       .quiet = now - std::max(chain.tip_moved(), active_since),
                       .spacing = dialler.active() ? spacing : Duration{0},
                       .catching_up = now < chain.catching_up_until(),
                       .anchors_tried = outbound.anchors().tried(),
                       .anchors_kept = outbound.anchors().kept()};
    std::vector<Netgroup> groups;
    // Not ours to dial, for a node has one connection. In a network where everybody knows everybody
    // half of the peers are of the others' accord, and of who is slow to dial nearly all.
    // Nor are those whom a person refused.
    const std::set<NodeId>& refused = admission.refused_nodes();
    std::vector<NodeId> not_ours_to_dial;
    not_ours_to_dial.reserve(refused.size() + peers.all().size());
    not_ours_to_dial.assign(refused.begin(), refused.end());
    for (const auto& [id, peer] : peers.all()) {
        if (peer.ready && peer.node && !peer.ours()) not_ours_to_dial.push_back(*peer.node);
        if (!is_regular(peer)) continue;
        ++signs.outbound;
        groups.push_back(netgroups.of(peer.address));
    }
    std::ranges::sort(groups);
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    signs.netgroups = groups.size();
    const std::size_t known = outbound.addresses().netgroups_beside(std::move(not_ours_to_dial));
    signs.netgroups_wanted = netgroups_wanted(signs.wanted, known);
    // Who relays blocks late keeps us busy with old ones. What a miner's clock may be off by one
    // way is granted the other way; what passed before we looked is nobody's doing, nor is a long
    // way to go while it grows shorter.
    if (now < chain.gaining_until()) return signs;
    const Time mined{std::chrono::seconds{chain.tip()->header.time}};
    const Duration behind = now - mined - block_clocks_apart;
    signs.quiet = std::max(signs.quiet, std::min(behind, signs.looking));
    return signs;
}

}  // namespace starling::p2p
