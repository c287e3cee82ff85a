#pragma once

#include "mempool/linearize.h"

namespace starling::mempool {

// The set within `left` that pays best among those with all their ancestors in `left`, or the best
// found until `steps` ran out (they are then 0). Never worse than `start`, which is such a set.
//
// Branch and bound: each step decides on one transaction, with its ancestors or without its
// descendants. The bound is what the set would pay if dependencies did not matter.
// Members must be numbered by falling fee rate.
MemberSet best_set(const ClusterGraph& graph, MemberSet left, MemberSet start, std::size_t& steps);

}  // namespace starling::mempool
