#pragma once

#include "consensus/random.h"
#include "consensus/time.h"
#include "p2p/discovery/density.h"
#include "p2p/discovery/limits.h"
#include "p2p/discovery/table.h"

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace starling::p2p::discv5 {

// Decides what to look up next so that the table stays full and fresh: ourselves, every other
// Pace::refresh, and random ids of each distance, the least recently refreshed first.
//
// Quick lookups follow each other until three of them brought nobody, or the table is stocked. Then
// there is one in each Pace::refresh, but kLookups while the table is not stocked or there were not
// kFirst of them. Targets cannot be foreseen: who knows them could place its nodes there.
//
// A lookup costs a hundred packets, and finds newcomers; what dies in the table revalidation finds.
// A stocked table needs few: by BEP 5 one whose buckets are full of nodes that answer needs none,
// and a network of a thousand sees each of its distances in ten hours. Kademlia's paper asks for
// one an hour in each bucket. Of what an idle network of a thousand cost four each time, geth's
// figure, were more than half.
class Refresh {
public:
    static constexpr Duration::rep kLookups = 4;  // geth's figure
    static constexpr std::size_t kStocked = 64;  // nodes: four full buckets
    // So many tell Density how large the network is: of ourselves, one that may be of no use to it,
    // and those that it needs.
    static constexpr std::size_t kFirst = Density::kLookupsMin + 2;

    Refresh(const NodeId& own, const Pace& pace, Random& random)
        : own_(own), pace_(pace), random_(random) {}

    // Somebody entered the table: if it was the first, lookups begin.
    void joined(Time now);
    // Somebody left the table, which has this size now: newcomers are wanted sooner.
    void left(std::size_t size);
    std::optional<NodeId> due(const Table& table, Time now);
    [[nodiscard]] std::optional<Time> next_wakeup() const { return next_; }

private:
    [[nodiscard]] unsigned next_distance(const Table& table, Time now) const;
    NodeId target_at(unsigned distance);

    NodeId own_;
    Pace pace_;
    Random& random_;
    std::optional<Time> next_;  // none: the table is empty
    Time last_;
    std::size_t lookups_ = 0;             // since lookups began
    std::map<unsigned, Time> refreshed_;  // by distance; 0: ourselves
    std::size_t size_before_ = 0;         // of the table, at the last lookup
    unsigned quiet_ = 0;                  // lookups since it grew
};

}  // namespace starling::p2p::discv5
