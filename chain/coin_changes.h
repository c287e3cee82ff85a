#pragma once

#include "chain/store.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace starling::chain {

// Turns the steps of a batch into its net changes of the set of coins, in the order of outpoints.
//
// The deltas are sorted already, so they are merged rather than collected: memory is a few dozen
// bytes a step, however many coins they hold, and no coin is copied. What was made and spent within
// the batch does not appear.
class CoinChanges {
public:
    // The steps must outlive it.
    explicit CoinChanges(const std::vector<Step>& steps);

    struct Change {
        const OutPoint* point = nullptr;
        const Coin* coin = nullptr;  // null: the coin is no more
        bool was_there = false;      // before the batch, perhaps with another height
    };
    std::optional<Change> next();

private:
    // One sorted list of a delta with the place up to which it was taken.
    struct Source {
        std::uint64_t prefix = 0;  // of the next outpoint: spares most comparisons a look at it
        const std::pair<OutPoint, Coin>* at = nullptr;
        const std::pair<OutPoint, Coin>* end = nullptr;
        std::size_t step = 0;
        bool puts = false;  // its coins are there after the step, rather than before it
    };
    static bool comes_later(const Source& a, const Source& b);
    void add(const std::vector<std::pair<OutPoint, Coin>>& coins, std::size_t step, bool puts);
    Source take();  // the source of the next coin, advanced by that coin in the heap

    std::vector<Source> heap_;  // the next coin on top
};

}  // namespace starling::chain
