#include "sim/net/weather.h"

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

Fault fault(Fault::Kind kind, std::vector<HostIndex> hosts, std::uint32_t number = 1) {
    return {.number = number, .kind = kind, .hosts = std::move(hosts)};
}

TEST(Weather, HoldsWhatEachKindHolds) {
    Weather weather(4);
    const Fault partition = fault(Fault::Kind::partition, {0, 1});
    weather.begin(partition);
    EXPECT_TRUE(weather.holds(0, 2) && weather.holds(2, 0));
    EXPECT_FALSE(weather.holds(0, 1) || weather.holds(2, 3));
    weather.end(partition);
    const Fault one_way = fault(Fault::Kind::one_way_partition, {0, 1});
    weather.begin(one_way);
    EXPECT_TRUE(weather.holds(0, 2));
    EXPECT_FALSE(weather.holds(2, 0) || weather.holds(0, 1));
    weather.end(one_way);
    const Fault clog = fault(Fault::Kind::clog, {0});
    weather.begin(clog);
    EXPECT_TRUE(weather.holds(0, 2) && weather.holds(2, 0) && weather.clogs(0));
    EXPECT_FALSE(weather.holds(1, 2) || weather.clogs(1));
    weather.end(clog);
    EXPECT_FALSE(weather.holds(0, 2));
}

TEST(Weather, MayBeSeveralThingsAtOnce) {
    Weather weather(4);
    const Fault first = fault(Fault::Kind::partition, {0}, 1);
    const Fault second = fault(Fault::Kind::partition, {0, 1}, 2);
    weather.begin(first);
    weather.begin(second);
    EXPECT_TRUE(weather.holds(0, 1) && weather.holds(1, 2) && weather.holds(0, 2));
    weather.end(first);
    EXPECT_FALSE(weather.holds(0, 1));
    EXPECT_TRUE(weather.holds(0, 2));
    weather.begin(fault(Fault::Kind::loss_burst, {}, 3));
    EXPECT_EQ(weather.datagram_loss(), 0u);
}

class HoldingWeather : public ::testing::TestWithParam<Fault::Kind> {};
INSTANTIATE_TEST_SUITE_P(Kinds,
                         HoldingWeather,
                         ::testing::Values(Fault::Kind::partition,
                                           Fault::Kind::one_way_partition,
                                           Fault::Kind::clog),
                         [](const auto& kind) { return std::string(to_string(kind.param)); });

TEST_P(HoldingWeather, LetsWhatItHeldArriveInOrderAfterItsEnd) {
    NetWorld world(plain_plan(2));
    const p2p::PeerId peer = world.connect(0, 1);
    const Fault weather = fault(GetParam(), {0});
    world.internet.begin(weather);
    EXPECT_FALSE(world.internet.reachable(0, 1));
    for (std::uint64_t n = 1; n <= 3; ++n) {
        world.ping(0, peer, n);
        world.run(seconds{5});
    }
    EXPECT_THAT(world.at(1).got, IsEmpty());
    EXPECT_EQ(world.internet.connections()[0].queued_bytes, 96u);
    world.internet.end(weather);
    world.ping(0, peer, 4);
    world.run(seconds{20});
    EXPECT_THAT(world.nonces(1), ElementsAre(1, 2, 3, 4));
    EXPECT_EQ(world.internet.connections()[0].queued_bytes, 0u);
    EXPECT_THAT(world.at(0).losses, IsEmpty());
}

TEST_P(HoldingWeather, OfMoreThanAHundredSecondsEndsTheConnectionThatSends) {
    NetWorld world(plain_plan(2));
    const p2p::PeerId peer = world.connect(0, 1);
    const Fault weather = fault(GetParam(), {0});
    world.internet.begin(weather);
    world.ping(0, peer, 1);
    world.run(seconds{99});
    EXPECT_THAT(world.at(0).losses, IsEmpty());
    world.run(seconds{2});
    EXPECT_THAT(world.at(0).losses, SizeIs(1));
    EXPECT_THAT(world.at(1).losses, IsEmpty()) << "it has sent nothing";
    world.internet.end(weather);
    world.ping(1, peer, 2);
    world.run(seconds{1});
    EXPECT_THAT(world.at(1).losses, SizeIs(1)) << "a reset";
    EXPECT_THAT(world.at(1).got, IsEmpty());
    EXPECT_THAT(world.internet.connections(), IsEmpty());
}

TEST_P(HoldingWeather, LetsADialRunIntoItsTimeout) {
    NetWorld world(plain_plan(2));
    const Fault weather = fault(GetParam(), {0});
    world.internet.begin(weather);
    world.dial(0, 1);
    world.dial(1, 0);
    world.run(seconds{25});
    EXPECT_THAT(world.at(0).failed, SizeIs(1));
    EXPECT_THAT(world.at(1).failed, SizeIs(1));
    EXPECT_THAT(world.internet.connections(), IsEmpty());
}

TEST_P(HoldingWeather, LosesDatagrams) {
    NetWorld world(plain_plan(2));
    const Fault weather = fault(GetParam(), {0});
    world.internet.begin(weather);
    world.datagram(0, world.plan.hosts[1].address);
    world.run(seconds{1});
    world.internet.end(weather);
    world.run(seconds{1});
    EXPECT_THAT(world.at(1).datagrams, IsEmpty());
}

TEST_P(HoldingWeather, DropsWhatItHeldOfAConnectionThatTheReceiverClosedMeanwhile) {
    NetWorld world(plain_plan(2));
    const p2p::PeerId peer = world.connect(0, 1);
    const Fault weather = fault(GetParam(), {0});
    world.internet.begin(weather);
    world.ping(0, peer, 1);
    world.run(seconds{1});
    world.internet.close(1, peer);
    world.run(seconds{1});
    world.internet.end(weather);
    world.run(seconds{10});
    EXPECT_THAT(world.at(1).got, IsEmpty());
    EXPECT_THAT(world.at(0).losses, SizeIs(1));
    EXPECT_THAT(world.internet.connections(), IsEmpty());
}

TEST(Partition, LetsWhatWasUnderWayArrive) {
    NetWorld world(plain_plan(2));
    const p2p::PeerId peer = world.connect(0, 1);
    world.ping(0, peer, 1);
    world.run(milliseconds{10});
    world.internet.begin(fault(Fault::Kind::partition, {0}));
    world.run(seconds{1});
    EXPECT_THAT(world.nonces(1), ElementsAre(1));
}

TEST(Partition, OneWayLetsTheOtherWayThrough) {
    NetWorld world(plain_plan(2));
    const p2p::PeerId peer = world.connect(0, 1);
    world.internet.begin(fault(Fault::Kind::one_way_partition, {0}));
    world.ping(1, peer, 1);
    world.datagram(1, world.plan.hosts[0].address);
    world.run(seconds{1});
    EXPECT_THAT(world.nonces(0), ElementsAre(1));
    EXPECT_THAT(world.at(0).datagrams, SizeIs(1));
}

TEST(Clog, HoldsWhatWasUnderWay) {
    NetWorld world(plain_plan(2));
    const p2p::PeerId peer = world.connect(0, 1);
    world.ping(0, peer, 1);
    world.run(milliseconds{10});
    const Fault clog = fault(Fault::Kind::clog, {1});
    world.internet.begin(clog);
    world.run(seconds{1});
    EXPECT_THAT(world.at(1).got, IsEmpty());
    world.internet.end(clog);
    world.run(milliseconds{51});
    EXPECT_THAT(world.nonces(1), ElementsAre(1));
}

TEST(Weather, ThatEndsWhileOtherWeatherHoldsHoldsOn) {
    NetWorld world(plain_plan(3));
    const p2p::PeerId peer = world.connect(0, 1);
    const Fault first = fault(Fault::Kind::partition, {0}, 1);
    const Fault second = fault(Fault::Kind::clog, {1}, 2);
    world.internet.begin(first);
    world.ping(0, peer, 1);
    world.run(seconds{20});
    world.internet.begin(second);
    world.internet.end(first);
    world.run(seconds{40});
    EXPECT_THAT(world.at(1).got, IsEmpty());
    world.internet.end(second);
    world.run(seconds{1});
    EXPECT_THAT(world.nonces(1), ElementsAre(1));
}

TEST(Partition, LetsAResetThatItLostEndInATimeout) {
    NetWorld world(plain_plan(2));
    const p2p::PeerId peer = world.connect(0, 1);
    world.internet.attach(0, nullptr, true);
    world.internet.begin(fault(Fault::Kind::one_way_partition, {0}));
    world.ping(1, peer, 1);
    world.run(seconds{99});
    EXPECT_THAT(world.at(1).losses, IsEmpty());
    world.run(seconds{2});
    EXPECT_THAT(world.at(1).losses, SizeIs(1));
    EXPECT_THAT(world.internet.connections(), IsEmpty());
}

}  // namespace
}  // namespace starling::sim
