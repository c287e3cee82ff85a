#pragma once

#include "node/block_file.h"

#include <cstdint>
#include <vector>

namespace starling::node {

// The order in which found blocks are fed: each behind its parent where that is among them, and as
// they stand in the files otherwise, so that of two branches the one that came first is seen first.
// Gives indices into `blocks`; every one appears once.
std::vector<std::uint32_t> import_order(const std::vector<FoundBlock>& blocks);

}  // namespace starling::node
