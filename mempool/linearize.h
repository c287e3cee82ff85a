#pragma once

#include "mempool/fee_rate.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace starling::mempool {

// A set of a cluster's transactions, one bit each: 64 is the bound that keeps it in a register.
using MemberSet = std::uint64_t;
constexpr std::size_t kMembersMax = 64;
constexpr MemberSet member(std::size_t index) {
    return MemberSet{1} << index;
}

// Fees, sizes and dependencies of a cluster's transactions, with nothing else about them.
//
// Invariants: ancestors and descendants are transitive and contain the member itself; no cycles.
class ClusterGraph {
public:
    // `parents[i]` are direct parents of i, in any order of members.
    ClusterGraph(std::vector<FeeRate> rates, const std::vector<MemberSet>& parents);

    [[nodiscard]] std::size_t size() const { return rates_.size(); }
    [[nodiscard]] const FeeRate& rate(std::size_t i) const { return rates_[i]; }
    [[nodiscard]] MemberSet ancestors(std::size_t i) const { return ancestors_[i]; }
    [[nodiscard]] MemberSet descendants(std::size_t i) const { return descendants_[i]; }
    [[nodiscard]] MemberSet all() const;
    [[nodiscard]] FeeRate total(MemberSet set) const;  // the set must not be empty
    // The connected parts of a set, the part with the lowest member first.
    [[nodiscard]] std::vector<MemberSet> components(MemberSet set) const;

private:
    std::vector<FeeRate> rates_;
    std::vector<MemberSet> ancestors_;
    std::vector<MemberSet> descendants_;
};

using Order = std::vector<std::uint8_t>;  // members, parents before children

// A stretch of an order that is mined or evicted as one.
struct Chunk {
    std::size_t begin = 0;  // positions in the order
    std::size_t end = 0;
    FeeRate rate;  // their sum
};
// Splits an order where its fee rate falls: the rates of chunks never increase.
std::vector<Chunk> chunks_of(const ClusterGraph& graph, const Order& order);

// Takes again and again the transaction that pays best together with its missing ancestors.
Order ancestor_order(const ClusterGraph& graph);
// Moves stretches that pay better to the front where no dependency forbids it. Never worse than
// `order`, and every chunk of the result is connected.
Order post_linearized(const ClusterGraph& graph, const Order& order);

// Steps of the search for better sets in one cluster: about a quarter of a millisecond, so that a
// stream of transactions into full clusters costs less than their signatures.
constexpr std::size_t kSearchStepsMax = 1'000;

// An order whose fee-rate diagram is nowhere below that of ancestor_order, and is optimal where
// `steps` suffice, which they do for most clusters that people make. Equal inputs, equal order.
//
// It takes the best set that branch and bound finds, then goes on with the rest (the method of
// Bitcoin Core 28, with the ancestor order as the one not to fall behind).
Order linearized(const ClusterGraph& graph, std::size_t steps = kSearchStepsMax);

}  // namespace starling::mempool
