#pragma once

#include "mempool/fee_rate.h"

#include <compare>
#include <span>
#include <vector>

namespace starling::mempool {

// A fee-rate diagram: the fees that the best transactions of a given total size pay, as chunk after
// chunk with falling rates, from (0, 0) on. Between its points it is straight, behind its end flat.
using Diagram = std::vector<FeeRate>;

// The chunks of several clusters as one diagram: sorted by falling rate.
Diagram merged_diagram(std::vector<FeeRate> chunks);

// Which diagram pays more at every size; `unordered` if each is better somewhere.
std::partial_ordering compare_diagrams(std::span<const FeeRate> a, std::span<const FeeRate> b);

}  // namespace starling::mempool
