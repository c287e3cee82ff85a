#pragma once

#include "chain/chainstate.h"
#include "mempool/pool_state.h"

#include <map>
#include <optional>
#include <vector>

namespace starling::mempool {

// Answers of the store at one committed boundary.
using StoredCoins = std::map<OutPoint, std::optional<Coin>>;

// What a transaction would spend: outputs of the pool, else coins at the tip, else of the store.
struct Spends {
    std::vector<Coin> coins;        // in the order of the inputs; complete if both below are empty
    std::vector<OutPoint> unknown;  // neither pool nor chain state can tell without the store
    std::vector<Txid> missing;      // what made these is not known, or they are spent; none twice
};

// A coin made in the pool counts as made in the next block.
Spends spends_of(const Transaction& tx,
                 const PoolState& pool,
                 const chain::Chainstate& chain,
                 const StoredCoins& stored);

}  // namespace starling::mempool
