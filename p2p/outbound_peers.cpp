#include "p2p/outbound_peers.h"

#include "p2p/block_download.h"
#include "p2p/chain_mirror.h"
#include "p2p/earliest.h"
#include "p2p/exponential.h"
#include "p2p/netgroup.h"

#include <algorithm>
#include <utility>

namespace starling::p2p {

OutboundPeers::OutboundPeers(const Parameters& parameters,
                             const Limits& limits,
                             const Pace& pace,
                             Random& random,
                             const Netgroups& netgroups,
                             const Beside& beside)
    : limits_(limits),
      pace_(pace),
      random_(random),
      netgroups_(netgroups),
      discouraged_(beside.discouraged),
      admission_(beside.admission),
      one_machine_(parameters.overlay.loopback),
      addresses_(parameters, limits, pace, random, netgroups),
      anchors_(limits),
      tip_(parameters, limits),
      behind_(limits, beside.headers),
      extra_(limits, behind_, beside.download),
      download_(beside.download),
      anchors_wait_(pace.draw_interval_empty) {}

void OutboundPeers::open(Time now) {
    if (limits_.outbound_full_max > 0) tip_.open(now);
    next_promotion_ = now + promotion_wait();
    next_extra_ = now + exponential(random_, limits_.extra_block_only_interval);
    next_feeler_ = now + exponential(random_, limits_.feeler_interval);
}

void OutboundPeers::read(const std::vector<Anchor>& anchors) {
    // They were of different ones under the map of then.
    std::set<Netgroup> groups;
    std::vector<Anchor> apart;
    for (const Anchor& anchor : anchors) {
        if (groups.insert(netgroups_.of(anchor.address)).second || one_machine_)
            apart.push_back(anchor);
    }
    anchors_.read(apart, netgroups_);
}

void OutboundPeers::propose(const Sighting& sighting, Time now) {
    if (addresses_.propose(sighting, now)) draw_by(now);
}

void OutboundPeers::connected(Peer& peer) {
    if (!peer.ours()) return;
    const auto attempt = dialling_.find(peer.address);
    if (attempt == dialling_.end()) return;
    peer.origin = attempt->second.whom.origin;
    peer.candidate = attempt->second.whom.node;
    peer.kind = attempt->second.kind;
    peer.group_first = attempt->second.group_first;
    dialling_.erase(attempt);
}

void OutboundPeers::ready(Peer& peer, Turn& turn) {
    // Only what we dialled has shown where it is.
    if (peer.inbound()) return;
    if (const auto node = peer.node ? peer.node : peer.candidate)
        addresses_.connected(*node, peer.address, turn.now);
    if (!peer.ours()) return;
    if (!online_since_) {
        online_since_ = turn.now;
        anchors_.again();
    }
    if (peer.kind == ConnectionKind::feeler) {
        turn.out.report({.kind = Event::Kind::feeler_answered, .peer = peer.id});
        return turn.out.drop(peer.id, "it was only to be seen whether it is there");
    }
    if (peer.key) settle_anchor(*peer.key, true, peer.address, turn);
    if (peer.kind == ConnectionKind::block_only) hold_anchors(turn, {});
    behind_.look(peer, turn);
    extra_.ready(peer, turn.now);
}

void OutboundPeers::introduced(const Peer& peer, Time now) {
    // Found where its record says: a candidate, whoever gave it to us.
    if (peer.inbound() || peer.record->tcp() != peer.address) return;
    propose({peer.record, peer.origin.value_or(Origin::manual), peer.address}, now);
    addresses_.connected(*peer.node, peer.address, now);
}

void OutboundPeers::lost(const Peer& peer, Turn& turn) {
    behind_.disconnected(peer.id);
    if (!peer.ours()) return;
    draw_by(turn.now);
    if (peer.ready && peer.kind == ConnectionKind::full_relay)
        next_promotion_ = turn.now + promotion_wait();
    const auto node = peer.node ? peer.node : peer.candidate;
    if (!node) return;
    const bool connected_still = std::ranges::any_of(turn.peers.all(), [&](const auto& entry) {
        return entry.first != peer.id && entry.second.node == node;
    });
    if (peer.key) {
        anchors_.lost(*peer.key);
        // Not for what its neighbours do: the link proved who it is.
        if (discouraged_.contains(*node)) drop_anchor(*peer.key, turn);
        settle_anchor(*peer.key, connected_still, peer.address, turn);
    }
    hold_anchors(turn, peer.id);
    // Whom a person refused has not failed.
    if (connected_still || admission_.refused_nodes().contains(*node)) return;
    if (!peer.ready) {
        addresses_.failed(*node, peer.address, turn.now, online(turn.peers));
    } else if (peer.kind != ConnectionKind::feeler) {
        addresses_.lost(*node, peer.address, turn.now);
    }
}

void OutboundPeers::failed(const Endpoint& address, Turn& turn) {
    const auto attempt = dialling_.find(address);
    if (attempt == dialling_.end()) return;
    const AddressManager::Drawn whom = attempt->second.whom;
    const Time begun = attempt->second.deadline - limits_.dial_timeout;
    dialling_.erase(attempt);
    if (!admission_.refused_nodes().contains(whom.node))
        addresses_.failed(whom.node, address, turn.now, online(turn.peers));
    if (!put_back_anchor({address, whom.key}, begun, turn.now))
        settle_anchor(whom.key, false, address, turn);
    draw_by(turn.now);
}

void OutboundPeers::allowed(const NodeId& node, Time now) {
    addresses_.refuse(node, false);
    draw_by(now);
}

void OutboundPeers::refused(const NodeId& node, Turn& turn) {
    addresses_.refuse(node, true);
    if (promoted_ && promoted_->node == node) promoted_.reset();
    for (const Anchor& anchor : anchors_.all()) {
        if (node_id_of(anchor.key) == node) drop_anchor(anchor.key, turn);
    }
}

void OutboundPeers::tip_changed(Turn& turn) {
    tip_.tip_changed(turn.now);
    behind_.look_at_all(turn);
}

CandidateFigures OutboundPeers::figures(const Peers& peers, Time now) const {
    CandidateFigures figures = addresses_.figures(now);
    figures.dialling = dialling_.size();
    figures.outbound = peers.ours();
    return figures;
}

bool OutboundPeers::put_back_anchor(const Anchor& anchor, Time begun, Time now) {
    if (online_since_ && begun >= *online_since_) return false;
    if (anchors_.cut_off().empty()) anchors_again_ = now + anchors_wait_;
    if (!anchors_.put_back(anchor)) return false;
    if (online_since_) anchors_.again();
    return true;
}

void OutboundPeers::settle_anchor(const CompressedKey& key,
                                  bool reached,
                                  const Endpoint& at,
                                  Turn& turn) {
    if (anchors_.settled(key, reached) && !reached)
        turn.out.report({.kind = Event::Kind::anchor_lost, .peer = {}, .detail = to_string(at)});
}

void OutboundPeers::drop_anchor(const CompressedKey& key, Turn& turn) {
    if (anchors_.remove(key)) turn.out.keep_anchors(anchors_.all());
}

void OutboundPeers::hold_anchors(const Turn& turn, std::optional<PeerId> but) {
    std::vector<const Peer*> holders;
    for (const auto& [id, peer] : turn.peers.all()) {
        const bool holds = peer.ready && peer.ours() && peer.kind == ConnectionKind::block_only;
        if (holds && id != but) holders.push_back(&peer);
    }
    // An extra peer took the place of one that is about to leave: once it has left. While both
    // count, a third one would be forgotten for the newcomer.
    if (holders.size() > limits_.outbound_block_only_max) return;
    bool changed = false;
    for (const Peer* peer : holders) {
        if (!peer->key) continue;
        const Anchor anchor{peer->address, *peer->key};
        changed = anchors_.held(anchor, netgroups_.of(peer->address)) || changed;
    }
    if (changed) turn.out.keep_anchors(anchors_.all());
}

bool OutboundPeers::online(const Peers& peers) const {
    std::set<Netgroup> groups;
    std::size_t ready = 0;
    for (const auto& [id, peer] : peers.all()) {
        if (!peer.ready || !peer.ours() || peer.kind == ConnectionKind::feeler) continue;
        ++ready;
        groups.insert(netgroups_.of(peer.address));
    }
    constexpr std::size_t kEnough = 2;  // Bitcoin Core
    return (one_machine_ ? ready : groups.size()) >= kEnough;
}

}  // namespace starling::p2p
