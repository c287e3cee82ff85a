#pragma once

#include "consensus/time.h"
#include "mempool/fee_rate.h"

namespace starling::mempool {

// Decides which fee rate a full pool asks for: a little more than what it last had to evict,
// falling by half every 12 hours once a block has made room, and faster while the pool is far from
// full (the rule of Bitcoin Core). Else a stream of transactions that are evicted at once would be
// relayed for nothing.
class RollingMinimum {
public:
    static constexpr Duration kHalfLife = std::chrono::hours{12};

    // `step` is added to what was evicted, and is the least that is asked for at all.
    explicit RollingMinimum(FeeRate step) : step_(step) {}

    void evicted(const FeeRate& chunk);
    // `full` is the part of its memory that the pool uses.
    void block_connected(Time now, double full);
    // Takes the time that has passed since into account, at the present fullness.
    void advance(Time now, double full);
    [[nodiscard]] FeeRate at(Time now, double full) const;

private:
    [[nodiscard]] double decayed(Time now, double full) const;

    FeeRate step_;
    double rate_ = 0;  // units per 1,000 virtual bytes; 0 while nothing was evicted
    Time updated_{};
    bool falling_ = false;  // a block came since the last eviction
};

}  // namespace starling::mempool
