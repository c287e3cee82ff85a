#pragma once

#include "p2p/discovery/answers.h"
#include "p2p/discovery/bootstrap.h"
#include "p2p/discovery/checks.h"
#include "p2p/discovery/density.h"
#include "p2p/discovery/discovery.h"
#include "p2p/discovery/first_proposals.h"
#include "p2p/discovery/known_records.h"
#include "p2p/discovery/own_record.h"
#include "p2p/discovery/record_filter.h"
#include "p2p/discovery/refresh.h"
#include "p2p/discovery/requests.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace starling::p2p::discv5 {

// The concerns side by side, and the routing between them: what was delivered, what was settled and
// what is due is whose.
struct Discovery::State {
    // One input being handled: when, and where effects go.
    struct Turn {
        Time now;
        std::vector<Effect>& out;
    };

    State(const Parameters& parameters,
          const Identity& identity,
          const Limits& limits,
          Random& random,
          WireKind kind,
          const Netgroups& netgroups);

    // A node's record and the netgroup of who told of it, in 64 bits, for thousands of machines
    // remember thousands each; that two of one machine share them will not be met with.
    struct Told {
        std::uint64_t value = 0;
        friend bool operator==(const Told&, const Told&) = default;
        friend std::uint64_t table_hash(const Told& one, std::uint64_t key0, std::uint64_t key1) {
            return mix(one.value ^ key0, key1 | 1);
        }
    };
    [[nodiscard]] Told told_of(const Sighting& sighting) const;

    struct Search {
        Lookup lookup;
        NodeId target;
        std::optional<Ticket> ticket;  // none: our own
    };

    std::unique_ptr<Wire> wire_of(WireKind kind, Random& random);

    void open(const Start& start, Turn& turn);
    void share_first(const std::vector<Shared<Record>>& remembered,
                     const std::vector<std::vector<Shared<Record>>>& given,
                     Time now);
    void handle_timers(Turn& turn);
    [[nodiscard]] std::optional<Time> next_wakeup() const;
    [[nodiscard]] Figures figures_now() const;
    [[nodiscard]] Queues queues() const;
    [[nodiscard]] Bytes saved(Time now) const;

    // Inputs
    void on(const DatagramReceived& input, Turn& turn);
    void on(const NodeHeard& input, Turn& turn);
    void on(const LookupAsked& input, Turn& turn);
    void on(const TalkAsked& input, Turn& turn);

    // What others ask
    void delivered(const Delivered& delivered, Turn& turn);
    void asked(const Delivered& delivered, Turn& turn);
    void met(const Contact& from, const Shared<Record>& record, Turn& turn);

    // What we ask. False if there is no room.
    bool ask(Request request, Message message, Turn& turn);
    bool ping(Purpose purpose, const Sighting& sighting, const Endpoint& address, Turn& turn);
    void fetch(const Shared<Record>& record, const Endpoint& address, Origin origin, Turn& turn);
    void heard(const Sighting& sighting, Turn& turn);
    void next_checks(Turn& turn);

    // What became of it
    void settled(const Settled& settled, Turn& turn);
    void settled_check(const Request& request, const Pong* pong, Turn& turn);
    void settled_revalidation(const Request& request, const Pong* pong, Turn& turn);
    void settled_fetch(const Request& request,
                       const std::vector<Shared<Record>>* records,
                       Turn& turn);
    void settled_step(const Request& request,
                      const std::vector<Shared<Record>>* records,
                      Turn& turn);
    void ponged(const Request& request, const Pong& pong, Turn& turn);

    // The table
    void proven(const Shared<Record>& record,
                const Endpoint& address,
                Origin origin,
                const Endpoint& source,
                Turn& turn);
    void not_there(const NodeId& id, Turn& turn);
    void joined(const NodeId& id, Turn& turn);
    void found(const Sighting& sighting, const NodeId& teller, Turn& turn);
    void propose(Turn& turn);
    void changed(Time now);  // discovery.dat is to be written, in a while

    // Lookups
    bool search(const NodeId& target, std::optional<Ticket> ticket, Turn& turn);
    void advance(std::uint64_t number, Turn& turn);
    void finish(const Search& search, Turn& turn);

    void send(Turn& turn);  // what is unsent

    const Parameters& parameters;
    const Identity& identity;
    const Limits limits;
    const Pace pace;
    const Netgroups netgroups;
    KnownRecords known;
    RecordFilter filter;
    Table table;
    std::unique_ptr<Wire> wire;
    Requests requests;
    Answers answers;
    OwnRecord own;
    Checks checks;
    Bootstrap bootstrap;
    Refresh refresh;
    Density density;
    FirstProposals first_proposals;
    Time first_lookup;  // not before: other sources are to answer too
    std::map<std::uint64_t, Search> searches;
    std::uint64_t last_search = 0;
    std::uint64_t told_key0, told_key1;
    RecentIds<Told> told;  // NodesFound: again after five to ten times Pace::again
    std::optional<Time> next_save;
    Figures figures;
    // Of one datagram at a time; kept for their memory.
    std::vector<Datagram> unsent;
    std::vector<Delivered> heard_now;
    std::vector<Sighting> found_now;  // of this turn
};

}  // namespace starling::p2p::discv5
