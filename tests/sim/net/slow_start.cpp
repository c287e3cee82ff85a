#include "sim/net/slow_start.h"

#include <algorithm>

namespace starling::sim {

Moment SlowStart::sent(Moment from, std::size_t bytes, Span round_trip, const Line& line) {
    const Span unused = from - last_;
    const auto timeouts = unused / (round_trip + kTimeoutMin);
    if (timeouts > 0) {
        window_ = std::max(kWindowMin, window_ >> std::min<Span::rep>(timeouts, 31));
        round_began_ = from;
        used_ = 0;
    }
    Moment now = from;
    while (bytes > 0) {
        if (now >= round_began_ + round_trip) begin_round(now);
        if (used_ == window_) {
            now = round_began_ + round_trip;
            continue;
        }
        const std::size_t some = std::min<std::size_t>(bytes, window_ - used_);
        bytes -= some;
        used_ += static_cast<std::uint32_t>(some);
        now += line.time_of(some);
    }
    last_ = now;
    return now;
}

// The window grows by what was acknowledged, if it was what held the sender back (as Linux has it:
// more than half of it was used).
void SlowStart::begin_round(Moment now) {
    if (used_ * 2 > window_) window_ = std::min(window_ + used_, kWindowMax);
    round_began_ = now;
    used_ = 0;
}

}  // namespace starling::sim
