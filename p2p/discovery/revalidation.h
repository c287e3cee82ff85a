#pragma once

#include "consensus/random.h"
#include "consensus/time.h"
#include "p2p/discovery/limits.h"
#include "p2p/identity/node_id.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace starling::p2p::discv5 {

// When which node of the table is asked whether it still lives (geth's table_reval.go): of each of
// two lists one node at random, after a wait drawn uniformly whose mean is the list's interval.
//
// Invariant: a node is on at most one list. At most one check a list is out; one that is out for
// longer than `check_life` is taken for lost.
class Revalidation {
public:
    enum class List { fast, slow };

    Revalidation(const Pace& pace, Duration check_life, Random& random);

    // Onto this list, from the other if it was there; a check of it that was out is over.
    void place(const NodeId& id, List list, Time now);
    void remove(const NodeId& id);
    [[nodiscard]] bool asked(const NodeId& id) const;  // a check of it is out

    std::optional<NodeId> due(Time now);
    [[nodiscard]] std::optional<Time> next_wakeup() const;

private:
    struct Check {
        NodeId id;
        Time until;
    };
    struct Round {
        Duration interval{0};
        std::vector<NodeId> nodes;
        std::vector<std::uint64_t> prefixes;  // of the nodes' ids, to find one quickly
        Time next;                            // of meaning while there are nodes
        std::optional<Check> out;
    };

    void schedule(Round& round, Time now);

    Duration check_life_;
    Random& random_;
    std::array<Round, 2> rounds_;  // by List
};

}  // namespace starling::p2p::discv5
