#include "unit/sim/net/net_world.h"

#include <gtest/gtest.h>

#include <chrono>
#include <gmock/gmock.h>

namespace starling::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::NetWorld;
using test::plain_plan;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Span kTolerance = milliseconds{1};

TEST(Connections, TakeTwoRoundTripsToTheDiallerAndHalfOfOneMoreToTheListener) {
    NetWorld world(plain_plan(2));
    world.dial(0, 1);
    world.run(seconds{1});
    ASSERT_THAT(world.at(0).peers, SizeIs(1));
    ASSERT_THAT(world.at(1).peers, SizeIs(1));
    EXPECT_LT(world.at(0).peers[0].when - Moment{milliseconds{200}}, kTolerance);
    EXPECT_LT(world.at(1).peers[0].when - Moment{milliseconds{250}}, kTolerance);
    EXPECT_GE(world.at(1).peers[0].when, Moment{milliseconds{250}});
    EXPECT_EQ(world.observer.begun, 1u);
}

TEST(Connections, TellEachEndWhoTheOtherOneIs) {
    NetWorld world(plain_plan(2));
    const p2p::PeerId peer = world.connect(0, 1);
    const p2p::PeerConnected dialler = world.at(0).peers[0].input;
    const p2p::PeerConnected listener = world.at(1).peers[0].input;
    EXPECT_EQ(dialler.direction, p2p::Direction::outbound);
    EXPECT_EQ(dialler.address, world.plan.hosts[1].address);
    EXPECT_EQ(dialler.key, world.plan.hosts[1].identity.key);
    EXPECT_EQ(listener.peer, peer);
    EXPECT_EQ(listener.direction, p2p::Direction::inbound);
    EXPECT_EQ(listener.address.address, world.plan.hosts[0].address.address);
    EXPECT_NE(listener.address.port, world.plan.hosts[0].address.port);
    EXPECT_EQ(listener.key, world.plan.hosts[0].identity.key);
    EXPECT_EQ(world.internet.other_end(0, peer), 1u);
    EXPECT_EQ(world.internet.other_end(1, peer), 0u);
    EXPECT_EQ(world.internet.host_at(listener.address), 0u);
    ASSERT_THAT(world.internet.connections(), SizeIs(1));
    EXPECT_TRUE(world.internet.connections()[0].established);
}

TEST(Connections, AreRefusedAfterARoundTripWhereNobodyListens) {
    NetWorld world(plain_plan(2));
    world.internet.attach(1, nullptr);
    world.dial(0, 1);
    world.run(seconds{1});
    ASSERT_THAT(world.at(0).failed, SizeIs(1));
    EXPECT_LT(world.at(0).failed[0].when - Moment{milliseconds{100}}, kTolerance);
    EXPECT_EQ(world.at(0).failed[0].input.address, world.plan.hosts[1].address);
    EXPECT_THAT(world.internet.connections(), IsEmpty());
}

TEST(Connections, FailAfterTheTimeoutWhereNobodyIs) {
    NetWorld world(plain_plan(2));
    world.internet.dial(0, {.address = p2p::Endpoint::ipv4({10, 9, 9, 9}, 8333),
                            .key = world.plan.hosts[1].identity.key});
    world.run(seconds{9});
    EXPECT_THAT(world.at(0).failed, IsEmpty());
    world.run(seconds{2});
    EXPECT_THAT(world.at(0).failed, SizeIs(1));
}

TEST(Connections, FailWithoutOrWithTheWrongKeyAndTheListenerHearsNothing) {
    for (const bool wire : {false, true}) {
        Plan plan = plain_plan(3);
        plan.settings.wire = wire;
        NetWorld world(std::move(plan));
        world.internet.dial(0, {.address = world.plan.hosts[1].address});
        world.internet.dial(
            0, {.address = world.plan.hosts[1].address, .key = world.plan.hosts[2].identity.key});
        world.run(seconds{1});
        EXPECT_THAT(world.at(0).failed, SizeIs(2));
        EXPECT_THAT(world.at(1).peers, IsEmpty());
        EXPECT_THAT(world.internet.connections(), IsEmpty());
    }
}

TEST(Connections, ReachNobodyBehindANatButLetHimOut) {
    Plan plan = plain_plan(2);
    plan.hosts[1].nat = Nat::full_cone;
    NetWorld world(std::move(plan));
    world.dial(0, 1);
    world.run(seconds{11});
    EXPECT_THAT(world.at(0).failed, SizeIs(1));
    world.connect(1, 0);
    EXPECT_THAT(world.at(0).peers, SizeIs(1));
}

TEST(Connections, CarryWhatWasSentBeforeAClose) {
    NetWorld world(plain_plan(2));
    const p2p::PeerId peer = world.connect(0, 1);
    world.ping(0, peer, 1, 500'000);
    world.ping(0, peer, 2);
    world.ping(1, peer, 3);
    world.internet.close(0, peer);
    world.run(seconds{3});
    EXPECT_THAT(world.nonces(1), ElementsAre(1, 2));
    EXPECT_THAT(world.nonces(0), IsEmpty()) << "the closer is handed nothing any more";
    EXPECT_THAT(world.at(1).losses, SizeIs(1));
    EXPECT_THAT(world.at(0).losses, IsEmpty());
    EXPECT_EQ(world.observer.ended, 1u);
    EXPECT_THAT(world.internet.connections(), IsEmpty());
}

TEST(Connections, EndWhenAHostStops) {
    NetWorld world(plain_plan(2));
    world.connect(0, 1);
    world.internet.attach(1, nullptr);
    world.run(seconds{1});
    EXPECT_THAT(world.at(0).losses, SizeIs(1));
}

TEST(Connections, OutliveACrashUntilTheOtherEndSendsSomething) {
    NetWorld world(plain_plan(2));
    const p2p::PeerId peer = world.connect(0, 1);
    world.internet.attach(1, nullptr, true);
    world.run(std::chrono::hours{1});
    EXPECT_THAT(world.at(0).losses, IsEmpty());
    const Moment sent = world.events.now();
    world.ping(0, peer, 1);
    world.run(seconds{1});
    ASSERT_THAT(world.at(0).losses, SizeIs(1));
    EXPECT_LT(world.at(0).losses[0].when - sent, milliseconds{101});
    EXPECT_THAT(world.internet.connections(), IsEmpty());
}

TEST(Connections, OfAnEarlierLifeAreUnknownToTheHostThatCameBack) {
    NetWorld world(plain_plan(2));
    const p2p::PeerId peer = world.connect(0, 1);
    world.internet.attach(1, nullptr, true);
    world.internet.attach(1, world.residents[1].get());
    world.ping(0, peer, 1);
    world.run(seconds{1});
    EXPECT_THAT(world.at(1).got, IsEmpty());
    EXPECT_THAT(world.at(0).losses, SizeIs(1));
}

TEST(Connections, UnderWayFailWhenTheListenerStops) {
    for (const bool crashed : {false, true}) {
        NetWorld world(plain_plan(2));
        world.dial(0, 1);
        world.run(milliseconds{120});
        world.internet.attach(1, nullptr, crashed);
        world.run(seconds{25});
        EXPECT_THAT(world.at(0).failed, SizeIs(1));
        EXPECT_THAT(world.at(0).peers, IsEmpty());
        EXPECT_THAT(world.internet.connections(), IsEmpty());
    }
}

}  // namespace
}  // namespace starling::sim
