#pragma once

#include "p2p/earliest.h"
#include "p2p/limits.h"
#include "p2p/outbox.h"

#include <optional>
#include <set>

namespace starling::p2p {

class HeadersSync;

// Drops peers of our own accord whose chain stays behind ours: slots that bring nothing. Bitcoin
// Core's rule (ConsiderEviction): a peer that has shown less work than our tip has 20 minutes to
// show as much as the tip had when it was noticed, is then asked for headers, and dropped if two
// minutes later it still has not.
//
// Four full-relay peers that showed as much work as we had once are exempt: whoever makes us follow
// a chain of its own does not thereby rid us of all others.
class BehindPeers {
public:
    BehindPeers(const Limits& limits, HeadersSync& headers) : limits_(limits), headers_(headers) {}

    // The peer is ready, showed headers, or our tip moved.
    void look(Peer& peer, Turn& turn);
    void look_at_all(Turn& turn);
    void disconnected(PeerId peer) {
        watched_.erase(peer);
        protected_.erase(peer);
    }
    void handle_timer(Turn& turn);
    [[nodiscard]] std::optional<Time> next_wakeup() const { return wakeup_.next(); }
    [[nodiscard]] bool is_protected(PeerId peer) const { return protected_.contains(peer); }

private:
    struct Watch {
        Time due;
        const HeaderNode* target = nullptr;  // what it is to show the work of
        bool asked = false;
    };

    void overdue(Peer& peer, Watch& watch, Turn& turn);

    const Limits& limits_;
    HeadersSync& headers_;
    PeerMap<Watch> watched_;  // those that are behind
    std::set<PeerId> protected_;
    Wakeup wakeup_;
};

}  // namespace starling::p2p
