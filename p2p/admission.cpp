#include "p2p/admission.h"

namespace starling::p2p {

void Admission::refuse(const NodeId& node, bool refused) {
    if (!refused) {
        refused_.erase(node);
    } else if (refused_.size() < limits_.refused_nodes_max) {
        refused_.insert(node);
    }
}

Admission::Verdict Admission::judge(const Peer& newcomer, const Peers& peers) const {
    if (newcomer.node) {
        if (is_ourselves(*newcomer.node)) return {Refusal::ourselves, {}};
        if (!allows(*newcomer.node)) return {Refusal::refused_node, {}};
    }
    for (const auto& [id, present] : peers.all()) {
        if (newcomer.node && present.node == newcomer.node) {
            // What replaces another needs no room of its own.
            if (replaces(newcomer, present)) return {{}, id};
            return {Refusal::connected_twice, {}};
        }
        // Two dials may be under way after the network was switched off and on.
        if (!newcomer.inbound() && !present.inbound() && present.address == newcomer.address)
            return {Refusal::connected_twice, {}};
    }
    if (newcomer.inbound() && peers.inbound() >= limits_.inbound_max)
        return {Refusal::inbound_full, {}};
    return {};
}

bool Admission::replaces(const Peer& newcomer, const Peer& present) const {
    if (newcomer.direction == present.direction) return newcomer.inbound();
    const bool we_are_lower = own_ && *own_ < *newcomer.node;
    return we_are_lower != newcomer.inbound();
}

}  // namespace starling::p2p
