#include "p2p/admission.h"

#include "consensus/lookup_table.h"
#include "p2p/eviction.h"

namespace starling::p2p {

void Admission::refuse(const NodeId& node, bool refused) {
    if (!refused) {
        refused_.erase(node);
    } else if (refused_.size() < limits_.refused_nodes_max) {
        refused_.insert(node);
    }
}

Admission::Verdict Admission::judge(const Peer& newcomer,
                                    const Peers& peers,
                                    const std::set<NodeId>& wanted) const {
    if (newcomer.node) {
        if (is_ourselves(*newcomer.node)) return {.refusal = Refusal::ourselves};
        if (!allows(*newcomer.node)) return {.refusal = Refusal::refused_node};
        if (!accepts(*newcomer.key)) return {.refusal = Refusal::cheap_identity};
    }
    Verdict verdict;
    for (const auto& [id, present] : peers.all()) {
        if (newcomer.node && present.node == newcomer.node) {
            if (!replaces(newcomer, present)) return {.refusal = Refusal::connected_twice};
            verdict.replaced = id;
            if (present.inbound()) return verdict;  // its place is free
            break;
        }
        // Two dials may be under way after the network was switched off and on.
        if (!newcomer.inbound() && !present.inbound() && present.address == newcomer.address)
            return {.refusal = Refusal::connected_twice};
    }
    if (newcomer.inbound()) find_place(verdict, newcomer, peers, wanted);
    return verdict;
}

void Admission::find_place(Verdict& verdict,
                           const Peer& newcomer,
                           const Peers& peers,
                           const std::set<NodeId>& wanted) const {
    const bool full = peers.inbound() >= limits_.inbound_max;
    // The last place is not for them either (Bitcoin Core).
    if (newcomer.discouraged && peers.inbound() + 1 >= limits_.inbound_max)
        verdict = {.refusal = Refusal::discouraged};
    if (!full || verdict.refusal) return;
    std::vector<Evictable> present;
    for (const auto& [id, peer] : peers.all()) {
        if (!peer.inbound()) continue;
        present.push_back(evictable(peer, keyed_netgroup(peer.address)));
        present.back().wanted = peer.node && wanted.contains(*peer.node);
    }
    verdict.evicted = whom_to_evict(present, protections_of(limits_.inbound_max));
    if (!verdict.evicted && verdict.replaced)
        verdict.evicted = whom_to_evict(present, kUnprotected);
    if (!verdict.evicted) verdict = {.refusal = Refusal::inbound_full};
}

std::uint64_t Admission::keyed_netgroup(const Endpoint& address) const {
    const Netgroup group = netgroups_.of(address);
    const std::uint64_t kind = static_cast<std::uint64_t>(group.kind) << 32;
    return mix(mix(kind ^ group.value ^ key0_, key1_ | 1), key0_ | 1);
}

bool Admission::replaces(const Peer& newcomer, const Peer& present) const {
    if (newcomer.direction == present.direction) return newcomer.inbound();
    const bool we_are_lower = own_ && *own_ < *newcomer.node;
    return we_are_lower != newcomer.inbound();
}

}  // namespace starling::p2p
