#include "sim/net/datagrams.h"

#include "unit/sim/net/net_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <gmock/gmock.h>

namespace starling::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::NetWorld;
using test::plain_plan;
using ::testing::AllOf;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

// How many of so many arrive, one a millisecond.
std::size_t arrived_of(NetWorld& world, std::size_t sent) {
    world.at(1).datagrams.clear();
    for (std::size_t n = 0; n < sent; ++n) {
        world.datagram(0, world.plan.hosts[1].address);
        world.run(milliseconds{1});
    }
    world.run(seconds{1});
    return world.at(1).datagrams.size();
}

TEST(Datagrams, ArriveAfterTheirDelayFromTheirSendersAddress) {
    NetWorld world(plain_plan(2));
    world.datagram(0, world.plan.hosts[1].address, 1'280);
    world.run(seconds{1});
    ASSERT_THAT(world.at(1).datagrams, SizeIs(1));
    const auto& came = world.at(1).datagrams[0];
    EXPECT_EQ(came.datagram.from, world.plan.hosts[0].address);
    EXPECT_THAT(came.datagram.bytes, SizeIs(1'280));
    EXPECT_THAT(came.when, AllOf(Ge(Moment{milliseconds{50}}), Le(Moment{milliseconds{51}})));
}

// Seed 7 of ten thousand hosts: NODES of 1,269 bytes were told of as 1,297.
TEST(Datagrams, AreToldOfByTheBytesThatProtocolsBound) {
    struct Heard final : Observer {
        std::size_t out = 0, in = 0;
        void datagram_sent(HostIndex, HostIndex, std::string_view, std::size_t bytes) override {
            out = bytes;
        }
        void datagram_received(HostIndex, HostIndex, std::string_view, std::size_t bytes) override {
            in = bytes;
        }
    } heard;
    NetWorld world(plain_plan(2));
    world.observers.add(heard);
    world.datagram(0, world.plan.hosts[1].address, 1'280);
    world.run(seconds{1});
    EXPECT_EQ(heard.out, 1'280u);
    EXPECT_EQ(heard.in, 1'280u);
}

TEST(Datagrams, AreLostAtTheRateOfTheSettingsAndOfABurst) {
    Plan plan = plain_plan(2);
    plan.settings.internet.datagram_loss = 100'000;
    NetWorld world(std::move(plan));
    EXPECT_THAT(arrived_of(world, 10'000), AllOf(Ge(8'850u), Le(9'150u)));
    const Fault burst{.number = 1, .kind = Fault::Kind::loss_burst, .amount = 400'000};
    world.internet.begin(burst);
    EXPECT_THAT(arrived_of(world, 10'000), AllOf(Ge(4'800u), Le(5'200u)));
    world.internet.end(burst);
    EXPECT_THAT(arrived_of(world, 10'000), AllOf(Ge(8'850u), Le(9'150u)));
}

TEST(Datagrams, OvertakeEachOtherByJitter) {
    Plan plan = plain_plan(2);
    plan.settings.internet.jitter_percent = 20;
    NetWorld world(std::move(plan));
    for (std::size_t size = 1; size <= 100; ++size)
        world.datagram(0, world.plan.hosts[1].address, size);
    world.run(seconds{1});
    std::vector<std::size_t> sizes;
    for (const auto& came : world.at(1).datagrams)
        sizes.push_back(came.datagram.bytes.size());
    EXPECT_THAT(sizes, SizeIs(100));
    EXPECT_FALSE(std::is_sorted(sizes.begin(), sizes.end()));
    EXPECT_GE(world.at(1).datagrams.front().when, Moment{milliseconds{40}});
    EXPECT_LE(world.at(1).datagrams.back().when, Moment{milliseconds{61}});
}

// 200 ms of a line of 100 KB/s are 20 KB.
TEST(Datagrams, AreDroppedAtTheTailOfALinesQueue) {
    for (const HostIndex slow : {0u, 1u}) {
        Plan plan = plain_plan(2);
        plan.hosts[slow].upload = plan.hosts[slow].download = 100'000;
        NetWorld world(std::move(plan));
        for (int n = 0; n < 1'000; ++n)
            world.datagram(0, world.plan.hosts[1].address, 1'000);
        world.run(seconds{10});
        EXPECT_THAT(world.at(1).datagrams.size(), AllOf(Ge(19u), Le(30u))) << slow;
    }
}

TEST(Datagrams, DoNotWaitBehindABlock) {
    Plan plan = plain_plan(2);
    plan.hosts[0].upload = 100'000;
    NetWorld world(std::move(plan));
    const p2p::PeerId peer = world.connect(0, 1);
    world.ping(0, peer, 1, 1'000'000);
    const Moment sent = world.events.now();
    world.datagram(0, world.plan.hosts[1].address);
    world.run(seconds{1});
    ASSERT_THAT(world.at(1).datagrams, SizeIs(1));
    EXPECT_LE(world.at(1).datagrams[0].when - sent, milliseconds{55});
}

TEST(Datagrams, GetToNobodyWhoIsNotThere) {
    NetWorld world(plain_plan(2));
    world.datagram(0, p2p::Endpoint::ipv4({10, 9, 9, 9}, 8333));
    world.datagram(0, p2p::Endpoint{world.plan.hosts[1].address.address, 9});
    world.datagram(0, world.plan.hosts[1].address);
    world.internet.attach(1, nullptr);
    world.run(seconds{1});
    EXPECT_THAT(world.at(1).datagrams, IsEmpty());
}

}  // namespace
}  // namespace starling::sim
