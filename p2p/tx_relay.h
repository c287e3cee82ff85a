#pragma once

#include "p2p/earliest.h"
#include "p2p/known_transactions.h"
#include "p2p/limits.h"
#include "p2p/outbox.h"
#include "p2p/pool_mirror.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace starling::p2p {

struct Figures;

// Announces the pool's transactions to peers, and hands them out.
//
// There is one log for all, in the order of arrival, which puts parents first; each peer has a
// place in it. All inbound peers are told at the same random times, and all outbound peers at
// others, so that many connections learn no more about an origin than one. What a burst costs a
// turn is bounded by the number of peers alone: nothing is queued or sorted for a peer.
class TxRelay {
public:
    // A person's; what is beyond it is announced like everything else.
    static constexpr std::size_t kOwnMax = 10'000;

    TxRelay(const Limits& limits, const Pace& pace, PoolMirror& pool, Random& random);

    void ready(const Peer& peer, Time now);
    void disconnected(PeerId peer);
    // The peer has it: it need not be told.
    void heard(PeerId peer, const Wtxid& wtxid, Time now);
    // The pool has new entries.
    void pool_grew(Time now);
    // A transaction of our own: announced again until somebody asks.
    void posted(const Wtxid& wtxid, Time now);
    // Sends it, if the peer may know that we have it.
    bool serve(Peer& peer, const InventoryItem& item, Turn& turn);
    void handle_timer(Turn& turn);
    [[nodiscard]] std::optional<Time> next_wakeup() const;
    void count(Figures& figures) const;

private:
    struct Listener {
        Direction direction;
        std::uint64_t told = 0;  // the number of the last entry that it was told of, or passed over
        std::optional<KnownTransactions::Place> place;  // of what it told itself
    };
    struct Lane {  // all peers of one direction
        Duration mean;
        std::optional<Time> next;  // none while there is nothing to tell
    };
    struct Own {
        Time next;
        Duration wait;
    };

    Lane& lane(Direction direction);
    void arm(Direction direction, Time now);
    void tell_all(Direction direction, Turn& turn);
    void tell(Peer& peer, Listener& listener, Turn& turn);
    void repeat_own(Time now);
    [[nodiscard]] std::uint64_t place_of_newcomer() const;

    const Limits& limits_;
    PoolMirror& pool_;
    Random& random_;
    std::array<Lane, 2> lanes_;
    KnownTransactions known_;
    PeerMap<Listener> listeners_;
    std::map<Wtxid, Own> own_;  // at most kOwnMax
    Wakeup own_wakeup_;
};

}  // namespace starling::p2p
