#pragma once

#include "consensus/block.h"
#include "consensus/parameters.h"
#include "consensus/random.h"

#include <optional>

namespace starling::sim {

// Blocks and transactions that break one rule and no other, so that it is this rule that has to
// refuse them. Each block has its work anew.

// Its header commits to other transactions than it has: a mutated copy of no block.
Block with_wrong_root(Block block, const Parameters& parameters, Random& random);
// Its coinbase takes a coin more than it may.
Block with_greed(Block block, const Parameters& parameters);
// Its last transaction has a forged signature. Nothing for a block that has only a coinbase.
std::optional<Block> with_forgery(Block block, const Parameters& parameters);
// Has this transaction too. Nothing for a block that does not commit to witnesses.
std::optional<Block> with_transaction(Block block,
                                      TransactionData tx,
                                      const Parameters& parameters);

// The same transaction with forged signatures: the same txid, another wtxid.
Shared<Transaction> forged(const Transaction& tx);

}  // namespace starling::sim
