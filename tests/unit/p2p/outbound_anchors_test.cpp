// Which anchors are dialled, and what costs one its place.

#include "p2p/outbound_peers.h"
#include "support/outbound_play.h"
#include "support/public_network.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::accept;
using test::identity;
using test::LoneGossip;
using test::propose;
using test::public_address;
using test::shake_hands;
using test::wait_for_dials;
using test::without_visits;

Anchor anchor_at(const Endpoint& address, std::uint64_t n) {
    return {address, identity(n).key};
}

PeerId call(LoneGossip& node, const Endpoint& address, const Identity& caller) {
    const PeerId peer{5'000};
    node.feed(PeerConnected{peer, Direction::inbound, address, false, caller.key});
    return shake_hands(node, peer);
}

void misbehave(LoneGossip& node, PeerId peer) {
    node.say(peer, Malformed{"inv", "trailing bytes"});
    EXPECT_FALSE(node.connected(peer));
}

// One block-only peer, node 1.
struct HeldAnchor : testing::Test {
    HeldAnchor() {
        propose(node, 1, public_address(1));
        peer = shake_hands(node, accept(node, wait_for_dials(node, 1s).at(0)));
    }

    LoneGossip node{test::public_network(),
                    without_visits({.outbound_full_max = 0, .outbound_block_only_max = 1})};
    PeerId peer;
};

TEST_F(HeldAnchor, ANeighbourWhoMisbehavesDoesNotCostItItsPlace) {
    Endpoint neighbour = public_address(1);
    ++neighbour.port;
    misbehave(node, call(node, neighbour, identity(50)));
    EXPECT_FALSE(node.feed(PeerLost{peer}).anchors);
}

TEST_F(HeldAnchor, LosesItsPlaceForItsOwnConduct) {
    const auto caused = node.say(peer, Malformed{"inv", "trailing bytes"});
    ASSERT_TRUE(caused.anchors);
    EXPECT_TRUE(caused.anchors->empty());
}

TEST(DialledAnchors, AreNotThoseThatMisbehavedButTheirNeighboursAre) {
    LoneGossip node(test::public_network(), without_visits({}));
    misbehave(node, call(node, public_address(1), identity(1)));
    const Endpoint neighbour = public_address(1);
    node.feed(AnchorsRead{{anchor_at(public_address(2), 1), anchor_at(neighbour, 2)}});
    EXPECT_EQ(node.wait(10s).dialled, std::vector{neighbour});
}

TEST(DialledAnchors, UnderAnotherMapThoseOfOneNetgroupAreOne) {
    LoneGossip node(test::public_network(), without_visits({}));
    node.feed(AnchorsRead{{anchor_at(public_address(7, 1), 1), anchor_at(public_address(7, 2), 2),
                           anchor_at(public_address(8, 1), 3)}});
    EXPECT_EQ(node.wait(10s).dialled, (std::vector{public_address(7, 1), public_address(8, 1)}));
}

TEST(DialledAnchors, AreNotOfANetgroupThatAPeerOfOursHas) {
    LoneGossip node(test::public_network(), without_visits({}));
    propose(node, 1, public_address(7, 1));
    EXPECT_EQ(wait_for_dials(node, 1s).size(), 1u);
    node.feed(AnchorsRead{{anchor_at(public_address(7, 2), 2)}});
    EXPECT_TRUE(wait_for_dials(node, 10s).empty());
}

TEST(DialledAnchors, AreAllThatThereAreOnOneMachine) {
    LoneGossip node(regtest(), without_visits({}));
    node.feed(
        AnchorsRead{{anchor_at(public_address(7, 1), 1), anchor_at(public_address(7, 2), 2)}});
    EXPECT_EQ(wait_for_dials(node, 10s).size(), 2u);
}

TEST(DialledAnchors, HavePaidForTheirIdentities) {
    constexpr std::uint8_t kBits = 4;
    const Identity paid = test::paid_for(1, kBits), cheap = test::paid_for(1, kBits, false);
    LoneGossip node(test::priced_network(kBits), without_visits({}));
    node.feed(
        AnchorsRead{{Anchor{public_address(1), cheap.key}, Anchor{public_address(2), paid.key}}});
    EXPECT_EQ(node.wait(10s).dialled, std::vector{public_address(2)});
}

TEST(DiscouragedCandidates, AreNotForgottenForWhatTheirNeighboursDid) {
    LoneGossip node(test::public_network(), without_visits({}));
    misbehave(node, call(node, public_address(1), identity(1)));
    propose(node, 2, public_address(1));
    EXPECT_TRUE(wait_for_dials(node, 24h).empty());
    EXPECT_EQ(node.gossip().candidates(node.now()).known, 1u);
}

TEST(DiscouragedCandidates, AreForgottenForTheirOwnConduct) {
    LoneGossip node(test::public_network(), without_visits({}));
    misbehave(node, call(node, public_address(1), identity(1)));
    propose(node, 1, public_address(2));
    EXPECT_TRUE(wait_for_dials(node, 24h).empty());
    EXPECT_EQ(node.gossip().candidates(node.now()).known, 0u);
}

}  // namespace
}  // namespace starling::p2p
