// What Gossip sees of an eclipse.

#include "p2p/eclipse_alarm.h"
#include "support/lone_gossip.h"
#include "support/outbound_play.h"
#include "support/public_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::LoneGossip;
using test::without_visits;

EclipseSigns signs_of(LoneGossip& node) {
    return node.gossip().eclipse_signs(node.now());
}

TEST(EclipseSigns, CountPeersOfOurOwnAccordAfterVerackAndTheirNetgroups) {
    LoneGossip node(test::public_network());
    EclipseSigns signs = signs_of(node);
    EXPECT_EQ(signs.outbound, 0U);
    EXPECT_EQ(signs.wanted, Limits{}.outbound_max());
    EXPECT_FALSE(signs.one_machine);
    EXPECT_EQ(signs.spacing, 2min);
    node.join(Direction::outbound);
    node.join(Direction::outbound);
    node.join(Direction::inbound);
    node.connect(Direction::outbound);
    signs = signs_of(node);
    EXPECT_EQ(signs.outbound, 2U) << "an inbound peer and one before verack are none";
    EXPECT_EQ(signs.netgroups, 1U) << "both are of 10.0";
    node.feed(NetworkActive{false});
    EXPECT_EQ(signs_of(node).wanted, 0U) << "a person switched it off";
}

TEST(EclipseSigns, DoNotCountPeersThatDoNotStayOrThatAPersonAskedFor) {
    Limits limits = without_visits({.outbound_full_max = 1, .outbound_block_only_max = 1});
    limits.feeler_interval = Limits{}.feeler_interval;
    limits.extra_block_only_interval = Limits{}.extra_block_only_interval;
    LoneGossip node(test::public_network(), limits);
    for (std::uint64_t n = 1; n <= 30; ++n)
        test::propose(node, n, test::public_address(n));
    const PeerId manual{7};
    node.feed(PeerConnected{manual, Direction::outbound, test::public_address(99), true});
    test::shake_hands(node, manual);
    std::set<ConnectionKind> met;
    std::size_t regular = 0;
    for (int i = 0; i < 6 * 60; ++i) {
        for (const Dial& dial : test::wait_for_dials(node, 10s)) {
            const PeerId peer = test::accept(node, dial);
            const ConnectionKind kind = node.view(peer)->kind;
            met.insert(kind);
            if (kind == ConnectionKind::full_relay || kind == ConnectionKind::block_only) ++regular;
            test::shake_hands(node, peer);
            EXPECT_EQ(signs_of(node).outbound, regular) << to_string(kind);
            EXPECT_EQ(signs_of(node).netgroups, regular);
        }
    }
    EXPECT_EQ(regular, 2u);
    EXPECT_TRUE(node.view(manual)->ready);
    EXPECT_TRUE(met.contains(ConnectionKind::feeler));
    EXPECT_TRUE(met.contains(ConnectionKind::extra_block_only));
}

TEST(EclipseSigns, WantAsManyNetgroupsAsAreKnownOrThereAreSlots) {
    LoneGossip node(test::public_network(), without_visits({}));
    for (std::size_t known = 0; known <= 20; ++known) {
        EXPECT_EQ(signs_of(node).netgroups_wanted, std::clamp<std::size_t>(known, 4, 12));
        EXPECT_EQ(signs_of(node).wanted, 12U);
        test::propose(node, 1 + known, test::public_address(known));
        test::propose(node, 101 + known, test::public_address(known, 2));
    }
    LoneGossip small(test::public_network(), test::one_slot());
    EXPECT_EQ(signs_of(small).netgroups_wanted, 1U);
}

// As in a network where everybody knows everybody, and the others were first to dial.
TEST(EclipseSigns, DoNotWantNetgroupsOfWhichAllNodesThatAreKnownCalledUs) {
    LoneGossip node(test::public_network(), without_visits({}));
    constexpr std::uint64_t kKnown = 20;
    test::propose_many(node, kKnown);
    for (std::uint64_t n = 1; n <= kKnown; ++n) {
        node.join(Direction::inbound, test::identity(n));
        EXPECT_EQ(signs_of(node).netgroups_wanted, std::clamp<std::size_t>(kKnown - n, 4, 12)) << n;
    }
    node.join(Direction::inbound, test::identity(99));
    EXPECT_EQ(signs_of(node).netgroups_wanted, 4U) << "one that is not known";
    for (std::uint64_t n = 1; n <= 10; ++n) {
        test::propose(node, 100 + n, test::public_address(n, 2));
        EXPECT_EQ(signs_of(node).netgroups_wanted, std::max<std::size_t>(n, 4))
            << "another one there may be dialled";
    }
}

TEST(EclipseSigns, DoNotWantNetgroupsOfWhichAPersonRefusesAllNodes) {
    LoneGossip node(test::public_network(), without_visits({}));
    test::propose_many(node, 12);
    for (std::uint64_t n = 1; n <= 6; ++n)
        node.feed(NodeRefused{test::identity(n).id});
    EXPECT_EQ(signs_of(node).netgroups_wanted, 6U);
}

TEST(EclipseSigns, WantTheNetgroupsOfPeersOfOurOwnAccord) {
    LoneGossip node(test::public_network(), without_visits({}));
    test::propose_many(node, 8);
    EXPECT_EQ(test::fill_slots(node).size(), 8u);
    EXPECT_EQ(signs_of(node).netgroups_wanted, 8U);
}

TEST(EclipseSigns, OfANetworkOfOneMachineSaySo) {
    LoneGossip node(local());
    EXPECT_TRUE(signs_of(node).one_machine);
}

TEST(EclipseSigns, AreQuietForAsLongAsWeAreUpAtMost) {
    LoneGossip node(test::public_network());  // its tip is genesis, years old
    EXPECT_EQ(signs_of(node).quiet, 0s);
    node.wait(30min);
    EXPECT_EQ(signs_of(node).quiet, 30min);
    EXPECT_EQ(signs_of(node).up, 30min);
    EXPECT_EQ(signs_of(node).looking, 30min);
}

TEST(EclipseSigns, BeginAnewWhenThePersonWhoSwitchedTheNetworkOffSwitchesItOn) {
    LoneGossip node(test::public_network());
    node.feed(NetworkActive{false});
    node.wait(1h);
    node.feed(NetworkActive{true});
    EXPECT_EQ(signs_of(node).looking, 0s);
    EXPECT_EQ(signs_of(node).quiet, 0s);
    node.wait(10min);
    node.feed(NetworkActive{true});
    EXPECT_EQ(signs_of(node).looking, 10min) << "it was on";
    EXPECT_EQ(signs_of(node).quiet, 10min);
    EXPECT_EQ(signs_of(node).up, 70min);
}

TEST(EclipseSigns, ExpectNoBlockWhereAPersonMakesThem) {
    Parameters by_hand = regtest();
    by_hand.overlay.loopback = false;
    LoneGossip node(by_hand);
    EXPECT_FALSE(signs_of(node).one_machine);
    EXPECT_EQ(signs_of(node).spacing, 0s);
}

// A peer that shows all of a chain that is two days old, and gives nothing of it.
struct Shown {
    Shown() : node(regtest(), without_visits({}), 48h) {
        for (const auto& block : blocks)
            headers.headers.push_back(block->block.header);
    }
    void show() { node.say(node.join(), headers); }

    LoneGossip node;
    std::vector<Shared<CheckedBlock>> blocks =
        node.builder().mine_many(node.builder().genesis(), 200);  // a minute each
    Headers headers;
};

TEST(EclipseSigns, WhoShowsHeadersAndNoBlocksDoesNotHaveUsCatchUpForMoreThanTwentyMinutes) {
    Shown of;
    for (int minute = 0; minute < 60; ++minute) {
        of.show();
        EXPECT_TRUE(of.node.gossip().initial_download());
        EXPECT_EQ(signs_of(of.node).catching_up, minute < 20) << minute;
        of.node.wait(1min);
    }
}

TEST(EclipseSigns, CatchingUpIsToGrowTwiceAsFastAsTheClock) {
    Shown of;
    std::size_t at = 0;
    const auto grow_to = [&](std::size_t height) {
        for (; at < height; ++at)
            of.node.grow({of.blocks[at]});
        of.show();
    };
    of.node.wait(19min);
    grow_to(1);
    of.node.wait(2min);
    grow_to(2);
    EXPECT_FALSE(signs_of(of.node).catching_up) << "a block now and then";
    grow_to(100);
    EXPECT_TRUE(signs_of(of.node).catching_up);
    of.node.wait(15min);
    grow_to(130);
    of.node.wait(15min);
    of.show();
    EXPECT_TRUE(signs_of(of.node).catching_up) << "two minutes' blocks a minute";
    of.node.wait(6min);
    of.show();
    EXPECT_FALSE(signs_of(of.node).catching_up);
}

// Of a chain whose blocks are relayed late, though one comes every minute.
TEST(EclipseSigns, OldBlocksAreQuietUnlessTheyComeFasterThanTime) {
    LoneGossip node(regtest(), without_visits({}), 12h);
    const auto blocks = node.builder().mine_many(node.builder().genesis(), 300);
    std::size_t at = 0;
    for (int minute = 0; minute < 40; ++minute) {
        node.wait(1min);
        node.grow({blocks[at++]});
    }
    EXPECT_FALSE(node.gossip().initial_download());
    EXPECT_EQ(signs_of(node).quiet, 40min) << "since we are up";
    while (at < blocks.size())
        node.grow({blocks[at++]});
    EXPECT_EQ(signs_of(node).quiet, 0min) << "the way is still long, and grows shorter";
}

}  // namespace
}  // namespace starling::p2p
