#pragma once

#include "consensus/lookup_table.h"
#include "consensus/random.h"
#include "consensus/time.h"
#include "p2p/peer_id.h"
#include "p2p/peer_map.h"
#include "p2p/tx_name.h"

#include <cstddef>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace starling::p2p {

struct Figures;

// Decides which peer to ask for each announced transaction, and when to give up and ask another.
//
// One peer is asked at a time, to save bandwidth. A peer that fails to deliver is not asked again
// while another may still deliver, so a silent peer costs one timeout, once.
//
// Invariants:
//   - a transaction is tracked while at least one of its announcements has not failed;
//   - at most one announcement of a transaction is `asked`;
//   - wakeups_ holds each tracked transaction exactly once.
class TxRequests {
public:
    // Five minutes of announcements at the rate we relay them ourselves.
    static constexpr std::size_t kAnnouncementsPerPeerMax = 5'000;
    static constexpr Duration kReplyTimeout = std::chrono::seconds{60};

    struct Request {
        PeerId peer;
        TxName tx;
        PeerId instead_of = {};  // whose time ran out just now
    };

    // We choose our outbound peers and attackers do not, so they get the first chance to deliver:
    // an announcement by an inbound peer waits for `inbound_delay`.
    TxRequests(Random& random, Duration inbound_delay)
        : random_(random), inbound_delay_(inbound_delay), tracked_(random) {}

    void announced(PeerId peer, Direction direction, const TxName& tx, Time now);
    // The peer answered that it does not have the transaction, or sent what did not help.
    void not_found(PeerId peer, const TxName& tx);
    // The transaction arrived, from anyone, or is no longer wanted.
    void forget(const TxName& tx);
    void disconnected(PeerId peer);

    // The requests to send now. Empty before next_wakeup().
    [[nodiscard]] std::vector<Request> due(Time now);
    [[nodiscard]] std::optional<Time> next_wakeup() const;
    [[nodiscard]] bool empty() const { return tracked_.empty(); }
    void count(Figures& figures, Time now) const;
    // The peer was asked for it and has not answered, nor run out of time.
    [[nodiscard]] bool asked(PeerId peer, const TxName& tx) const;

private:
    enum class State { waiting, asked, failed };

    struct Announcement {
        PeerId peer;
        State state = State::waiting;
        Time deadline;  // waiting: may be asked from then on; asked: has failed by then
    };

    struct Tracked {
        std::vector<Announcement> announcements;
        std::optional<Time> wakeup;  // as in wakeups_
    };

    // What one peer announced: so that its end costs what it told, whatever others told.
    struct Announced {
        std::size_t count = 0;      // of its announcements
        std::vector<TxName> names;  // all of them, among some that are no more
    };

    using Wakeups = std::set<std::pair<Time, TxName>>;

    std::optional<Request> choose(const TxName& tx, Tracked& tracked, Time now);
    void reschedule(const TxName& tx, Tracked& tracked);
    void erase(const TxName& tx, const Tracked& tracked);
    void count_one_less(PeerId peer);
    [[nodiscard]] bool announced_by(PeerId peer, const TxName& tx) const;
    void note(PeerId peer, Announced& announced, const TxName& tx) const;

    Random& random_;
    Duration inbound_delay_;
    LookupTable<TxName, Tracked> tracked_;
    PeerMap<Announced> announced_by_;  // of who has announcements
    Wakeups wakeups_;
};

}  // namespace starling::p2p
