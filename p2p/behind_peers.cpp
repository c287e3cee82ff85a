#include "p2p/behind_peers.h"

#include "p2p/chain_mirror.h"
#include "p2p/headers_sync.h"

namespace starling::p2p {
namespace {

bool has_work_of(const Peer& peer, const HeaderNode* header) {
    if (header->parent == nullptr) return true;  // everybody has genesis and need not show it
    return peer.best_known != nullptr && peer.best_known->work >= header->work;
}

}  // namespace

void BehindPeers::look(Peer& peer, Turn& turn) {
    if (!peer.ready || !peer.ours() || peer.kind == ConnectionKind::feeler) return;
    const HeaderNode* tip = turn.chain.tip();
    if (is_protected(peer.id)) return;
    if (has_work_of(peer, tip)) {
        watched_.erase(peer.id);
        // For what it has shown, not for what everybody has.
        const bool showed = peer.best_known != nullptr && !peer.block_only();
        if (showed && protected_.size() < limits_.behind_protected) protected_.insert(peer.id);
        return;
    }
    const auto [at, made] = watched_.try_emplace(peer.id);
    Watch& watch = at->second;
    if (made || has_work_of(peer, watch.target)) {
        watch = {turn.now + limits_.behind_timeout, tip, false};
    } else if (turn.now >= watch.due) {
        return overdue(peer, watch, turn);
    }
    wakeup_.by(watch.due);
}

void BehindPeers::look_at_all(Turn& turn) {
    for (auto& [id, peer] : turn.peers.all())
        look(peer, turn);
}

void BehindPeers::handle_timer(Turn& turn) {
    if (!wakeup_.due(turn.now)) return;
    wakeup_.clear();
    look_at_all(turn);
}

void BehindPeers::overdue(Peer& peer, Watch& watch, Turn& turn) {
    if (watch.asked) {
        turn.out.report({.kind = Event::Kind::peer_behind, .peer = peer.id});
        return turn.out.drop(peer.id, "its chain has less work than ours");
    }
    // If it was asked for something already, that answer will do.
    headers_.announced(peer, turn);
    watch.asked = true;
    watch.due = turn.now + limits_.headers_timeout;
    wakeup_.by(watch.due);
}

}  // namespace starling::p2p
