#pragma once

#include "consensus/amount.h"

#include <compare>
#include <cstdint>

namespace starling::mempool {

// A fee and the virtual size that it pays for. Compared as a fraction, without rounding.
struct FeeRate {
    Amount fee;
    std::int64_t size = 1;  // virtual bytes, over 0

    // The fee for `virtual_size` bytes at this rate, rounded up.
    [[nodiscard]] Amount fee_for(std::int64_t virtual_size) const;
    friend std::strong_ordering operator<=>(const FeeRate& a, const FeeRate& b);
    friend bool operator==(const FeeRate& a, const FeeRate& b) { return (a <=> b) == 0; }
};

}  // namespace starling::mempool
