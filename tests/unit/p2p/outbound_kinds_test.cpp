// Block-only peers, feelers, and peers whose chain stays behind.

#include "p2p/outbound_peers.h"
#include "support/gossip_world.h"
#include "support/outbound_play.h"
#include "support/public_network.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

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

// In the time: who was dialled as a feeler, and left at verack.
std::size_t feelers_in(LoneGossip& node, std::chrono::minutes time) {
    std::size_t feelers = 0;
    for (auto passed = 0s; passed < time; passed += 10s) {
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
    }
    return feelers;
}

Limits with_feelers() {
    Limits limits = without_visits({});
    limits.feeler_interval = Limits{}.feeler_interval;
    return limits;
}

TEST(Feelers, ComeEveryTwoMinutesOnAverageWhenAllSlotsAreTakenAndLeaveAtVerack) {
    LoneGossip node(test::public_network(), with_feelers());
    propose_many(node, 100);
    EXPECT_EQ(fill_slots(node).size(), 12u);
    const std::size_t feelers = feelers_in(node, 60min);
    EXPECT_GE(feelers, 20u);
    EXPECT_LE(feelers, 40u);
    EXPECT_EQ(node.gossip().candidates(node.now()).proven, 12u + feelers);
}

TEST(Feelers, DoNotComeWhileASlotCanBeFilled) {
    Limits limits = with_feelers();
    limits.feeler_interval = 1s;
    LoneGossip node(test::public_network(), limits);
    propose_many(node, 100);
    for (int i = 0; i < 400; ++i) {
        for (const Dial& dial : wait_for_dials(node, 100ms)) {
            const PeerId peer = accept(node, dial);
            EXPECT_NE(node.view(peer)->kind, ConnectionKind::feeler);
            node.feed(PeerLost{peer});
        }
    }
}

TEST(Feelers, ComeWhereTheEmptySlotsHaveNoCandidates) {
    LoneGossip node(test::public_network(), with_feelers());
    propose_many(node, 5);
    for (std::uint64_t n = 1; n <= 50; ++n)
        propose(node, 100 + n, public_address(1 + n % 5, static_cast<std::uint8_t>(100 + n)));
    EXPECT_EQ(fill_slots(node).size(), 5u) << "one a netgroup";
    EXPECT_GE(feelers_in(node, 60min), 20u);
    EXPECT_EQ(node.gossip().peers().size(), 5u);
}

// A node that reaches only some of those that it dials.
struct FewNodes : testing::Test {
    void add(std::uint64_t count) {
        propose_many(node, count);
        for (std::uint64_t n = 1; n <= count; ++n)
            reachable.insert(public_address(n));
    }
    // How many it dropped.
    std::size_t play(std::chrono::minutes time) {
        std::size_t dropped = 0;
        for (auto passed = 0s; passed < time; passed += 1s) {
            const auto caused = node.wait(1s);
            dropped += caused.dropped.size();
            for (const Dial& dial : caused.dials) {
                if (reachable.contains(dial.address)) {
                    shake_hands(node, accept(node, dial));
                } else {
                    node.feed(DialFailed{dial.address});
                }
            }
        }
        EXPECT_TRUE(node.gossip().figures(node.now()).exceeded().empty());
        return dropped;
    }
    std::vector<PeerView> of(ConnectionKind kind) {
        std::vector<PeerView> peers = node.gossip().peers();
        std::erase_if(peers, [&](const PeerView& peer) { return peer.kind != kind; });
        return peers;
    }
    void lose_full_relay_peers() {
        for (const PeerView& peer : of(ConnectionKind::full_relay))
            node.feed(PeerLost{peer.id});
    }

    LoneGossip node{test::public_network(), without_visits({})};
    std::set<Endpoint> reachable;
};

TEST_F(FewNodes, AllOfThemAreFullRelayPeersAnchorsToo) {
    add(7);
    std::vector<Anchor> anchors;
    for (std::uint64_t n = 1; n <= 4; ++n)
        anchors.push_back({public_address(n), identity(n).key});
    node.feed(AnchorsRead{anchors});
    EXPECT_EQ(play(2min), 0u) << "others might be found yet";
    EXPECT_EQ(of(ConnectionKind::block_only).size(), 4u);
    EXPECT_EQ(play(15min), 4u);
    EXPECT_EQ(of(ConnectionKind::full_relay).size(), 7u);
    EXPECT_EQ(play(60min), 0u) << "they stay";
    EXPECT_EQ(of(ConnectionKind::full_relay).size(), 7u);
}

TEST_F(FewNodes, AreNotDroppedForMoreThanTheSlotsOfFullRelayPeers) {
    add(9);
    std::vector<Anchor> anchors;
    for (std::uint64_t n = 1; n <= 4; ++n)
        anchors.push_back({public_address(n), identity(n).key});
    node.feed(AnchorsRead{anchors});
    EXPECT_EQ(play(60min), 3u);
    EXPECT_EQ(of(ConnectionKind::full_relay).size(), 8u);
    EXPECT_EQ(of(ConnectionKind::block_only).size(), 1u);
}

TEST_F(FewNodes, WhoLosesAllFullRelayPeersTakesThoseForBlocksAlone) {
    add(12);
    play(1min);
    ASSERT_EQ(of(ConnectionKind::block_only).size(), 4u);
    reachable.clear();
    for (const PeerView& peer : of(ConnectionKind::block_only))
        reachable.insert(peer.address);
    lose_full_relay_peers();
    EXPECT_EQ(play(2min), 0u) << "they might come back";
    EXPECT_EQ(play(2min), 1u);
    EXPECT_EQ(of(ConnectionKind::full_relay).size(), 1u);
    EXPECT_EQ(play(15min), 3u);
    EXPECT_EQ(of(ConnectionKind::full_relay).size(), 4u);
}

TEST_F(FewNodes, BlockOnlyPeersStayWhereOthersAreFound) {
    add(40);
    play(1min);
    ASSERT_EQ(of(ConnectionKind::block_only).size(), 4u);
    for (int i = 0; i < 10; ++i) {
        lose_full_relay_peers();
        EXPECT_EQ(play(4min), 0u);
    }
    EXPECT_EQ(of(ConnectionKind::full_relay).size(), 8u);
}

// Long enough for a candidate that failed once, and not for one that did twice.
constexpr auto kFirstWait = 90s;

TEST(Failures, AreHeldAgainstNobodyWhileItMayBeUsWhoAreCutOff) {
    for (const std::uint64_t peers : {0u, 1u}) {
        LoneGossip node(test::public_network(), without_visits({}));
        propose_many(node, peers);
        fill_slots(node);
        propose(node, 20, public_address(20));
        for (int i = 0; i < 20; ++i) {
            const auto dials = wait_for_dials(node, kFirstWait);
            ASSERT_EQ(dials.size(), 1u) << peers << " " << i;
            node.feed(DialFailed{dials[0].address});
        }
    }
}

TEST(Failures, CountWithPeersInTwoNetgroups) {
    LoneGossip node(test::public_network(), without_visits({}));
    propose_many(node, 2);
    EXPECT_EQ(fill_slots(node).size(), 2u);
    propose(node, 20, public_address(20));
    for (int i = 0; i < 2; ++i) {
        const auto dials = wait_for_dials(node, kFirstWait);
        ASSERT_EQ(dials.size(), 1u) << i;
        node.feed(DialFailed{dials[0].address});
    }
    EXPECT_TRUE(wait_for_dials(node, kFirstWait).empty()) << "twice as long after the second";
    EXPECT_EQ(wait_for_dials(node, kFirstWait).size(), 1u);
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
