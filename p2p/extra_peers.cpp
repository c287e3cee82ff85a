#include "p2p/extra_peers.h"

#include "p2p/behind_peers.h"
#include "p2p/block_download.h"

#include <vector>

namespace starling::p2p {
namespace {

// Has `a` been of less use than `b`? Of two that never were, or equally long ago, the younger one.
bool less_useful(const Peer& a,
                 std::optional<Time> a_last,
                 const Peer& b,
                 std::optional<Time> b_last) {
    if (a_last != b_last) return a_last < b_last;  // nothing is before anything
    return a.id > b.id;
}

}  // namespace

bool ExtraPeers::handle_timer(const FreeSlots& free, Turn& turn) {
    wakeup_.clear();
    std::vector<PeerId> extras;
    for (const auto& [id, peer] : turn.peers.all()) {
        if (peer.ready && is_extra(peer)) extras.push_back(id);
    }
    bool full_judged = false;
    for (const PeerId id : extras) {
        Peer& extra = *turn.peers.find(id);
        const bool full = extra.kind == ConnectionKind::extra_full_relay;
        const bool judged =
            full ? judge_full(extra, free, turn) : judge_block_only(extra, free, turn);
        if (!judged) wakeup_.by(turn.now + limits_.extra_peer_interval);
        full_judged = full_judged || (full && judged);
    }
    return full_judged;
}

bool ExtraPeers::judge_full(Peer& extra, const FreeSlots& free, Turn& turn) {
    if (free.full_relay) {
        keep(extra, ConnectionKind::full_relay, nullptr, turn);
        return true;
    }
    const Peer* worst = nullptr;
    for (const auto& [id, peer] : turn.peers.all()) {
        if (!peer.ready || !peer.ours() || peer.block_only() || behind_.is_protected(id)) continue;
        if (worst == nullptr || less_useful(peer, peer.showed_more, *worst, worst->showed_more))
            worst = &peer;
    }
    // All are protected: one too many stays no longer for that.
    if (worst == nullptr) worst = &extra;
    if (!may_leave(*worst, turn.now)) return false;
    if (worst != &extra) {
        keep(extra, ConnectionKind::full_relay, worst, turn);
        return true;
    }
    drop(extra, turn);
    return true;
}

bool ExtraPeers::judge_block_only(Peer& extra, const FreeSlots& free, Turn& turn) {
    if (free.block_only) {
        keep(extra, ConnectionKind::block_only, nullptr, turn);
        return true;
    }
    const Peer* slowest = slowest_block_only(turn.peers);
    const bool better = slowest != nullptr && extra.gave_block &&
                        (!slowest->gave_block || *extra.gave_block > *slowest->gave_block);
    if (!may_leave(better ? *slowest : extra, turn.now)) return false;
    if (better) {
        keep(extra, ConnectionKind::block_only, slowest, turn);
    } else {
        drop(extra, turn);
    }
    return true;
}

const Peer* ExtraPeers::slowest_block_only(const Peers& peers) {
    std::vector<const Peer*> regular;  // the oldest first
    for (const auto& [id, peer] : peers.all()) {
        if (peer.ready && peer.ours() && peer.kind == ConnectionKind::block_only)
            regular.push_back(&peer);
    }
    const Peer* slowest = nullptr;
    for (std::size_t i = regular.size() / 2; i < regular.size(); ++i) {
        const Peer& peer = *regular[i];
        if (slowest == nullptr || less_useful(peer, peer.gave_block, *slowest, slowest->gave_block))
            slowest = &peer;
    }
    return slowest;
}

bool ExtraPeers::may_leave(const Peer& peer, Time now) const {
    return now - peer.connected >= limits_.extra_peer_time_min &&
           download_.in_flight(peer.id).empty();
}

void ExtraPeers::keep(Peer& extra, ConnectionKind as, const Peer* instead_of, Turn& turn) {
    const PeerId other = instead_of == nullptr ? PeerId{} : instead_of->id;
    turn.peers.make(extra, as);
    turn.out.report({.kind = Event::Kind::extra_peer_kept, .peer = extra.id, .other = other});
    if (instead_of != nullptr) turn.out.drop(other, "an extra peer takes its place");
}

void ExtraPeers::drop(const Peer& extra, Turn& turn) {
    turn.out.report({.kind = Event::Kind::extra_peer_dropped, .peer = extra.id});
    turn.out.drop(extra.id, "extra peer without news");
}

}  // namespace starling::p2p
