// Peers for blocks alone that are dialled first at the next start.

#include "p2p/anchors.h"

#include "p2p/anchor_peers.h"
#include "support/outbound_play.h"
#include "support/public_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::accept;
using test::identity;
using test::LoneGossip;
using test::propose;
using test::public_address;
using test::SeededRandom;
using test::shake_hands;
using test::wait_for_dials;
using test::without_visits;

// Keys take a while to make.
const Anchor& anchor(std::uint64_t n) {
    static std::map<std::uint64_t, Anchor> made;
    const auto at = made.find(n);
    if (at != made.end()) return at->second;
    return made.emplace(n, Anchor{public_address(n), identity(n).key}).first->second;
}

std::vector<Anchor> anchors(std::uint64_t first, std::uint64_t count) {
    std::vector<Anchor> out;
    for (std::uint64_t n = first; n < first + count; ++n)
        out.push_back(anchor(n));
    return out;
}

// A peer for all, so that we know that it is not us who are cut off.
PeerId meet_somebody(LoneGossip& node) {
    propose(node, 200, public_address(200));
    const PeerId peer = shake_hands(node, accept(node, wait_for_dials(node, 10s).at(0)));
    EXPECT_EQ(node.view(peer)->kind, ConnectionKind::full_relay);
    return peer;
}

TEST(Anchors, AreReadAsTheyWereWritten) {
    for (std::uint64_t count = 0; count <= kAnchorsInFileMax; ++count) {
        const Bytes file = encode(anchors(1, count));
        EXPECT_LE(file.size(), kAnchorsFileBytesMax);
        const auto read = decode_anchors(file);
        ASSERT_TRUE(read.ok());
        EXPECT_EQ(*read, anchors(1, count));
    }
}

TEST(Anchors, ADamagedFileGivesNone) {
    const Bytes file = encode(anchors(1, 4));
    for (std::size_t i = 0; i < file.size(); ++i) {
        Bytes damaged = file;
        damaged[i] ^= 0x10;
        EXPECT_FALSE(decode_anchors(damaged).ok()) << i;
        EXPECT_FALSE(decode_anchors(ByteView(file).first(i)).ok()) << i;
    }
}

TEST(Anchors, AreDialledFirstAndForBlocksAlone) {
    LoneGossip node(test::public_network(), without_visits({}));
    for (std::uint64_t n = 1; n <= 30; ++n)
        propose(node, n, public_address(n));
    node.feed(AnchorsRead{anchors(101, 4)});
    const auto dials = wait_for_dials(node, 1s + 900ms);
    ASSERT_EQ(dials.size(), 4u);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(dials[i].address, public_address(101 + i));
        EXPECT_EQ(dials[i].key, identity(101 + i).key);
        const PeerId peer = shake_hands(node, accept(node, dials[i]));
        EXPECT_EQ(node.view(peer)->kind, ConnectionKind::block_only);
    }
    EXPECT_EQ(node.gossip().figures(node.now()).anchors_tried, 4u);
    EXPECT_EQ(node.gossip().figures(node.now()).anchors_kept, 4u);
    EXPECT_EQ(wait_for_dials(node, 10s).size(), 8u) << "for all, and none for blocks alone";
}

TEST(Anchors, ThatAreNotReachedAreToldOfAndKeptUntilOthersAreThere) {
    LoneGossip node(test::public_network(), without_visits({.outbound_full_max = 1}));
    meet_somebody(node);
    node.feed(AnchorsRead{anchors(101, 4)});
    const auto begun = node.wait(3s);
    EXPECT_EQ(begun.of(Event::Kind::anchor_dialled).size(), 4u);
    ASSERT_EQ(begun.dials.size(), 4u);
    for (const Dial& dial : begun.dials) {
        const auto failed = node.feed(DialFailed{dial.address});
        EXPECT_EQ(failed.of(Event::Kind::anchor_lost).size(), 1u);
        EXPECT_FALSE(failed.anchors);
    }
    EXPECT_EQ(node.gossip().figures(node.now()).anchors_kept, 0u);
    for (std::uint64_t n = 1; n <= 5; ++n)
        propose(node, n, public_address(n));
    std::optional<std::vector<Anchor>> kept;
    for (const Dial& dial : wait_for_dials(node, 10s)) {
        const PeerId peer = accept(node, dial);
        node.say(peer, LoneGossip::honest_version());
        const auto ready = node.say(peer, Verack{});
        if (node.view(peer)->kind != ConnectionKind::block_only) continue;
        ASSERT_TRUE(ready.anchors);
        EXPECT_EQ(ready.anchors->size(), 4u) << "one of the old ones gave its place";
        EXPECT_EQ(ready.anchors->back(), (Anchor{dial.address, *dial.key}));
        kept = ready.anchors;
    }
    ASSERT_TRUE(kept);
    for (std::uint64_t n = 101; n <= 104; ++n)
        EXPECT_EQ(std::ranges::count(*kept, anchor(n)), 0);
}

std::vector<std::uint64_t> dialled_anchors(const std::vector<Dial>& dials) {
    std::vector<std::uint64_t> out;
    for (const Dial& dial : dials) {
        for (std::uint64_t n = 101; n <= 104; ++n)
            if (dial.address == public_address(n)) out.push_back(n);
    }
    return out;
}

// Our machine is up before its network: each dial fails at once.
TEST(Anchors, WhoseDialsFailedWhileNoPeerOfOursWasThereAreDialledAgainBeforeAnyDraw) {
    LoneGossip node(test::public_network(), without_visits({}));
    for (std::uint64_t n = 1; n <= 30; ++n)
        propose(node, n, public_address(n));
    for (std::uint64_t n = 101; n <= 104; ++n)  // known as any other
        propose(node, n, public_address(n));
    node.feed(AnchorsRead{anchors(101, 4)});
    const std::vector<std::uint64_t> all{101, 102, 103, 104};
    std::vector<std::vector<std::uint64_t>> minutes;
    std::size_t others = 0;
    for (int minute = 0; minute < 5; ++minute) {
        std::vector<Dial> dials;
        for (int tick = 0; tick < 600; ++tick) {
            for (const Dial& dial : wait_for_dials(node, 100ms)) {
                dials.push_back(dial);
                const auto failed = node.feed(DialFailed{dial.address});
                EXPECT_TRUE(failed.of(Event::Kind::anchor_lost).empty());
            }
        }
        minutes.push_back(dialled_anchors(dials));
        others += dials.size() - minutes.back().size();
    }
    EXPECT_EQ(minutes[0].size(), 3 * all.size()) << "at once, after 10 seconds and 20 more";
    EXPECT_EQ(minutes[4], all) << "once a minute";
    EXPECT_GE(others, 60u) << "others are dialled meanwhile";
    EXPECT_EQ(node.gossip().figures(node.now()).anchors_tried, 0u);

    // The network is there.
    propose(node, 40, public_address(40));
    const auto first = wait_for_dials(node, 400ms);
    ASSERT_EQ(first.size(), 1u);
    shake_hands(node, accept(node, first[0]));
    const auto dials = wait_for_dials(node, 2s);
    ASSERT_EQ(dials.size(), 4u);
    EXPECT_EQ(dialled_anchors(dials), all);
    for (const Dial& dial : dials)
        shake_hands(node, accept(node, dial));
    EXPECT_EQ(node.gossip().figures(node.now()).anchors_kept, 4u);
}

// Dials that hang, as where the way to the world is down: the places for blocks alone are theirs.
TEST(Anchors, WhoseDialsHungUntilAPeerWasThereAreDialledOnceMore) {
    LoneGossip node(test::public_network(), without_visits({}));
    for (std::uint64_t n = 1; n <= 30; ++n)
        propose(node, n, public_address(n));
    node.feed(AnchorsRead{anchors(101, 4)});
    const auto dials = wait_for_dials(node, 20s);
    ASSERT_EQ(dials.size(), 12u);
    for (std::size_t i = 0; i < 4; ++i) {
        node.feed(DialFailed{dials[i].address});
        EXPECT_TRUE(wait_for_dials(node, 1s).empty()) << "no place for another";
    }
    shake_hands(node, accept(node, dials[4]));
    const auto again = wait_for_dials(node, 1s + 900ms);
    EXPECT_EQ(dialled_anchors(again), (std::vector<std::uint64_t>{101, 102, 103, 104}));
    for (const Dial& dial : again)
        EXPECT_EQ(node.feed(DialFailed{dial.address}).of(Event::Kind::anchor_lost).size(), 1u);
    EXPECT_EQ(node.gossip().figures(node.now()).anchors_tried, 4u);
}

TEST(Anchors, ADialThatHangsInItsNetgroupSettlesNoAnchor) {
    LoneGossip node(test::public_network(), without_visits({.outbound_full_max = 1}));
    node.feed(AnchorsRead{anchors(101, 1)});
    const Dial first = wait_for_dials(node, 400ms).at(0);
    propose(node, 1, public_address(101, 2));
    node.feed(DialFailed{first.address});
    const Dial drawn = wait_for_dials(node, 1s).at(0);
    EXPECT_EQ(drawn.address, public_address(101, 2));
    const auto meanwhile = node.wait(30s);
    EXPECT_TRUE(meanwhile.dials.empty());
    EXPECT_TRUE(meanwhile.of(Event::Kind::anchor_lost).empty());
    node.feed(DialFailed{drawn.address});
    EXPECT_EQ(dialled_anchors(wait_for_dials(node, 50s)).size(), 1u);
}

TEST(Anchors, AnAnchorStaysOneWhenItIsLost) {
    LoneGossip node(test::public_network(),
                    without_visits({.outbound_full_max = 0, .outbound_block_only_max = 1}));
    propose(node, 1, public_address(1));
    const Dial dial = wait_for_dials(node, 1s).at(0);
    const PeerId peer = accept(node, dial);
    node.say(peer, LoneGossip::honest_version());
    const auto ready = node.say(peer, Verack{});
    ASSERT_TRUE(ready.anchors);
    EXPECT_EQ(ready.anchors->size(), 1u);
    EXPECT_FALSE(node.feed(PeerLost{peer}).anchors);
}

TEST(Anchors, ANodeThatAPersonRefusesIsNone) {
    LoneGossip node(test::public_network());
    node.feed(AnchorsRead{anchors(101, 2)});
    const auto refused = node.feed(NodeRefused{identity(101).id});
    ASSERT_TRUE(refused.anchors);
    EXPECT_EQ(*refused.anchors, anchors(102, 1));
    EXPECT_EQ(wait_for_dials(node, 5s).size(), 1u);
}

// For a moment there is one more than there are slots.
TEST(Anchors, AnExtraPeersNewsCostNoAnchorButTheOneThatItReplaces) {
    Limits limits =
        without_visits({.outbound_full_max = 0, .outbound_block_only_max = 2, .anchors_max = 3});
    limits.extra_block_only_interval = Limits{}.extra_block_only_interval;
    LoneGossip node(regtest(), limits);
    for (std::uint64_t n = 1; n <= 10; ++n) {
        node.feed(CandidatesFound{{{test::record_of(identity(n), public_address(n)),
                                    Origin::overlay, public_address(n)}}});
    }
    const auto meet = [&](std::size_t count) {
        std::vector<Dial> dials;
        for (int i = 0; i < 3'600 && dials.size() < count; ++i) {
            for (const Dial& dial : wait_for_dials(node, 1s))
                dials.push_back(dial);
        }
        return dials;
    };
    const auto regular = meet(2);
    ASSERT_EQ(regular.size(), 2u);
    const PeerId gone = shake_hands(node, accept(node, regular[0]));
    shake_hands(node, accept(node, regular[1]));
    node.feed(PeerLost{gone});
    shake_hands(node, accept(node, meet(1).at(0)));

    const PeerId extra = shake_hands(node, accept(node, meet(1).at(0)));
    ASSERT_EQ(node.view(extra)->kind, ConnectionKind::extra_block_only);
    const auto block = node.builder().mine(node.ledger().tip()->hash);
    node.say(extra, Headers{{block->block.header}});
    node.say(extra, BlockMessage{block->hash, block->block.header, block});
    const auto judged = node.wait(46s);
    EXPECT_EQ(judged.of(Event::Kind::extra_peer_kept).size(), 1u);
    ASSERT_TRUE(judged.anchors);
    EXPECT_EQ(judged.anchors->size(), 3u);
    EXPECT_EQ(judged.anchors->front(), (Anchor{regular[0].address, *regular[0].key}));
}

TEST(Anchors, ThatAreStillToBeDialledOrThatAPersonRefusesAreNeitherKeptNorLost) {
    LoneGossip node(test::public_network(), without_visits({}));
    meet_somebody(node);
    node.feed(AnchorsRead{anchors(101, 4)});
    const auto lost_and_kept = [&] {
        const EclipseSigns signs = node.gossip().eclipse_signs(node.now());
        return std::pair(signs.anchors_tried - signs.anchors_kept, signs.anchors_kept);
    };
    using Counts = std::pair<std::size_t, std::size_t>;
    EXPECT_EQ(lost_and_kept(), Counts(0, 0));
    const auto dials = wait_for_dials(node, 1s + 900ms);
    ASSERT_EQ(dials.size(), 4u);
    EXPECT_EQ(lost_and_kept(), Counts(0, 0)) << "under way";
    node.feed(NodeRefused{identity(101).id});
    node.feed(DialFailed{dials[0].address});
    EXPECT_EQ(lost_and_kept(), Counts(0, 0)) << "a person wanted it";
    shake_hands(node, accept(node, dials[1]));
    EXPECT_EQ(lost_and_kept(), Counts(0, 1));
    node.feed(DialFailed{dials[2].address});
    EXPECT_EQ(lost_and_kept(), Counts(1, 1));
    node.feed(PeerLost{accept(node, dials[3])});
    EXPECT_EQ(lost_and_kept(), Counts(2, 1));
}

// Against a list of who is held and who was, in the order in which they came.
TEST(Anchors, AreFewEachOnceAndNoneThatIsHeldIsReplaced) {
    const Limits limits;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        SeededRandom random(seed);
        AnchorPeers peers(limits);
        std::set<std::uint64_t> held;
        for (int step = 0; step < 200; ++step) {
            const std::uint64_t n = 1 + random.below(12);
            if (held.contains(n) || held.size() == limits.anchors_max) {
                const std::uint64_t gone = held.contains(n) ? n : *held.begin();
                peers.lost(anchor(gone).key);
                held.erase(gone);
            } else {
                peers.held(anchor(n), Netgroups{}.of(public_address(n)));
                held.insert(n);
            }
            const auto all = peers.all();
            ASSERT_LE(all.size(), limits.anchors_max);
            for (const std::uint64_t one : held)
                ASSERT_EQ(std::ranges::count(all, anchor(one)), 1) << seed << " " << step;
        }
        EXPECT_EQ(peers.all().size(), limits.anchors_max) << "lost ones stay";
    }
}

void hold(AnchorPeers& peers, std::uint64_t n) {
    peers.held(anchor(n), Netgroups{}.of(public_address(n)));
}

TEST(Anchors, OneThatWasHereFirstOutlivesAMonthOfPeersThatComeAndGo) {
    const Limits limits;
    AnchorPeers peers(limits);
    SeededRandom random(1);
    std::vector<std::uint64_t> slots;
    for (std::uint64_t n = 1; n <= limits.outbound_block_only_max; ++n) {
        slots.push_back(n);
        hold(peers, n);
    }
    const std::vector<Anchor> first = peers.all();
    for (std::uint64_t n = 100; n < 250; ++n) {
        std::uint64_t& slot = slots[random.below(slots.size())];
        peers.lost(anchor(slot).key);
        slot = n;
        hold(peers, n);
    }
    std::vector<Anchor> kept = peers.all();
    ASSERT_EQ(kept.size(), limits.anchors_max);
    kept.resize(first.size());
    EXPECT_EQ(kept, first) << "and they are dialled first";
}

TEST(Anchors, OneThatWasDialledInVainIsForgottenOnceAnotherIsThere) {
    const Limits limits;
    AnchorPeers peers(limits);
    peers.read(anchors(1, 4), {});
    for (std::uint64_t n = 1; n <= 4; ++n) {
        peers.dialled();
        EXPECT_TRUE(peers.settled(anchor(n).key, n != 2));
    }
    EXPECT_EQ(peers.tried(), 4u);
    EXPECT_EQ(peers.kept(), 3u);
    EXPECT_TRUE(peers.contains(anchor(2).key)) << "it may have been our own network";
    hold(peers, 5);
    EXPECT_FALSE(peers.contains(anchor(2).key));
    hold(peers, 6);
    EXPECT_EQ(peers.all().size(), 5u) << "none else while there is room";
}

TEST(Anchors, ThatNeedNoDialAreNotCountedAsLost) {
    const Limits limits;
    AnchorPeers peers(limits);
    peers.read(anchors(1, 8), {});
    for (std::uint64_t n = 1; n <= 4; ++n) {
        peers.dialled();
        peers.settled(anchor(n).key, true);
    }
    EXPECT_EQ(peers.waiting().size(), 4u);
    EXPECT_EQ(peers.tried(), 4u);
    EXPECT_EQ(peers.kept(), 4u);
}

TEST(Anchors, ANewcomerOfTheSameNetgroupTakesItsPlace) {
    const Limits limits;
    AnchorPeers peers(limits);
    const auto hold_at = [&](std::uint64_t n, const Endpoint& at) {
        return peers.held({at, identity(n).key}, Netgroups{}.of(at));
    };
    EXPECT_TRUE(hold_at(1, public_address(1, 1)));
    EXPECT_TRUE(hold_at(2, public_address(2, 1)));
    peers.lost(identity(1).key);
    EXPECT_TRUE(hold_at(3, public_address(1, 2)));
    ASSERT_EQ(peers.all().size(), 2u);
    EXPECT_FALSE(peers.contains(identity(1).key));
}

}  // namespace
}  // namespace starling::p2p
