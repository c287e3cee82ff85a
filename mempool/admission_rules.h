#pragma once

#include "chain/chainstate.h"
#include "mempool/pool_state.h"

#include <span>

namespace starling::mempool {

// The rules by which a transaction enters the pool, in Bitcoin Core's order and with its names,
// without its scripts. Nothing here remembers or waits.

enum class Strictness {
    relayed,   // every rule
    returning  // from a disconnected block: what blocks ask, without standardness and fee
};

// Where the transaction would stand.
struct AdmissionPlace {
    const PoolState& pool;
    const HeaderNode& tip;
    const Parameters& parameters;
    Time now;
};

// What can be said before its coins are known.
Result<Unit, Reject> check_arrival(const Transaction& tx,
                                   const AdmissionPlace& place,
                                   Strictness strictness);
// What its coins, in the order of the inputs, add. Gives the fee.
Result<Amount, Reject> check_spending(const Transaction& tx,
                                      std::span<const Coin> coins,
                                      const AdmissionPlace& place,
                                      Strictness strictness);

std::vector<TxOut> outputs_of(std::span<const Coin> coins);

}  // namespace starling::mempool
