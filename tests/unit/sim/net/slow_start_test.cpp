#include "sim/net/slow_start.h"

#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>

namespace starling::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// TCP segment by segment: each acknowledgement opens the window by what it acknowledges.
Moment naive(std::size_t bytes, Span round_trip, const Line& line) {
    struct Sent {
        Moment acknowledged;
        std::size_t bytes = 0;
    };
    std::deque<Sent> on_the_way;
    std::size_t window = SlowStart::kWindowMin, unacknowledged = 0;
    Moment now{};
    while (bytes > 0) {
        const std::size_t segment = std::min(bytes, kSegmentBytes);
        while (!on_the_way.empty() &&
               (on_the_way.front().acknowledged <= now || unacknowledged + segment > window)) {
            now = std::max(now, on_the_way.front().acknowledged);
            unacknowledged -= on_the_way.front().bytes;
            window =
                std::min<std::size_t>(window + on_the_way.front().bytes, SlowStart::kWindowMax);
            on_the_way.pop_front();
        }
        now += line.time_of(segment);
        bytes -= segment;
        unacknowledged += segment;
        on_the_way.push_back({now + round_trip, segment});
    }
    return now;
}

TEST(SlowStart, IsWithinATenthOfARoundTripAndFivePercentOfTcpSegmentBySegment) {
    test::SeededRandom random(11);
    for (int round = 0; round < 300; ++round) {
        const std::size_t bytes = 1 + random.below(random.below(2) == 0 ? 50'000 : 4'000'000);
        const Span round_trip = milliseconds{4 + random.below(300)};
        const Line line(200'000 + random.below(5'000'000));
        const Span exact = naive(bytes, round_trip, line) - Moment{};
        const Span ours = SlowStart().sent(Moment{}, bytes, round_trip, line) - Moment{};
        const Span difference = ours > exact ? ours - exact : exact - ours;
        EXPECT_LE(difference, exact / 20 + round_trip / 10)
            << bytes << " bytes, " << round_trip.count() << " us, " << line.rate()
            << " bytes a second: " << ours.count() << " for " << exact.count();
    }
}

TEST(SlowStart, TakesARoundTripMoreForEachDoubling) {
    const Line fast(1'000'000'000);
    const Span round_trip = milliseconds{100};
    const auto sent = [&](std::size_t windows) {
        return SlowStart().sent(Moment{}, windows * SlowStart::kWindowMin, round_trip, fast) -
               Moment{};
    };
    EXPECT_LT(sent(1), milliseconds{1});
    EXPECT_NEAR(static_cast<double>(sent(3).count()), 100'000, 1'000);
    EXPECT_NEAR(static_cast<double>(sent(7).count()), 200'000, 1'000);
    EXPECT_NEAR(static_cast<double>(sent(8).count()), 300'000, 1'000);
}

TEST(SlowStart, ShrinksAgainWhereNothingIsSent) {
    const Line line(2'000'000);
    const Span round_trip = milliseconds{100};
    SlowStart window;
    const Moment done = window.sent(Moment{}, 2'000'000, round_trip, line);
    const std::uint32_t grown = window.window();
    EXPECT_GE(grown, 200'000u) << "what the line and the round trip hold";
    window.sent(done + milliseconds{10}, 1, round_trip, line);
    EXPECT_EQ(window.window(), grown);
    window.sent(done + milliseconds{320}, 1, round_trip, line);
    EXPECT_EQ(window.window(), grown / 2);
    window.sent(done + seconds{60}, 1, round_trip, line);
    EXPECT_EQ(window.window(), SlowStart::kWindowMin);
}

TEST(SlowStart, DoesNotGrowByMessagesThatItNeverHeldBack) {
    const Line line(2'000'000);
    SlowStart window;
    Moment now{};
    for (int i = 0; i < 1'000; ++i) {
        window.sent(now, 100, milliseconds{100}, line);
        now += milliseconds{50};
    }
    EXPECT_EQ(window.window(), SlowStart::kWindowMin);
}

}  // namespace
}  // namespace starling::sim
