#include "p2p/liveness.h"

#include <algorithm>

namespace starling::p2p {

void Liveness::received(Peer& peer, const Pong& pong, Turn& turn) {
    // Anything but the answer that is due is ignored: it may be a late one.
    if (!peer.pinged || pong.nonce != peer.ping_nonce) return;
    peer.ping = turn.now - *peer.pinged;
    peer.ping_min = std::min(peer.ping_min.value_or(*peer.ping), *peer.ping);
    peer.pinged.reset();
}

void Liveness::handle_timer(Turn& turn) {
    if (!wakeup_.due(turn.now)) return;
    wakeup_.clear();
    for (auto& [id, peer] : turn.peers.all()) {
        if (!peer.ready) continue;
        if (peer.pinged && turn.now >= *peer.pinged + limits_.ping_timeout) {
            turn.out.report({.kind = Event::Kind::ping_timed_out, .peer = id});
            turn.out.drop(id, "ping timeout");
            continue;
        }
        if (turn.now >= next_ping(peer)) ping(peer, turn);
        wakeup_.by(std::max(next_ping(peer), turn.now + kLooksApart));
        if (peer.pinged) wakeup_.by(*peer.pinged + limits_.ping_timeout);
    }
}

Time Liveness::next_ping(const Peer& peer) const {
    const Time silent_since = std::max(peer.last_ping, peer.last_received.value_or(peer.connected));
    if (peer.pinged) return peer.last_ping + limits_.ping_interval;
    return std::min(silent_since + limits_.ping_interval,
                    peer.last_ping + limits_.measure_interval);
}

void Liveness::ping(Peer& peer, Turn& turn) {
    if (!peer.pinged) {
        peer.ping_nonce = random_.next();
        peer.pinged = turn.now;
    }
    peer.last_ping = turn.now;
    wakeup_.by(turn.now + limits_.ping_interval);
    wakeup_.by(*peer.pinged + limits_.ping_timeout);
    turn.out.send(peer, Ping{peer.ping_nonce});
}

}  // namespace starling::p2p
