#pragma once

#include "consensus/block.h"
#include "consensus/connect_block.h"

#include <optional>
#include <utility>
#include <vector>

namespace starling::chain {

using Coins = std::vector<std::pair<OutPoint, Coin>>;

// How a block's delta lies in the store. Only the spent coins are written, because the made ones
// stand in the block itself, which lies in a segment: undo data is half as large for it.

// The coins must be sorted by outpoint; the outputs of one transaction share its id.
Bytes encode_spent(const Coins& spent);
// Nothing for bytes that encode_spent could not have written.
std::optional<Coins> decode_spent(ByteView bytes);

// The coins that a block at a height makes and does not spend itself, sorted by outpoint.
Coins coins_made(const Block& block, Height height);

}  // namespace starling::chain
