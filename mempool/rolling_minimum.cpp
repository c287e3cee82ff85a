#include "mempool/rolling_minimum.h"

#include <cmath>

namespace starling::mempool {

namespace {

constexpr double kPerThousand = 1'000.0;

double per_thousand(const FeeRate& rate) {
    return static_cast<double>(rate.fee.units) * kPerThousand / static_cast<double>(rate.size);
}

}  // namespace

void RollingMinimum::evicted(const FeeRate& chunk) {
    const double rate = per_thousand(chunk) + per_thousand(step_);
    if (rate <= rate_) return;
    rate_ = rate;
    falling_ = false;
}

void RollingMinimum::block_connected(Time now, double full) {
    advance(now, full);
    updated_ = now;
    falling_ = true;
}

void RollingMinimum::advance(Time now, double full) {
    // Bitcoin Core's granularity: many small steps would be many roundings.
    if (!falling_ || now < updated_ + std::chrono::seconds{10}) return;
    rate_ = decayed(now, full);
    updated_ = now;
}

FeeRate RollingMinimum::at(Time now, double full) const {
    const double rate = decayed(now, full);
    if (rate == 0) return {Amount{}, 1'000};
    const FeeRate rounded{Amount{std::llround(rate)}, 1'000};
    return rounded > step_ ? rounded : step_;
}

double RollingMinimum::decayed(Time now, double full) const {
    if (rate_ == 0 || !falling_ || now <= updated_) return rate_;
    const double speed = full < 0.25 ? 4 : (full < 0.5 ? 2 : 1);
    const auto passed = static_cast<double>((now - updated_).count());
    const double half_lives = speed * passed / static_cast<double>(Duration{kHalfLife}.count());
    const double rate = rate_ * std::exp2(-half_lives);
    return rate < per_thousand(step_) / 2 ? 0 : rate;
}

}  // namespace starling::mempool
