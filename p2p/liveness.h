#pragma once

#include "consensus/random.h"
#include "p2p/earliest.h"
#include "p2p/limits.h"
#include "p2p/outbox.h"

#include <optional>

namespace starling::p2p {

// Finds out which peers are still there: pings one that was silent for an interval, and drops one
// that stays silent. Whoever sends something shows by it that it is there (BitTorrent's rule for
// keep-alives): of two idle ends only one pings then, and on a busy link none. But each is pinged
// now and then, for its round trip of today.
//
// All are looked at together, some time apart: a ping may come later by kLooksApart.
//
// A ping that is not answered is repeated at the same interval, by the same nonce: of a connection
// that the other end has given up (a partition outlasted its patience) TCP tells only who sends.
// Bitcoin Core sends no second one, and so holds a dead connection for its whole timeout.
class Liveness {
public:
    // A quarter of the interval: hardly later, and one timer in the place of some ten.
    static constexpr Duration kLooksApart = std::chrono::seconds{30};

    Liveness(const Limits& limits, Random& random) : limits_(limits), random_(random) {}

    void ready(Peer& peer, Turn& turn) { ping(peer, turn); }
    void received(Peer& peer, const Pong& pong, Turn& turn);
    void handle_timer(Turn& turn);
    [[nodiscard]] std::optional<Time> next_wakeup() const { return wakeup_.next(); }

private:
    void ping(Peer& peer, Turn& turn);
    [[nodiscard]] Time next_ping(const Peer& peer) const;

    const Limits& limits_;
    Random& random_;
    Wakeup wakeup_;
};

}  // namespace starling::p2p
