#pragma once

#include <compare>
#include <cstdint>

namespace starling {

// A sum of money in the smallest unit, of which a coin has 100,000,000. Signed, because differences
// of amounts are amounts; `in_money_range` tells whether it can stand in an output.
struct Amount {
    std::int64_t units = 0;

    friend constexpr auto operator<=>(const Amount&, const Amount&) = default;
    friend constexpr Amount operator+(Amount a, Amount b) { return {a.units + b.units}; }
    friend constexpr Amount operator-(Amount a, Amount b) { return {a.units - b.units}; }
    constexpr Amount& operator+=(Amount other) {
        units += other.units;
        return *this;
    }
    constexpr Amount& operator-=(Amount other) {
        units -= other.units;
        return *this;
    }
};

constexpr Amount kCoin{100'000'000};
// Bitcoin Core's MAX_MONEY: a consensus bound on every output and every sum of outputs.
constexpr Amount kMoneyMax{21'000'000 * kCoin.units};

constexpr bool in_money_range(Amount amount) {
    return amount.units >= 0 && amount <= kMoneyMax;
}

}  // namespace starling
