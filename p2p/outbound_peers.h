#pragma once

#include "consensus/parameters.h"
#include "p2p/address_manager.h"
#include "p2p/discouraged.h"
#include "p2p/outbox.h"

#include <map>
#include <optional>
#include <set>

namespace starling::p2p {

struct Figures;

// Keeps Limits::outbound_full_max connections of our own accord: draws candidates one after the
// other and dials them, again when one is lost. Those that a person asked for are the Dialler's,
// and do not count.
//
// Invariants:
//   - connections and dials under way are never more than outbound_full_max together;
//   - no node is dialled that is connected in either direction, or that the Dialler keeps, or that
//     is discouraged;
//   - on networks that are not on one machine no two are of one netgroup.
class OutboundPeers {
public:
    OutboundPeers(const Parameters& parameters,
                  const Limits& limits,
                  const Pace& pace,
                  Random& random,
                  const Netgroups& netgroups,
                  const Discouraged& discouraged)
        : limits_(limits),
          pace_(pace),
          netgroups_(netgroups),
          discouraged_(discouraged),
          addresses_(parameters, limits, pace, random, netgroups) {}

    void propose(const Sighting& sighting, Time now);
    void connected(Peer& peer);
    void ready(const Peer& peer, Time now);
    void introduced(const Peer& peer, Time now);  // by its own record
    // Still among `turn.peers`.
    void lost(const Peer& peer, Turn& turn);
    void failed(const Endpoint& address, Time now);
    void forget(const NodeId& node) { addresses_.remove(node); }
    // `given`: nodes that are not ours to dial.
    void handle_timer(const std::set<NodeId>& given, Turn& turn);
    // While the network is active.
    [[nodiscard]] std::optional<Time> next_wakeup(const Peers& peers) const;

    [[nodiscard]] AddressManager& addresses() { return addresses_; }
    [[nodiscard]] CandidateFigures figures(const Peers& peers, Time now) const;
    void count(Figures& figures, const Peers& peers, Time now) const;

private:
    struct Attempt {
        AddressManager::Drawn whom;
        Time deadline;
    };

    [[nodiscard]] bool has_free_slot(const Peers& peers) const;
    [[nodiscard]] AddressManager::Excluded excluded(const std::set<NodeId>& given,
                                                    const Peers& peers) const;
    void draw_by(Time time) { next_draw_ = std::min(next_draw_, std::max(time, last_draw_)); }

    const Limits& limits_;
    Pace pace_;
    Netgroups netgroups_;
    const Discouraged& discouraged_;
    AddressManager addresses_;
    std::map<Endpoint, Attempt> dialling_;
    Time last_draw_;  // and the interval after it
    Time next_draw_;
};

}  // namespace starling::p2p
