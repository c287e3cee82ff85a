#pragma once

#include "consensus/random.h"
#include "consensus/time.h"
#include "p2p/discovery/limits.h"
#include "p2p/identity/record.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace starling::p2p::discv5 {

// One question of a lookup and what became of it.
struct LookupStep {
    NodeId asked;
    Endpoint address;
    std::size_t path = 0;             // which of the disjoint paths
    std::size_t hop = 0;              // 0: it was in our table
    std::vector<unsigned> distances;  // asked for
    std::size_t returned = 0;         // nodes that passed the checks
    std::size_t news = 0;             // of them not seen before in this lookup
    Duration started{0};              // since the lookup began
    std::optional<Duration> took;     // none: no answer
};
struct LookupResult {
    Shared<Record> record;
    std::size_t hop = 0;
    std::vector<NodeId> path;  // who told of it, the first from our table
};
struct LookupReport {
    NodeId target;
    Duration took{0};
    std::vector<LookupStep> steps;
    std::vector<LookupResult>
        closest;  // nearest first; those that answered, the target's own record included
    std::vector<LookupResult> seen;  // all that were found, in the order of finding
    // How much denser the closest lie than in the rest of the network (density.h); none: not known.
    std::optional<double> density;
};

// An iterative search for the nodes nearest to a target (Kademlia 2002; S/Kademlia 2007 for the
// disjoint paths; discv5-theory "Lookup").
//
// The nearest nodes of our table are dealt out to the paths; no node is asked by two of them, and a
// path learns only from its own answers, so that one lying node spoils one path. A path ends when
// the nodes nearest to the target that it knows have all answered; those that failed do not count.
//
// Of one /24 (/64) at most OverlayRules::subnet_lookup_max nodes are waited for or have answered. A
// silent node gives its place back: else one path's liar, by naming a node that is none, could keep
// an honest neighbour from being asked by the others. For the same reason a node that failed may be
// asked once more at the address of a newer record of its own.
//
// Bounds: kQuestionsMax a path, kRecordsMax an answer; with them everything that is kept: 4,096
// records.
class Lookup {
public:
    // To find 16 neighbours takes a path some 16 + log2(n) questions: 36 among a million nodes,
    // twice that where every second is silent. Whoever names nodes that are none spends his own
    // path's.
    static constexpr std::size_t kQuestionsMax = 64;
    // FINDNODE's result limit (discv5-wire).
    static constexpr std::size_t kRecordsMax = 16;

    struct Question {
        Shared<Record> node;
        std::vector<unsigned> distances;  // the target's from it, then one more and one less
    };

    Lookup(const NodeId& own,
           const NodeId& target,
           const std::vector<Shared<Record>>& seeds,
           const Parameters& parameters,
           const Limits& limits,
           Time now);
    ~Lookup();
    Lookup(Lookup&&) noexcept;
    Lookup& operator=(Lookup&&) noexcept;

    // What may be asked now, at record->udp(); each is given once and must be answered by one of
    // the two below. Call again after each of them.
    std::vector<Question> next(Time now);
    // `found`: records that were checked: signature, distance asked for, network.
    void answered(const NodeId& by, const std::vector<Shared<Record>>& found, Time now);
    void failed(const NodeId& by, Time now);

    [[nodiscard]] bool finished() const;
    // What a person sees of it. Dear to put together; the four below tell a machine enough.
    [[nodiscard]] LookupReport report(Time now) const;

    struct Learnt {
        Shared<Record> record;
        Endpoint teller;  // where the node was asked that told of it
    };
    // Those that were not in our table, in the order of finding.
    [[nodiscard]] std::vector<Learnt> learnt() const;
    // Those that answered, nearest first, at most Limits::lookup_results.
    [[nodiscard]] std::vector<NodeId> closest() const;
    // Of the nearest node that answered; none if nobody did.
    [[nodiscard]] std::optional<std::size_t> nearest_hop() const;
    [[nodiscard]] Duration took(Time now) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::p2p::discv5
