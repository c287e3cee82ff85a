// Block-only peers, feelers, and peers whose chain stays behind.

#include "p2p/outbound_peers.h"
#include "support/gossip_world.h"
#include "support/outbound_play.h"
#include "support/public_network.h"

#include <gtest/gtest.h>

#include <map>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::accept;
using test::fill_slots;
using test::GossipWorld;
using test::identity;
using test::LoneGossip;
using test::propose;
using test::propose_many;
using test::public_address;
using test::shake_hands;
using test::wait_for_dials;
using test::without_visits;
using Kind = Event::Kind;

Limits block_only_limits() {
    return without_visits({.outbound_full_max = 0, .outbound_block_only_max = 1});
}

// The peer that takes the only slot.
PeerId only_peer(LoneGossip& node) {
    propose(node, 1, public_address(1));
    return shake_hands(node, accept(node, wait_for_dials(node, 1s).at(0)));
}

TEST(BlockOnlyPeers, AreToldThatWeWantNoTransactionsAndNothingOfUsOrOthers) {
    LoneGossip node(test::public_network(), block_only_limits());
    node.feed(OwnRecordChanged{
        test::record_of(identity(50), public_address(50), 1, test::public_network())});
    propose(node, 1, public_address(1));
    const Dial dial = wait_for_dials(node, 1s).at(0);
    const PeerId peer{7};
    const auto connected =
        node.feed(PeerConnected{peer, Direction::outbound, dial.address, false, dial.key});
    ASSERT_EQ(connected.to<Version>(peer).size(), 1u);
    EXPECT_FALSE(connected.to<Version>(peer)[0].relay);
    node.say(peer, LoneGossip::honest_version());
    const auto ready = node.say(peer, Verack{});
    EXPECT_EQ(ready.to<GetHeaders>(peer).size(), 1u) << "blocks as from any peer";
    EXPECT_TRUE(ready.to<GetRecords>(peer).empty());
    EXPECT_TRUE(ready.to<RecordMessage>(peer).empty());
    EXPECT_TRUE(ready.to<FeeFilter>(peer).empty());
    const auto changed = node.feed(OwnRecordChanged{
        test::record_of(identity(50), public_address(51), 2, test::public_network())});
    EXPECT_TRUE(changed.to<RecordMessage>(peer).empty());
    EXPECT_FALSE(node.view(peer)->relays_transactions);
}

TEST(BlockOnlyPeers, ThatTellOfTransactionsAreDropped) {
    LoneGossip node(test::public_network(), block_only_limits());
    const PeerId peer = only_peer(node);
    const auto said = node.say(peer, Inv{{InventoryItem::wtxid(Wtxid{})}});
    EXPECT_TRUE(said.dropped.contains(peer));
}

TEST(BlockOnlyPeers, WhatTheyTellOfNodesIsNotHeard) {
    LoneGossip node(test::public_network(), block_only_limits());
    const PeerId peer = only_peer(node);
    Records told;
    told.records.emplace_back(
        test::record_of(identity(60), public_address(60), 1, test::public_network()));
    EXPECT_TRUE(node.say(peer, told).heard.empty());
}

// Twenty nodes that all know each other: each has as many peers for blocks alone as it may.
TEST(BlockOnlyPeers, ANetworkOfBothKindsSpreadsBlocksAndTransactionsToAll) {
    constexpr std::size_t kNodes = 20;
    GossipWorld world(regtest(), kNodes, 1, GossipWorld::Links::keyed,
                      without_visits({.outbound_full_max = 3, .outbound_block_only_max = 2}));
    for (std::size_t i = 0; i < kNodes; ++i) {
        for (std::size_t j = 0; j < kNodes; ++j) {
            if (i != j) world.propose(i, j);
        }
    }
    world.run_for(10s);
    std::map<ConnectionKind, std::size_t> kinds;
    for (std::size_t i = 0; i < kNodes; ++i) {
        for (const PeerView& peer : world.gossip(i).peers()) {
            if (peer.ready && peer.direction == Direction::outbound) ++kinds[peer.kind];
        }
        EXPECT_TRUE(world.gossip(i).figures(world.now()).exceeded().empty());
    }
    EXPECT_EQ(kinds[ConnectionKind::full_relay], 3 * kNodes);
    EXPECT_EQ(kinds[ConnectionKind::block_only], 2 * kNodes);

    const BlockHash block = world.mine(0);
    ASSERT_TRUE(world.run_until([&] { return world.one_tip(); }, 5s));
    const auto coinbase = world.ledger(0).body(block)->block.transactions[0]->txid();
    const auto tx = test::shared(test::spend({{coinbase, 0}}, {Amount{1'000'000}}));
    world.post(7, tx);
    EXPECT_TRUE(world.run_until([&] { return world.all_have(tx->txid()); }, 10s));
    for (std::size_t i = 0; i < kNodes; ++i) {
        for (const PeerView& peer : world.gossip(i).peers())
            EXPECT_TRUE(peer.ready) << "nobody was dropped for what it told";
    }
}

TEST(Feelers, ComeEveryTwoMinutesOnAverageWhenAllSlotsAreTakenAndLeaveAtVerack) {
    Limits limits = without_visits({});
    limits.feeler_interval = Limits{}.feeler_interval;
    LoneGossip node(test::public_network(), limits);
    propose_many(node, 100);
    EXPECT_EQ(fill_slots(node).size(), 12u);
    std::size_t feelers = 0;
    for (int i = 0; i < 360; ++i) {
        for (const Dial& dial : wait_for_dials(node, 10s)) {
            ++feelers;
            const PeerId peer = accept(node, dial);
            EXPECT_EQ(to_string(node.view(peer)->kind), "feeler");
            node.say(peer, LoneGossip::honest_version());
            const auto ready = node.say(peer, Verack{});
            EXPECT_TRUE(ready.dropped.contains(peer));
            EXPECT_EQ(ready.of(Kind::feeler_answered).size(), 1u);
            EXPECT_TRUE(ready.to<GetHeaders>(peer).empty());
        }
        // Answers to pings, or they leave.
        for (const PeerView& peer : node.gossip().peers())
            EXPECT_NE(peer.kind, ConnectionKind::feeler);
        if (node.gossip().peers().empty()) break;
    }
    EXPECT_GE(feelers, 5u);
    EXPECT_GE(node.gossip().candidates(node.now()).proven, 12u + feelers);
}

TEST(Feelers, DoNotComeWhileASlotIsFree) {
    Limits limits = without_visits({});
    limits.feeler_interval = 1s;
    LoneGossip node(test::public_network(), limits);
    propose_many(node, 5);
    EXPECT_EQ(fill_slots(node).size(), 5u);
    EXPECT_TRUE(wait_for_dials(node, 10min).empty());
}

TEST(Failures, AreHeldAgainstNobodyWhileItMayBeUsWhoAreCutOff) {
    // Eight in a row would have it forgotten.
    LoneGossip node(test::public_network(), without_visits({}));
    propose(node, 1, public_address(1));
    for (int i = 0; i < 20; ++i) {
        for (const Dial& dial : wait_for_dials(node, 3min))
            node.feed(DialFailed{dial.address});
    }
    EXPECT_EQ(node.gossip().candidates(node.now()).known, 1u);
}

TEST(GroupFirst, TheShareOfSlotsIsKeptWhateverTheNumber) {
    for (const unsigned percent : {0u, 25u, 50u, 100u}) {
        std::size_t group_first = 0;
        for (std::size_t taken = 0; taken < 12; ++taken) {
            const auto how = OutboundPeers::selection_after(taken, group_first, percent);
            group_first += how == Selection::group_first ? 1u : 0u;
        }
        EXPECT_EQ(group_first, 12 * percent / 100);
    }
}

TEST(BehindPeers, AreAskedAfterTwentyMinutesAndDroppedTwoMinutesLater) {
    LoneGossip node(regtest(), without_visits({}));
    const PeerId peer = node.join();
    node.grow({node.builder().mine(node.ledger().tip()->hash)});
    EXPECT_TRUE(node.wait(19min).to<GetHeaders>(peer).empty());
    EXPECT_EQ(node.wait(90s).to<GetHeaders>(peer).size(), 1u);
    const auto end = node.wait(2min);
    EXPECT_TRUE(end.dropped.contains(peer));
    EXPECT_EQ(end.of(Kind::peer_behind).size(), 1u);
}

TEST(BehindPeers, OneThatShowsWhatWeHadIsGivenAsLongAgain) {
    LoneGossip node(regtest(), without_visits({.behind_protected = 0}));
    const PeerId peer = node.join();
    const auto first = node.builder().mine(node.ledger().tip()->hash);
    node.grow({first});
    node.wait(10min);
    node.grow({node.builder().mine(first->hash)});
    node.say(peer, Headers{{first->block.header}});
    const auto later = node.wait(15min);
    EXPECT_FALSE(later.dropped.contains(peer));
    EXPECT_TRUE(later.to<GetHeaders>(peer).empty());
}

TEST(BehindPeers, FourThatShowedAsMuchAsWeHadAreLeftAlone) {
    LoneGossip node(regtest(), without_visits({}));
    std::vector<PeerId> peers;
    for (int i = 0; i < 6; ++i)
        peers.push_back(node.join());
    const auto first = node.builder().mine(node.ledger().tip()->hash);
    node.grow({first});
    for (const PeerId peer : peers)
        node.say(peer, Headers{{first->block.header}});
    node.grow({node.builder().mine(first->hash)});
    std::size_t dropped = 0;
    const auto caused = node.wait(19min + 50s);
    EXPECT_TRUE(caused.of(Kind::peer_behind).empty());
    for (int i = 0; i < 10; ++i)
        dropped += node.wait(15s).of(Kind::peer_behind).size();
    EXPECT_EQ(dropped, 2u);
}

}  // namespace
}  // namespace starling::p2p
