#include "sim/engine/draw.h"

#include "sim/engine/stream.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace starling::sim {
namespace {

constexpr double kUnit = 4'294'967'296.0;  // 2^32
constexpr int kDraws = 200'000;

TEST(Draw, MinusLogIsTheLogarithmToAMillionth) {
    EXPECT_EQ(minus_log(~std::uint64_t{0}), 0u);
    EXPECT_NEAR(static_cast<double>(minus_log(0)) / kUnit, 64 * std::log(2.0), 1e-9);
    Stream stream(1);
    for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t n = stream.next() >> stream.below(64);
        const double expected = -std::log((static_cast<double>(n) + 1) / std::pow(2.0, 64));
        // To a millionth, or to the unit in which it is given.
        EXPECT_NEAR(static_cast<double>(minus_log(n)) / kUnit, expected,
                    expected * 1e-6 + 1 / kUnit)
            << n;
    }
}

TEST(Draw, MinusLogNeverRises) {
    Stream stream(2);
    for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t n = stream.next() >> stream.below(64);
        if (n == ~std::uint64_t{0}) continue;
        EXPECT_GE(minus_log(n), minus_log(n + 1));
    }
}

template <class Drawn>
double mean_of(Drawn drawn) {
    double sum = 0;
    for (int i = 0; i < kDraws; ++i)
        sum += static_cast<double>(drawn().count());
    return sum / kDraws;
}

TEST(Draw, ExponentialHasItsMeanAndItsTail) {
    Stream stream(3);
    const Span mean = std::chrono::seconds{100};
    EXPECT_NEAR(mean_of([&] { return exponential(stream, mean); }), 1e8, 1e6);
    int beyond = 0;
    for (int i = 0; i < kDraws; ++i)
        beyond += exponential(stream, mean) > 3 * mean ? 1 : 0;
    EXPECT_NEAR(static_cast<double>(beyond) / kDraws, std::exp(-3), 0.002);
    EXPECT_EQ(exponential(stream, Span{0}), Span{0});
}

TEST(Draw, WeibullHasItsMeanAndItsMedian) {
    Stream stream(4);
    const Span scale = std::chrono::seconds{1'000};
    for (const unsigned shape : {400u, 615u, 1'000u, 2'500u}) {
        const double k = shape / 1'000.0;
        // The heavier the tail, the longer a mean takes to show.
        EXPECT_NEAR(
            mean_of([&] { return weibull(stream, scale, shape); }) / (1e9 * std::tgamma(1 + 1 / k)),
            1, 0.03)
            << shape;
        const Span median{static_cast<std::int64_t>(1e9 * std::pow(std::log(2.0), 1 / k))};
        int below = 0;
        for (int i = 0; i < kDraws; ++i)
            below += weibull(stream, scale, shape) < median ? 1 : 0;
        EXPECT_NEAR(static_cast<double>(below) / kDraws, 0.5, 0.005) << shape;
    }
}

TEST(Draw, WeibullOfAnExtremeShapeStaysInBounds) {
    Stream stream(5);
    const Span scale = std::chrono::hours{1'000};
    for (int i = 0; i < 10'000; ++i) {
        const Span drawn = weibull(stream, scale, 10);
        EXPECT_GE(drawn, Span{0});
        EXPECT_LE(drawn, std::chrono::hours{24 * 365 * 100});
    }
}

TEST(Draw, WeightedDrawsInProportion) {
    Stream stream(6);
    const std::array<std::uint64_t, 4> weights{1, 0, 6, 3};
    std::array<int, 4> drawn{};
    for (int i = 0; i < kDraws; ++i)
        ++drawn.at(weighted(stream, weights));
    EXPECT_NEAR(drawn[0], kDraws * 0.1, kDraws * 0.005);
    EXPECT_EQ(drawn[1], 0);
    EXPECT_NEAR(drawn[2], kDraws * 0.6, kDraws * 0.005);
}

TEST(Draw, UniformAndChanceReachTheirBounds) {
    Stream stream(7);
    bool low = false;
    bool high = false;
    for (int i = 0; i < 1'000; ++i) {
        const Span drawn = uniform(stream, Span{-2}, Span{2});
        EXPECT_LE(std::abs(drawn.count()), 2);
        low |= drawn == Span{-2};
        high |= drawn == Span{2};
        EXPECT_FALSE(chance(stream, 0));
        EXPECT_TRUE(chance(stream, kPpm));
    }
    EXPECT_TRUE(low && high);
}

// These numbers are part of every trace hash.
TEST(Draw, GivesTheSameDrawsByEveryCompiler) {
    Stream stream(8);
    const Span first = exponential(stream, std::chrono::hours{1});
    const Span second = weibull(stream, std::chrono::hours{1}, 615);
    EXPECT_EQ(first, Span{1'729'622'194});
    EXPECT_EQ(second, Span{1'132'794'214});
}

}  // namespace
}  // namespace starling::sim
