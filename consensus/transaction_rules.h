#pragma once

#include "consensus/coin.h"
#include "consensus/header_node.h"
#include "consensus/parameters.h"
#include "consensus/reject.h"
#include "consensus/result.h"

#include <cstdint>
#include <span>

namespace starling {

// Rules of one transaction in the form in which a whole block applies them: what all transactions
// of the block share is computed once, and coins are looked at where they lie. Others use
// check_transaction_after and check_inputs.

// Where in the chain a transaction would stand.
struct Place {
    Height height;
    std::int64_t median_time = 0;  // of the parent (BIP 113)
};

Result<Unit, Reject> check_place(const Transaction& tx,
                                 const Place& place,
                                 const Parameters& parameters);

// A coin whose output is kept by someone else.
struct CoinView {
    const TxOut* output = nullptr;
    Height height;
    bool coinbase = false;
};

// See check_inputs.
Result<Amount, Reject> check_spends(const Transaction& tx,
                                    std::span<const CoinView> coins,
                                    const HeaderNode& parent);

}  // namespace starling
