#pragma once

#include "consensus/time.h"

#include <algorithm>
#include <cstdint>

namespace starling::p2p {

// An allowance that refills steadily up to a capacity.
class TokenBucket {
public:
    TokenBucket(std::int64_t capacity, std::int64_t per_second, Time now)
        : capacity_(capacity), per_second_(per_second), left_(capacity), refilled_(now) {}

    // False, and nothing taken, if less is left.
    bool take(std::int64_t amount, Time now) {
        refill(now);
        if (left_ < amount) return false;
        left_ -= amount;
        return true;
    }
    void give_back(std::int64_t amount) { left_ = std::min(capacity_, left_ + amount); }

private:
    void refill(Time now) {
        // A day fills any bucket; the bound keeps the product small.
        const std::int64_t ms = std::clamp<std::int64_t>((now - refilled_).count(), 0, 86'400'000);
        const std::int64_t gained = ms * per_second_ / 1'000;
        if (gained == 0) return;  // wait for a whole token rather than lose parts of it
        left_ = std::min(capacity_, left_ + gained);
        refilled_ = now;
    }

    std::int64_t capacity_;
    std::int64_t per_second_;
    std::int64_t left_;
    Time refilled_;
};

}  // namespace starling::p2p
