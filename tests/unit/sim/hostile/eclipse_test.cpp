// Hosts of an eclipse by themselves; in worlds: hostile_world_test.

#include "unit/sim/some_hosts.h"

#include <gtest/gtest.h>

namespace starling::sim {
namespace {

using namespace std::chrono_literals;

// One that restarted with blocks to check has deeds due before it is on the network.
TEST(EclipseHost, ThatStartsWithALongTailCallsNobodyBeforeItHasJoined) {
    Settings settings;
    settings.nodes = 4;
    settings.overlay.bootnodes = 2;
    settings.hosts.job_mean = 1s;
    settings.hostile[std::string(kEclipse)] = 1;
    SomeHosts hosts(settings);
    hosts.start_all();
    Host& eclipse = hosts.host(3);
    ASSERT_FALSE(eclipse.plan().honest());
    ASSERT_TRUE(hosts.run_until([&] { return eclipse.joined(); }, 1min));
    for (int i = 0; i < 20; ++i) {
        hosts.mine(3);
        hosts.run_for(10s);
    }
    eclipse.crash(20);
    eclipse.start();
    const Moment started = hosts.events().now();
    const auto calls_somebody = [&] {
        const auto connections = hosts.internet().connections_of(3);
        return std::ranges::any_of(connections,
                                   [](const ConnectionView& one) { return one.dialler == 3; });
    };
    ASSERT_TRUE(hosts.run_until([&] { return eclipse.joined() || calls_somebody(); }, 2min));
    EXPECT_FALSE(calls_somebody());
    EXPECT_GE(hosts.events().now(), started + 1s) << "the tail is long enough to tell";
    EXPECT_TRUE(hosts.run_until(calls_somebody, 1min));
}

}  // namespace
}  // namespace starling::sim
