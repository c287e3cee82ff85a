#pragma once

#include "consensus/block.h"

#include <cstdint>
#include <vector>

namespace starling {

// How the coins of one block go round within it, worked out from the block alone.
//
// Sorting is what connecting a block costs beside its scripts. Done here, by the worker that checks
// the block, it leaves the protocol thread one pass over the inputs.
struct SpendPlan {
    // An input's coin is not made by an earlier transaction of this block: the next of the needs.
    static constexpr std::int32_t kFromChain = -1;
    // An earlier input of this block has spent the same coin.
    static constexpr std::int32_t kSpentBefore = -2;

    struct Output {
        std::uint32_t transaction = 0;
        std::uint32_t index = 0;
        friend bool operator==(const Output&, const Output&) = default;
    };

    // For every input after the coinbase's, in order: one of the two above, or the earlier
    // transaction of this block that has the txid it spends from.
    std::vector<std::int32_t> makers;
    std::vector<std::uint32_t> needs_order;  // indices of the needs, sorted by outpoint
    std::vector<Output> made;  // spendable and not spent in the block; sorted by outpoint
};

struct PlannedSpends {
    SpendPlan plan;
    std::vector<OutPoint> needs;  // the coins from the chain, in the order of inputs; none twice
};

PlannedSpends plan_spends(const Block& block);

}  // namespace starling
