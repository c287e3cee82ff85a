#pragma once

#include "consensus/time.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace starling::p2p {

// How much Gossip holds, and how long it has waited for others, each beside the bound that is
// declared for it: for tests and simulators, which check from outside that the bounds hold.
// Taking them costs a look at everything.
struct Figures {
    struct Amount {
        std::size_t now = 0;
        std::size_t bound = 0;
        void at_least(std::size_t value) { now = std::max(now, value); }
    };
    // Of the request that has waited longest. What has waited for its bound is given up, or who
    // owes it is dropped, by the timer.
    struct Age {
        std::optional<Duration> oldest;
        Duration bound{0};
        void at_least(Duration value) { oldest = oldest ? std::max(*oldest, value) : value; }
    };

    Amount inbound, outbound;  // outbound: of our own accord
    Amount beyond_slots;       // of them, those that are more than the slots of their kind
    std::size_t peers = 0;     // manual ones too
    std::size_t ready = 0;     // of them, after their handshake

    // Of the peer that has most.
    Amount queued_bytes;  // what it has yet to read
    Amount blocks_owed;
    Amount transactions_announced;  // by it, of those that we may still ask for
    Amount orphans_of_a_peer, orphan_weight_of_a_peer;
    Amount header_submissions;
    Amount uploads_waiting;     // what it asked for and did not get yet
    Amount known_transactions;  // entries that it made in a minute

    std::size_t blocks_in_flight = 0;
    std::size_t transactions_wanted = 0, transactions_asked = 0;
    std::size_t getheaders_outstanding = 0;
    std::size_t presyncs = 0;  // long chains of little work that are being followed
    std::size_t orphans = 0;
    std::size_t checking = 0;  // transactions with Ledger
    std::size_t pool = 0;      // entries mirrored
    Amount orphans_resolving;
    Amount candidates, dialling;
    Amount refused_blocks;
    Amount mined_transactions, mined_bytes;
    // Anchors of the last run whose first dials have ended, and those of them that were reached.
    // Lost ones are a sign that somebody had us restart, or that we were off for long.
    std::size_t anchors_tried = 0, anchors_kept = 0;
    Amount own_posted;  // transactions of our own that nobody asked for yet; bounded by the pool

    Age handshake, ping, dial;
    Age getheaders;
    Age block;  // since a peer that owes blocks sent one, or was asked
    Age transaction;
    Age body;  // that is on its way from the store to a peer's queue, while others wait behind it

    // Those that are beyond their bound, by name: empty while all is well.
    [[nodiscard]] std::vector<std::string_view> exceeded() const;
};

}  // namespace starling::p2p
