// Worlds of the swarm that once failed, each for a reason of its own.

#include "sim/run.h"

#include <gtest/gtest.h>

#include <string>

namespace starling::sim {
namespace {

// Empty: nothing was violated.
std::string violated(std::uint64_t seed) {
    const Report report = run(draw_swarm(seed, 10));
    if (report.violations.empty()) return {};
    return report.violations.front().property + ": " + report.violations.front().what;
}

// A host had one peer, which gave the connection up during a partition; the host had just pinged,
// sent nothing more and waited twenty minutes for the answer.
TEST(Regression, WhoKeepsAConnectionThatTheOtherEndGaveUpFindsOut) {
    EXPECT_EQ(violated(275), "");
}

// More than a quarter of the datagrams was lost, and a host that knew nobody asked its one
// bootstrap node every five minutes only.
TEST(Regression, WhoIsAloneAsksItsBootstrapNodesOften) {
    EXPECT_EQ(violated(1216), "");
}

// Of two connections that crossed, one end asked for blocks on the one that the other had left: it
// was counted as waiting for them for ever.
TEST(Regression, WhatIsAskedOfAConnectionThatTheOtherEndLeftIsNotOwed) {
    EXPECT_EQ(violated(428), "");
}

}  // namespace
}  // namespace starling::sim
