#pragma once

#include "consensus/amount.h"
#include "consensus/random.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace starling::wallet {

// Fee rates of a selection, in units per 1,000 virtual bytes (as Bitcoin Core's sat/kvB).
struct SelectionRates {
    std::int64_t now = 1'000;
    std::int64_t long_term = 10'000;  // what spending a coin later is expected to cost
};

// What a selection has to reach, with sizes in weight units of the transaction to be.
struct SelectionTarget {
    Amount paid;                     // the sum of the payments
    std::int64_t base_weight = 0;    // everything but inputs and change
    std::int64_t input_weight = 0;   // one more input: 230 for a key-path spend
    std::int64_t change_weight = 0;  // one more output: 172 for a Taproot output
    std::int64_t change_spend_weight = 0;
    Amount dust;  // a smaller change is left to the fee
};

struct Selection {
    std::vector<std::size_t> coins;  // indices into the candidates, ascending
    Amount fee;                      // without what a dust change would add
    Amount change;                   // zero: none is made
    Amount waste;  // Bitcoin Core's metric: what this choice costs over later ones
};

// The fee of a weight at a rate, rounded up.
Amount fee_of(std::int64_t weight, std::int64_t units_per_kvb);

// Chooses coins that pay for the target and their own inputs, with the least waste: an exact match
// that needs no change where a bounded search finds one (branch and bound), else the best of the
// largest coins first and of random draws with change. Waste is (inputs * (rate now - rate later))
// plus the cost of change, or the excess where there is none. Nothing if all coins do not suffice.
std::optional<Selection> select_coins(const std::vector<Amount>& candidates,
                                      const SelectionTarget& target,
                                      const SelectionRates& rates,
                                      Random& random);

}  // namespace starling::wallet
