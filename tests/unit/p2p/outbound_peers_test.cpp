// Connections of our own accord.

#include "p2p/netgroup.h"
#include "support/gossip_world.h"
#include "support/lone_gossip.h"
#include "support/outbound_play.h"
#include "support/public_network.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::accept;
using test::GossipWorld;
using test::identity;
using test::LoneGossip;
using test::one_slot;
using test::propose;
using test::public_address;
using test::public_network;
using test::record_of;
using test::shake_hands;
using test::wait_for_dials;
using test::without_visits;
using Links = GossipWorld::Links;

TEST(OutboundPeers, EightForAllAndFourForBlocksAloneAreDialledAndNoMore) {
    LoneGossip node(public_network(), without_visits({}));
    for (std::uint64_t n = 1; n <= 30; ++n)
        propose(node, n, public_address(n));
    const auto dials = wait_for_dials(node, 30s);
    ASSERT_EQ(dials.size(), 12u);
    std::set<Endpoint> addresses;
    for (std::size_t i = 0; i < dials.size(); ++i) {
        EXPECT_FALSE(dials[i].manual);
        EXPECT_TRUE(dials[i].key);
        addresses.insert(dials[i].address);
        const PeerId peer = accept(node, dials[i]);
        EXPECT_EQ(node.view(peer)->found, "overlay");
        EXPECT_EQ(to_string(node.view(peer)->kind),
                  i < 8 ? "outbound-full-relay" : "block-relay-only");
        shake_hands(node, peer);
    }
    EXPECT_EQ(addresses.size(), 12u);
    EXPECT_TRUE(wait_for_dials(node, 5min).empty());
    const CandidateFigures figures = node.gossip().candidates(node.now());
    EXPECT_EQ(figures.known, 30u);
    EXPECT_EQ(figures.proven, 12u);
    EXPECT_EQ(figures.outbound, 12u);
    EXPECT_EQ(figures.dialling, 0u);
    EXPECT_TRUE(node.gossip().figures(node.now()).exceeded().empty());
}

TEST(OutboundPeers, NoneAreDialledWhereOnlyManualOnesAreWanted) {
    LoneGossip node(public_network(), Limits{.outbound_full_max = 0, .outbound_block_only_max = 0});
    propose(node, 1, public_address(1));
    EXPECT_TRUE(wait_for_dials(node, 1h).empty());
    EXPECT_EQ(node.gossip().candidates(node.now()).known, 1u);
}

TEST(OutboundPeers, ManualOnesDoNotCount) {
    LoneGossip node(public_network(), one_slot());
    const Dial manual{*parse_endpoint("20.99.1.1:9", 0), true, identity(99).key};
    node.feed(PeerAdded{manual.address, true, manual.key});
    shake_hands(node, accept(node, manual));
    propose(node, 1, public_address(1));
    EXPECT_EQ(wait_for_dials(node, 10s).size(), 1u);
}

TEST(OutboundPeers, AreOneANetgroup) {
    LoneGossip node(public_network(), without_visits({}));
    for (std::uint8_t host = 1; host <= 20; ++host)
        propose(node, host, public_address(7, host));
    const auto dials = wait_for_dials(node, 30s);
    ASSERT_EQ(dials.size(), 1u);
    shake_hands(node, accept(node, dials[0]));
    EXPECT_TRUE(wait_for_dials(node, 10min).empty());
}

TEST(OutboundPeers, ALostOneIsReplacedByAnother) {
    LoneGossip node(public_network(), one_slot());
    propose(node, 1, public_address(1));
    propose(node, 2, public_address(2));
    const Dial first = wait_for_dials(node, 10s).at(0);
    const PeerId peer = shake_hands(node, accept(node, first));
    node.feed(PeerLost{peer});
    const auto dials = wait_for_dials(node, 1s);
    ASSERT_EQ(dials.size(), 1u);
    EXPECT_NE(dials[0].address, first.address);
}

TEST(OutboundPeers, FailedOnesWaitAndTheRestIsDialledMeanwhile) {
    LoneGossip node(public_network(), one_slot());
    for (std::uint64_t n = 1; n <= 5; ++n)
        propose(node, n, public_address(n));
    std::set<Endpoint> dialled;
    for (int i = 0; i < 5; ++i) {
        const auto dials = wait_for_dials(node, 1s);
        ASSERT_EQ(dials.size(), 1u);
        dialled.insert(dials[0].address);
        node.feed(DialFailed{dials[0].address});
    }
    EXPECT_EQ(dialled.size(), 5u);
    EXPECT_TRUE(wait_for_dials(node, 50s).empty());
    EXPECT_EQ(wait_for_dials(node, 40s).size(), 1u);
}

TEST(OutboundPeers, APeerThatNeverFinishesItsHandshakeHasFailed) {
    LoneGossip node(public_network(), one_slot());
    propose(node, 1, public_address(1));
    accept(node, wait_for_dials(node, 10s).at(0));
    EXPECT_TRUE(wait_for_dials(node, 60s).empty());
    EXPECT_EQ(node.gossip().candidates(node.now()).waiting, 1u);
}

TEST(OutboundPeers, ANodeThatMovedWhileItWasDialledIsNotProvenThere) {
    LoneGossip node(public_network(), one_slot());
    propose(node, 1, public_address(1));
    const auto dials = wait_for_dials(node, 10s);
    ASSERT_EQ(dials.size(), 1u);
    const Endpoint moved = public_address(2);
    node.feed(CandidatesFound{
        {{record_of(identity(1), moved, 2, public_network()), Origin::overlay, moved}}});
    const PeerId peer = shake_hands(node, accept(node, dials[0]));
    EXPECT_EQ(node.view(peer)->address, public_address(1));
    EXPECT_EQ(node.gossip().candidates(node.now()).known, 1u);
    EXPECT_EQ(node.gossip().candidates(node.now()).proven, 0u);
}

TEST(OutboundPeers, ADialThatNobodyAnswersFreesItsPlace) {
    LoneGossip node(public_network(), one_slot());
    propose(node, 1, public_address(1));
    propose(node, 2, public_address(2));
    EXPECT_EQ(wait_for_dials(node, 59s).size(), 1u);
    EXPECT_EQ(wait_for_dials(node, 5s).size(), 1u);
}

TEST(OutboundPeers, OneThatLosesUsOverPlainLinksWaitsToo) {
    LoneGossip node(public_network(), one_slot());
    propose(node, 1, public_address(1));
    Dial dial = wait_for_dials(node, 10s).at(0);
    dial.key.reset();
    node.feed(PeerLost{shake_hands(node, accept(node, dial))});
    EXPECT_TRUE(wait_for_dials(node, 50s).empty());
    EXPECT_EQ(wait_for_dials(node, 40s).size(), 1u);
}

TEST(OutboundPeers, WhoIsConnectedIsNotDialled) {
    LoneGossip node(public_network());
    node.join(Direction::inbound, identity(1));
    propose(node, 1, public_address(1));
    EXPECT_TRUE(wait_for_dials(node, 10min).empty());
}

TEST(OutboundPeers, WhomThePersonKeepsIsNotDialledTwice) {
    LoneGossip node(public_network());
    const auto address = public_address(1);
    node.feed(PeerAdded{address, true, identity(1).key});
    propose(node, 1, public_address(2));
    EXPECT_TRUE(wait_for_dials(node, 1min).empty());
}

// A network that was cut by refusals heals when they end, not when its nodes are found again.
TEST(OutboundPeers, WhoWasRefusedIsDialledAtOnceWhenItIsNoMore) {
    LoneGossip node(public_network(), one_slot());
    propose(node, 1, public_address(1));
    node.feed(NodeRefused{identity(1).id});
    propose(node, 2, public_address(2));
    node.feed(NodeRefused{identity(2).id});
    propose(node, 2, public_address(2));
    EXPECT_TRUE(wait_for_dials(node, 1h).empty());
    node.feed(NodeRefused{identity(2).id, false});
    const auto dials = wait_for_dials(node, 1s);
    ASSERT_EQ(dials.size(), 1u);
    EXPECT_EQ(dials[0].address, public_address(2));
    node.feed(DialFailed{dials[0].address});
    node.feed(NodeRefused{identity(1).id, false});
    EXPECT_EQ(wait_for_dials(node, 1s).size(), 1u) << "what was known before, too";
}

// It was we who ended the connection, and the dial that came too late.
TEST(OutboundPeers, WhoWasRefusedWhileItWasConnectedOrDialledNeedNotWait) {
    LoneGossip node(public_network(), one_slot());
    propose(node, 1, public_address(1));
    const Dial dial = wait_for_dials(node, 1s).at(0);
    shake_hands(node, accept(node, dial));
    node.feed(NodeRefused{identity(1).id});
    node.feed(NodeRefused{identity(1).id, false});
    ASSERT_EQ(wait_for_dials(node, 1s).size(), 1u);
    node.feed(NodeRefused{identity(1).id});
    accept(node, dial);
    EXPECT_TRUE(node.gossip().peers().empty());
    node.feed(NodeRefused{identity(1).id, false});
    EXPECT_EQ(wait_for_dials(node, 1s).size(), 1u);
}

TEST(OutboundPeers, NodesOfOtherNetworksAreNotDialled) {
    LoneGossip node(public_network());
    node.feed(CandidatesFound{
        {{record_of(identity(1), public_address(1), 1, local()), Origin::overlay, {}}}});
    EXPECT_EQ(node.gossip().candidates(node.now()).known, 0u);
}

TEST(OutboundPeers, KeepQuietWhileTheNetworkIsInactive) {
    LoneGossip node(public_network());
    node.feed(NetworkActive{false});
    propose(node, 1, public_address(1));
    EXPECT_TRUE(wait_for_dials(node, 1h).empty());
    node.feed(NetworkActive{true});
    EXPECT_EQ(wait_for_dials(node, 1s).size(), 1u);
}

TEST(OutboundPeers, DialsAreSpacedOnAPublicNetwork) {
    LoneGossip node(public_network());
    for (std::uint64_t n = 1; n <= 100; ++n)
        propose(node, n, public_address(n));
    std::size_t dials = 0;
    for (int i = 0; i < 100; ++i) {
        const auto caused = node.wait(100ms);
        for (const Dial& dial : caused.dials) {
            ++dials;
            node.feed(DialFailed{dial.address});
        }
    }
    EXPECT_GE(dials, 19u);
    EXPECT_LE(dials, 21u) << "in 10 seconds, although all fail at once";
}

// A storm of proposals costs what the list holds, and dials no faster.
TEST(OutboundPeers, AStormOfProposalsIsBounded) {
    LoneGossip node(public_network(), Limits{.candidates_max = 50});
    std::size_t dials = 0;
    for (std::uint64_t n = 0; n < 200; ++n) {
        propose(node, 1 + n, public_address(n));
        dials += wait_for_dials(node, 1ms).size();
    }
    EXPECT_EQ(node.gossip().candidates(node.now()).known, 50u);
    EXPECT_LE(dials, 1u);
}

std::size_t outbound_of(const GossipWorld& world, std::size_t i) {
    return static_cast<std::size_t>(std::ranges::count_if(
        world.gossip(i).peers(),
        [](const PeerView& peer) { return peer.ready && peer.direction == Direction::outbound; }));
}

// Each node knows a few others at first, later all: what discovery would have found.
TEST(OutboundPeers, AWholeNetworkHasEightEachWithinSecondsAndAgainAfterMoreThanAThirdWereKilled) {
    constexpr std::size_t kNodes = 36, kKilled = 13;  // 23 nodes have 253 pairs for 184 links
    GossipWorld world(regtest(), kNodes, 1, Links::keyed, Limits{.outbound_block_only_max = 0});
    for (std::size_t i = 0; i < kNodes; ++i) {
        for (std::size_t step : {1u, 2u, 5u, 11u, 23u})
            world.propose(i, (i + step) % kNodes);
    }
    // How long it took; looked at ten times a second.
    const auto until_all_have_eight = [&](std::size_t from) {
        Duration passed{0};
        for (std::size_t i = from; i < kNodes && passed < 30s;) {
            if (outbound_of(world, i) == 8) {
                ++i;
            } else {
                world.run_for(100ms);
                passed += 100ms;
                i = from;
            }
        }
        return passed;
    };
    const Duration first = until_all_have_eight(0);
    EXPECT_LE(first, 5s);
    for (std::size_t i = 0; i < kNodes; ++i) {
        for (std::size_t j = i + 1; j < kNodes; ++j)
            EXPECT_LE(world.links_between(i, j), 1u);
    }
    for (std::size_t i = 0; i < kNodes; ++i) {
        for (std::size_t j = 0; j < kNodes; ++j)
            world.propose(i, j);
    }
    for (std::size_t i = 0; i < kKilled; ++i)
        world.kill(i);
    const Duration again = until_all_have_eight(kKilled);
    EXPECT_LE(again, 5s);
    RecordProperty("first_ms", static_cast<int>(first.count()));
    RecordProperty("again_ms", static_cast<int>(again.count()));
}

}  // namespace
}  // namespace starling::p2p
