#pragma once

#include "consensus/random.h"
#include "consensus/time.h"
#include "p2p/discovery/limits.h"
#include "p2p/discovery/table.h"

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace starling::p2p::discv5 {

// Decides what to look up next so that the table stays full and fresh: ourselves, then random ids
// of each distance, the least recently refreshed first.
//
// Quick lookups follow each other until three of them brought nobody, or the table is stocked;
// then kLookups of them in each Pace::refresh. Targets cannot be foreseen: who knows them could
// place its nodes there.
class Refresh {
public:
    // As geth: of ourselves and of three others. What dies in the table revalidation finds; a
    // lookup finds newcomers, and costs a hundred packets. So a network of thousands has every
    // distance refreshed in an hour or two; Kademlia's paper has one.
    static constexpr std::size_t kLookups = 4;

    Refresh(const NodeId& own, const Pace& pace, Random& random)
        : own_(own), pace_(pace), random_(random) {}

    // Somebody entered the table: if it was the first, lookups begin.
    void joined(Time now);
    std::optional<NodeId> due(const Table& table, Time now);
    [[nodiscard]] std::optional<Time> next_wakeup() const { return next_; }

private:
    NodeId target_at(unsigned distance);

    NodeId own_;
    Pace pace_;
    Random& random_;
    std::optional<Time> next_;            // none: the table is empty
    std::map<unsigned, Time> refreshed_;  // by distance; 0: ourselves
    std::size_t size_before_ = 0;         // of the table, at the last lookup
    unsigned quiet_ = 0;                  // lookups since it grew
};

}  // namespace starling::p2p::discv5
