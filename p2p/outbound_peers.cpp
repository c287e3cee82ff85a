#include "p2p/outbound_peers.h"

#include "p2p/earliest.h"
#include "p2p/netgroup.h"

#include <algorithm>
#include <utility>

namespace starling::p2p {

void OutboundPeers::propose(const Sighting& sighting, Time now) {
    if (addresses_.propose(sighting, now)) draw_by(now);
}

void OutboundPeers::connected(Peer& peer) {
    if (!peer.ours()) return;
    const auto attempt = dialling_.find(peer.address);
    if (attempt == dialling_.end()) return;
    peer.origin = attempt->second.whom.origin;
    peer.candidate = attempt->second.whom.node;
    dialling_.erase(attempt);
}

void OutboundPeers::ready(const Peer& peer, Time now) {
    // Only what we dialled has shown where it is.
    if (peer.inbound()) return;
    if (const auto node = peer.node ? peer.node : peer.candidate) addresses_.connected(*node, now);
}

void OutboundPeers::introduced(const Peer& peer, Time now) {
    // Found where its record says: a candidate, whoever gave it to us.
    if (peer.inbound() || peer.record->tcp() != peer.address) return;
    propose({peer.record, peer.origin.value_or(Origin::manual), peer.address}, now);
    addresses_.connected(*peer.node, now);
}

void OutboundPeers::lost(const Peer& peer, Turn& turn) {
    if (!peer.ours()) return;
    draw_by(turn.now);
    const auto node = peer.node ? peer.node : peer.candidate;
    if (!node) return;
    const bool connected_still = std::ranges::any_of(turn.peers.all(), [&](const auto& entry) {
        return entry.first != peer.id && entry.second.node == node;
    });
    if (connected_still) return;
    if (peer.ready) {
        addresses_.lost(*node, turn.now);
    } else {
        addresses_.failed(*node, turn.now);
    }
}

void OutboundPeers::failed(const Endpoint& address, Time now) {
    const auto attempt = dialling_.find(address);
    if (attempt == dialling_.end()) return;
    addresses_.failed(attempt->second.whom.node, now);
    dialling_.erase(attempt);
    draw_by(now);
}

void OutboundPeers::handle_timer(const std::set<NodeId>& given, Turn& turn) {
    std::vector<Endpoint> overdue;
    for (const auto& [address, attempt] : dialling_) {
        if (attempt.deadline <= turn.now) overdue.push_back(address);
    }
    for (const Endpoint& address : overdue)
        failed(address, turn.now);

    if (turn.now < next_draw_ || addresses_.size() == 0 || !has_free_slot(turn.peers)) return;
    const auto drawn = addresses_.draw(excluded(given, turn.peers), turn.now);
    last_draw_ = turn.now + pace_.draw_interval;
    next_draw_ = drawn ? last_draw_ : turn.now + pace_.draw_interval_empty;
    if (!drawn) return;
    if (discouraged_.contains(drawn->address, drawn->node))
        return addresses_.failed(drawn->node, turn.now);
    dialling_.insert_or_assign(drawn->address, Attempt{*drawn, turn.now + limits_.dial_timeout});
    turn.out.dial({.address = drawn->address, .manual = false, .key = drawn->key});
}

std::optional<Time> OutboundPeers::next_wakeup(const Peers& peers) const {
    std::optional<Time> wakeup;
    for (const auto& [address, attempt] : dialling_)
        wakeup = earliest(wakeup, attempt.deadline);
    if (addresses_.size() > 0 && has_free_slot(peers)) wakeup = earliest(wakeup, next_draw_);
    return wakeup;
}

CandidateFigures OutboundPeers::figures(const Peers& peers, Time now) const {
    CandidateFigures figures = addresses_.figures(now);
    figures.dialling = dialling_.size();
    figures.outbound = peers.ours();
    return figures;
}

bool OutboundPeers::has_free_slot(const Peers& peers) const {
    return peers.ours() + dialling_.size() < limits_.outbound_full_max;
}

AddressManager::Excluded OutboundPeers::excluded(const std::set<NodeId>& given,
                                                 const Peers& peers) const {
    AddressManager::Excluded out;
    out.nodes = given;
    out.have_others = peers.ours() + dialling_.size() > 0;
    for (const auto& [id, peer] : peers.all()) {
        if (peer.node) out.nodes.insert(*peer.node);
        if (!peer.inbound()) out.addresses.insert(peer.address);
        if (peer.ours()) out.netgroups.insert(netgroups_.of(peer.address));
    }
    for (const auto& [address, attempt] : dialling_) {
        out.nodes.insert(attempt.whom.node);
        out.addresses.insert(address);
        out.netgroups.insert(netgroups_.of(address));
    }
    return out;
}

}  // namespace starling::p2p
