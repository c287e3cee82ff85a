#pragma once

#include "consensus/block.h"
#include "consensus/height.h"

#include <cstddef>
#include <optional>

namespace starling {

// BIP 34: what a coinbase's script must begin with, the shortest push of the block's height.
Bytes height_push(Height height);

// BIP 141: the output that carries the witness commitment; the last, if several have its form.
std::optional<std::size_t> commitment_output(const TransactionData& coinbase);
// The script of such an output for a block with this witness Merkle root. `nonce` stands as the
// only witness item of the coinbase's input.
Bytes commitment_script(const Hash256& witness_root, const Hash256& nonce);

}  // namespace starling
