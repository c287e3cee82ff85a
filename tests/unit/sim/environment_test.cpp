#include "sim/environment.h"

#include "p2p/discovery/limits.h"
#include "sim/engine/stream.h"

#include <gtest/gtest.h>

namespace starling::sim {
namespace {

TEST(Environment, WakeUpIsNeitherEarlyNorLate) {
    Stream stream(1);
    for (int i = 0; i < 10'000; ++i) {
        const Span offset{static_cast<std::int64_t>(stream.below(4'000'000)) - 2'000'000};
        const Moment now{Span{static_cast<std::int64_t>(stream.below(10'000'000'000))}};
        const Time wanted = time_at(now, offset) + Duration{stream.below(5'000)};
        const Moment due = moment_of(wanted, offset);
        EXPECT_GE(time_at(due, offset), wanted);
        EXPECT_LT(time_at(due - Span{1}, offset), wanted);
    }
}

TEST(Environment, WhatIsFarAwayStaysInOrder) {
    EXPECT_GT(moment_of(Time::max()), moment_of(time_at(Moment{std::chrono::hours{100'000}})));
    EXPECT_LT(moment_of(Time::min()), Moment{});
}

TEST(Environment, NetworkIsSlowAndItsOverlayPublic) {
    const Parameters& network = simulated_network();
    EXPECT_EQ(p2p::discv5::pace_of(network).refresh, p2p::discv5::Pace{}.refresh);
    EXPECT_FALSE(network.overlay.loopback);
    EXPECT_GT(time_at(Moment{}).time_since_epoch(),
              std::chrono::seconds{network.genesis.header.time} + std::chrono::hours{24 * 365});
    EXPECT_NE(network.magic, regtest().magic);
}

}  // namespace
}  // namespace starling::sim
