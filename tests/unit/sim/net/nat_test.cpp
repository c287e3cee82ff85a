#include "sim/net/nat.h"

#include "unit/sim/net/net_world.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <gmock/gmock.h>

namespace starling::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::NetWorld;
using test::plain_plan;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::uint16_t kPort = 8333;
const p2p::Endpoint kFriend = p2p::Endpoint::ipv4({1, 1, 1, 1}, 1'000);
const p2p::Endpoint kFriendsOtherPort = p2p::Endpoint::ipv4({1, 1, 1, 1}, 2'000);
const p2p::Endpoint kStranger = p2p::Endpoint::ipv4({2, 2, 2, 2}, 1'000);

// Whom each kind lets in before and after something was sent to the friend.
TEST(NatBox, FiltersAsItsKindDoes) {
    struct Row {
        Nat kind;
        bool before, friends, friends_other_port, strangers;
    };
    for (const Row& row : std::array{Row{Nat::open, true, true, true, true},
                                     Row{Nat::full_cone, false, true, true, true},
                                     Row{Nat::restricted, false, true, true, false},
                                     Row{Nat::port_restricted, false, true, false, false},
                                     Row{Nat::symmetric, false, true, false, false}}) {
        NatBox box(row.kind, kPort);
        EXPECT_EQ(box.lets_in(kFriend, kPort, Moment{}), row.before);
        const std::uint16_t port = box.sent(kFriend, Moment{});
        EXPECT_EQ(box.lets_in(kFriend, port, Moment{}), row.friends);
        EXPECT_EQ(box.lets_in(kFriendsOtherPort, port, Moment{}), row.friends_other_port);
        EXPECT_EQ(box.lets_in(kStranger, port, Moment{}), row.strangers);
        EXPECT_FALSE(box.lets_in(kFriend, 7, Moment{})) << "a port that nobody has";
    }
}

TEST(NatBox, ShowsAPortOfItsOwnToEachOnlyIfItIsSymmetric) {
    for (const Nat kind : {Nat::full_cone, Nat::restricted, Nat::port_restricted}) {
        NatBox box(kind, kPort);
        EXPECT_EQ(box.sent(kFriend, Moment{}), kPort);
        EXPECT_EQ(box.sent(kStranger, Moment{}), kPort);
    }
    NatBox box(Nat::symmetric, kPort);
    const std::uint16_t port = box.sent(kFriend, Moment{});
    EXPECT_NE(port, kPort);
    EXPECT_NE(box.sent(kFriendsOtherPort, Moment{}), port);
    EXPECT_EQ(box.sent(kFriend, Moment{seconds{1}}), port) << "while the mapping lives";
    EXPECT_TRUE(box.owns(port, Moment{}));
    EXPECT_FALSE(box.owns(kPort, Moment{}));
}

TEST(NatBox, ForgetsAMappingThatWasUnusedForTwoMinutes) {
    for (const Nat kind : {Nat::full_cone, Nat::restricted, Nat::port_restricted, Nat::symmetric}) {
        NatBox box(kind, kPort);
        box.sent(kFriend, Moment{});
        const std::uint16_t port = box.sent(kFriend, Moment{seconds{60}});
        EXPECT_TRUE(box.lets_in(kFriend, port, Moment{seconds{179}}));
        EXPECT_FALSE(box.lets_in(kFriend, port, Moment{seconds{180}}));
    }
}

TEST(NatBox, HasRoomForTheNewestMappings) {
    NatBox box(Nat::port_restricted, kPort);
    const auto nth = [](std::size_t n) {
        return p2p::Endpoint::ipv4(
            {9, 9, static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)}, 1);
    };
    const auto at = [](std::size_t n) { return Moment{milliseconds{n}}; };
    for (std::size_t n = 0; n <= NatBox::kMappingsMax; ++n)
        box.sent(nth(n), at(n));
    const Moment now = at(NatBox::kMappingsMax);
    EXPECT_FALSE(box.lets_in(nth(0), kPort, now));
    EXPECT_TRUE(box.lets_in(nth(1), kPort, now));
    EXPECT_TRUE(box.lets_in(nth(NatBox::kMappingsMax), kPort, now));
}

TEST(Datagrams, GetBackThroughASymmetricNatByThePortThatItShowed) {
    Plan plan = plain_plan(3);
    plan.hosts[0].nat = Nat::symmetric;
    NetWorld world(std::move(plan));
    world.datagram(0, world.plan.hosts[1].address);
    world.run(seconds{1});
    ASSERT_THAT(world.at(1).datagrams, SizeIs(1));
    const p2p::Endpoint seen = world.at(1).datagrams[0].datagram.from;
    EXPECT_EQ(seen.address, world.plan.hosts[0].address.address);
    EXPECT_NE(seen.port, world.plan.hosts[0].address.port);
    EXPECT_EQ(world.internet.host_at(seen), 0u);

    world.datagram(2, seen);
    world.datagram(1, world.plan.hosts[0].address);
    world.run(seconds{1});
    EXPECT_THAT(world.at(0).datagrams, IsEmpty());
    world.datagram(1, seen);
    world.run(seconds{1});
    EXPECT_THAT(world.at(0).datagrams, SizeIs(1));
}

}  // namespace
}  // namespace starling::sim
