#pragma once

#include "p2p/identity/node_id.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace starling::p2p::discv5 {

// How crowded our place in the overlay is, beside the rest of it.
struct DensityFigures {
    std::optional<double> network_size;  // nodes; none: too few lookups so far, or too few nodes
    // How much denser the nodes nearest to us lie than in the rest: the nearest 16, and the nearest
    // 8 of them. About 1 where chance put them; none while network_size or they are missing.
    std::optional<double> ratio, inner_ratio;
    bool alarming = false;    // somebody has made ids to be near us
    std::size_t lookups = 0;  // that network_size rests on
};

// Decides whether the nodes nearest to us are too many to be there by chance: who makes keys until
// their ids lie around ours owns what is found there, and leaves a denser place behind.
//
// The estimate. Ids are hashes, so of n nodes those within a fraction x of all ids from a point are
// a Poisson number of mean nx, and if the k-th nearest lies at x, (k - 1)/x is an unbiased estimate
// of n of relative deviation 1/sqrt(k - 2) (k = 16: 0.27). Lookups of random targets, which nobody
// can foresee, each give one; their median is the network's size: to move it an attacker needs
// every second node of the whole network. The same estimate at our own id, divided by it, is the
// ratio. A target is used only if its nearest nodes all differ from it in less than it differs from
// us, so that the crowd that we look for does not raise the figure that it is compared with.
//
// This is the check of Sridhar, Ascigil, Keizer, Genon, Pierre, Psaras, Riviere and Krol, "Content
// Censorship in the InterPlanetary File System" (NDSS 2024), who compare the nearest nodes' common
// prefixes with those that the estimated size of the network makes probable, by their
// Kullback-Leibler divergence, and detected 99.6 % of attacks. Distances instead of prefixes, as
// here, waste nothing by rounding, and need no logarithm, which machines compute differently.
//
// Measured (tests/unit/p2p/discovery/density_test.cpp, networks of 100 and 1,000 nodes): all of the
// nearest 16 hostile are detected in over 99 % of the cases, 8 of them in 9 of 10; false alarms are
// under 1 % of nodes. Who owns fewer is not seen, and need not be: half of the answers are honest.
class Density {
public:
    static constexpr std::size_t kNearest = 16;  // of them the nearest kInner are looked at alone
    static constexpr std::size_t kInner = 8;
    static constexpr std::size_t kLookupsMax = 32;  // the last ones; a day or two of refreshing
    static constexpr std::size_t kLookupsMin = 4;   // from here on false alarms are rare enough
    // By chance the ratio passes its mark in 1 of 2,000 places, that of the inner ones in 1 of
    // 1,000, were the size of the network known exactly.
    static constexpr double kAlarm = 2.5;
    static constexpr double kInnerAlarm = 3.5;
    // An alarm ends below this part of the marks, so that a node that comes and goes does not
    // switch it.
    static constexpr double kCalm = 0.8;

    explicit Density(const NodeId& own) : own_(own) {}

    // A lookup of a target of our own choice has ended; `closest`: those that answered, nearest
    // first.
    void looked_up(const NodeId& target, std::span<const NodeId> closest);
    // The nodes nearest to us, nearest first, when they have changed and after each lookup.
    void measure(std::span<const NodeId> nearest);
    // Would this node be one of those that were measured last?
    [[nodiscard]] bool concerns(const NodeId& id) const;

    // The ratio at any other place; none where figures() has none.
    [[nodiscard]] std::optional<double> ratio_at(const NodeId& target,
                                                 std::span<const NodeId> closest) const;
    [[nodiscard]] const DensityFigures& figures() const { return figures_; }

private:
    NodeId own_;
    std::vector<double> sizes_;      // by lookup, the oldest first; at most kLookupsMax
    std::optional<NodeId> outmost_;  // of those measured; none: fewer than kNearest
    DensityFigures figures_;
};

}  // namespace starling::p2p::discv5
