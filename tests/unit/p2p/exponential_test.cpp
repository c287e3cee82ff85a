#include "p2p/exponential.h"

#include "p2p/rolling_set.h"
#include "p2p/token_bucket.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;

TEST(Exponential, HasItsMeanAndItsTail) {
    test::SeededRandom random(7);
    constexpr int kDraws = 50'000;
    std::int64_t sum = 0;
    int over_mean = 0;
    int over_double = 0;
    for (int i = 0; i < kDraws; ++i) {
        const Duration draw = exponential(random, 5s);
        ASSERT_GE(draw, 0s);
        sum += draw.count();
        over_mean += draw > 5s ? 1 : 0;
        over_double += draw > 10s ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(sum) / kDraws, 5'000, 100);
    EXPECT_NEAR(over_mean, kDraws * 0.3679, 500);    // e^-1
    EXPECT_NEAR(over_double, kDraws * 0.1353, 400);  // e^-2
}

TEST(RollingSet, RemembersAGenerationAndForgetsWithinTwo) {
    test::SeededRandom random(1);
    RollingSet set(100, random);
    const auto hash = [](std::uint32_t n) {
        Hash256 out;
        for (std::size_t i = 0; i < 4; ++i)
            out.bytes[i] = static_cast<std::uint8_t>(n >> (8 * i));
        return out;
    };
    for (std::uint32_t n = 0; n < 10'000; ++n) {
        set.add(hash(n));
        EXPECT_TRUE(set.contains(hash(n < 99 ? 0 : n - 99)));
        if (n >= 200) {
            EXPECT_FALSE(set.contains(hash(n - 200)));
        }
        EXPECT_LE(set.size(), 200u);
    }
}

TEST(TokenBucket, RefillsSteadilyAndNeverOverflows) {
    TokenBucket bucket(10, 2, Time{0ms});
    EXPECT_TRUE(bucket.take(10, Time{0ms}));
    EXPECT_FALSE(bucket.take(1, Time{499ms}));
    EXPECT_TRUE(bucket.take(1, Time{500ms}));
    EXPECT_FALSE(bucket.take(1, Time{501ms}));
    EXPECT_TRUE(bucket.take(10, Time::max()));
    EXPECT_FALSE(bucket.take(1, Time{0ms}));
    bucket.give_back(100);
    EXPECT_FALSE(bucket.take(11, Time{0ms}));
    EXPECT_TRUE(bucket.take(10, Time{0ms}));
}

}  // namespace
}  // namespace starling::p2p
