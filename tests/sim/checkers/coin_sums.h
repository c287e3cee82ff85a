#pragma once

#include "chain/store.h"
#include "consensus/amount.h"
#include "consensus/digest.h"

#include <cstdint>

namespace starling::sim {

// A store's coins in short. Coins come in the order of their outpoints, so plain SHA-256 over them
// all is a hash of the set; MuHash would take thirty times as long for nothing.
struct CoinSum {
    BlockHash boundary;  // the block after which they stand so
    Hash256 hash;
    std::uint64_t coins = 0;
    Amount total;
};
CoinSum coin_sum(const chain::Store& store);

}  // namespace starling::sim
