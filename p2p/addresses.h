#pragma once

#include "p2p/messages/addrv2.h"
#include "p2p/outbox.h"

#include <set>
#include <vector>

namespace starling::p2p {

// Tells peers of the nodes that we were given by hand.
//
// Addresses that peers send are not kept: who can fill a node's table of addresses chooses its
// peers, so that table comes with its defences. Nothing is dialled because a peer named it.
class Addresses {
public:
    void disconnected(PeerId peer) { answered_.erase(peer); }
    // Answers once for a connection, and only inbound peers: asking again and again shows when a
    // table changes, and an outbound peer that asks is probing for our other links (Bitcoin Core).
    void asked(Peer& peer, const std::set<Endpoint>& given, Turn& turn) {
        if (!peer.inbound() || !peer.addr_v2 || !answered_.insert(peer.id).second) return;
        AddrV2 answer;
        for (const Endpoint& endpoint : given) {
            if (answer.entries.size() == AddrV2::kEntriesMax) break;
            // Its time is unknown: the oldest there is.
            answer.entries.push_back({0, kServiceNetwork | kServiceWitness, endpoint});
        }
        if (!answer.entries.empty()) turn.out.send(peer, std::move(answer));
    }

private:
    std::set<PeerId> answered_;
};

}  // namespace starling::p2p
