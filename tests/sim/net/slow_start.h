#pragma once

#include "sim/engine/moment.h"
#include "sim/net/line.h"

#include <cstddef>
#include <cstdint>

namespace starling::sim {

// TCP's congestion window, one step a round trip instead of one an acknowledgement: a window's
// bytes go out, the next window, twice as large, when the first of them is acknowledged. Nothing on
// these lines is lost, so there is no other phase than slow start (RFC 5681) up to the cap.
class SlowStart {
public:
    static constexpr std::uint32_t kWindowMin = 10 * kSegmentBytes;  // RFC 6928
    static constexpr std::uint32_t kWindowMax = 4u << 20;            // Linux's tcp_wmem
    // Added to the round trip: how long a window lasts unused (Linux's least timeout, RFC 5681
    // 4.1). It is halved for each such time.
    static constexpr Span kTimeoutMin = std::chrono::milliseconds{200};

    // When all of `bytes` is on the line, if the first of them may go at `from` (never before what
    // was given earlier was) and nothing but this window holds them back.
    Moment sent(Moment from, std::size_t bytes, Span round_trip, const Line& line);

    // After a loss: from the beginning.
    void restart() { *this = SlowStart(); }
    [[nodiscard]] std::uint32_t window() const { return window_; }

private:
    void begin_round(Moment now);

    Moment round_began_{};
    Moment last_{};
    std::uint32_t window_ = kWindowMin;
    std::uint32_t used_ = 0;  // of the window, in this round
};

}  // namespace starling::sim
