// Peers beyond the slots: when they are sought, and who leaves for them.

#include "p2p/extra_peers.h"

#include "p2p/tip_watch.h"
#include "support/outbound_play.h"
#include "support/public_network.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::accept;
using test::fill_slots;
using test::identity;
using test::LoneGossip;
using test::propose_many;
using test::public_address;
using test::shake_hands;
using test::wait_for_dials;
using test::without_visits;
using Kind = Event::Kind;

// Blocks can be mined on regtest. Nobody leaves for other reasons than those that are tested.
Limits played(Limits limits) {
    limits = without_visits(limits);
    limits.behind_timeout = limits.ping_timeout;
    limits.block_timeout = limits.ping_timeout;
    return limits;
}
Limits with_block_only(std::size_t slots) {
    Limits limits = played({.outbound_full_max = 0, .outbound_block_only_max = slots});
    limits.extra_block_only_interval = Limits{}.extra_block_only_interval;
    return limits;
}
// The tip is found to be stale after ten minutes.
Limits with_full_relay(std::size_t slots, std::size_t behind_protected = 0) {
    Limits limits = played({.outbound_full_max = slots, .outbound_block_only_max = 0});
    limits.stale_tip_interval = Limits{}.stale_tip_interval;
    limits.block_spacing = 3min;
    limits.behind_protected = behind_protected;
    return limits;
}

struct ExtraPeersTest : testing::Test {
    explicit ExtraPeersTest(Limits limits) : node(regtest(), limits) {
        for (std::uint64_t n = 1; n <= 20; ++n) {
            const Endpoint at = public_address(n);
            node.feed(CandidatesFound{{{test::record_of(identity(n), at), Origin::overlay, at}}});
        }
        regular = fill_slots(node);
    }

    void takes_no_slot_that_is_dialled_for() {
        const PeerId extra = meet();
        node.wait(10s);
        node.feed(PeerLost{regular[0]});
        const auto dials = wait_for_dials(node, 5s);
        ASSERT_EQ(dials.size(), 1u);
        EXPECT_TRUE(node.wait(31s).dropped.contains(extra));
        shake_hands(node, accept(node, dials[0]));
        EXPECT_TRUE(node.gossip().figures(node.now()).exceeded().empty());
    }

    // The next extra peer.
    PeerId meet() {
        std::vector<Dial> dials;
        for (int i = 0; i < 60 && dials.empty(); ++i)
            dials = wait_for_dials(node, 1min);
        return shake_hands(node, accept(node, dials.at(0)));
    }
    Shared<CheckedBlock> mined() { return node.builder().mine(node.ledger().tip()->hash); }
    void announce(PeerId peer, const Shared<CheckedBlock>& block) {
        node.say(peer, Headers{{block->block.header}});
    }
    void deliver(PeerId peer, const Shared<CheckedBlock>& block) {
        node.say(peer, BlockMessage{block->hash, block->block.header, block});
    }
    void give(PeerId peer, const Shared<CheckedBlock>& block) {
        announce(peer, block);
        deliver(peer, block);
    }

    LoneGossip node;
    std::vector<PeerId> regular;  // the oldest first
};

struct BlockOnlyExtra : ExtraPeersTest {
    BlockOnlyExtra() : ExtraPeersTest(with_block_only(2)) {}
};
struct BlockOnlyExtraBesideOne : ExtraPeersTest {
    BlockOnlyExtraBesideOne() : ExtraPeersTest(with_block_only(1)) {}
};
struct BlockOnlyExtraBesideFour : ExtraPeersTest {
    BlockOnlyExtraBesideFour() : ExtraPeersTest(with_block_only(4)) {}
};
struct FullRelayExtra : ExtraPeersTest {
    FullRelayExtra() : ExtraPeersTest(with_full_relay(2)) {}
};
struct FullRelayExtraBesideProtected : ExtraPeersTest {
    FullRelayExtraBesideProtected() : ExtraPeersTest(with_full_relay(2, 1)) {}
};
struct FullRelayExtraBesideOne : ExtraPeersTest {
    FullRelayExtraBesideOne() : ExtraPeersTest(with_full_relay(1)) {}
};

TEST_F(BlockOnlyExtra, LeavesWithoutNewsAndTakesTheSlowestOnesPlaceWithSome) {
    const PeerId first = meet();
    EXPECT_EQ(node.view(first)->kind, ConnectionKind::extra_block_only);
    EXPECT_TRUE(node.wait(46s).dropped.contains(first));

    const PeerId second = meet();
    give(second, mined());
    const auto judged = node.wait(46s);
    EXPECT_FALSE(judged.dropped.contains(second));
    EXPECT_TRUE(judged.dropped.contains(regular[1])) << "of two that gave nothing, the younger";
    ASSERT_EQ(judged.of(Kind::extra_peer_kept).size(), 1u);
    EXPECT_EQ(judged.of(Kind::extra_peer_kept)[0].other, regular[1]);
    EXPECT_EQ(node.view(second)->kind, ConnectionKind::block_only);
    EXPECT_TRUE(node.gossip().figures(node.now()).exceeded().empty());
}

TEST_F(BlockOnlyExtra, ThatOnlyAnnouncedLeavesAndThePeerThatGaveTheBlockStays) {
    const PeerId extra = meet();
    const auto block = mined();
    announce(regular[1], block);
    announce(extra, block);
    deliver(regular[1], block);
    EXPECT_TRUE(node.view(regular[1])->last_block);
    const auto judged = node.wait(46s);
    EXPECT_TRUE(judged.dropped.contains(extra));
    EXPECT_EQ(judged.dropped.size(), 1u);
}

TEST_F(BlockOnlyExtraBesideOne, ThatGaveABlockBeforeTheOtherDidLeaves) {
    const PeerId extra = meet();
    give(extra, mined());
    node.wait(1s);
    give(regular[0], mined());
    const auto judged = node.wait(46s);
    EXPECT_TRUE(judged.dropped.contains(extra));
    EXPECT_FALSE(judged.dropped.contains(regular[0]));
}

TEST_F(BlockOnlyExtraBesideFour, NeverTakesThePlacesOfTheOlderHalf) {
    for (int i = 0; i < 6; ++i) {
        const PeerId extra = meet();
        give(extra, mined());
        EXPECT_EQ(node.wait(46s).of(Kind::extra_peer_kept).size(), 1u);
        EXPECT_TRUE(node.connected(extra)) << i;
        EXPECT_TRUE(node.connected(regular[0]) && node.connected(regular[1])) << i;
    }
    EXPECT_FALSE(node.connected(regular[2]) || node.connected(regular[3]));
}

TEST_F(BlockOnlyExtra, WaitsForASlowestThatOwesABlock) {
    const PeerId extra = meet();
    give(extra, mined());
    const auto owed = mined();
    announce(regular[1], owed);
    EXPECT_TRUE(node.wait(46s).dropped.empty());
    deliver(regular[1], owed);
    EXPECT_TRUE(node.wait(45s).dropped.contains(extra)) << "which gave one later, after all";
}

TEST_F(BlockOnlyExtra, TakesNoSlotForWhichADialIsUnderWay) {
    takes_no_slot_that_is_dialled_for();
}

TEST_F(BlockOnlyExtra, TakesASlotThatNobodyIsDialledFor) {
    const PeerId extra = meet();
    for (std::uint64_t n = 1; n <= 20; ++n)
        node.feed(NodeRefused{identity(n).id, *node.view(extra)->node != identity(n).id});
    EXPECT_TRUE(node.wait(46s).of(Kind::extra_peer_kept).size() == 1);
    EXPECT_EQ(node.view(extra)->kind, ConnectionKind::block_only);
}

TEST(StaleTip, AnExtraPeerIsSoughtAndOneWithoutNewsLeaves) {
    Limits limits = without_visits({.outbound_full_max = 2, .outbound_block_only_max = 0});
    limits.stale_tip_interval = Limits{}.stale_tip_interval;
    LoneGossip node(test::public_network(), limits);
    propose_many(node, 10);
    EXPECT_EQ(fill_slots(node).size(), 2u);
    const auto stale = node.wait(10min);
    EXPECT_EQ(stale.of(Kind::tip_stale).size(), 1u);
    ASSERT_EQ(stale.dials.size(), 1u);
    const PeerId extra = shake_hands(node, accept(node, stale.dials[0]));
    EXPECT_EQ(to_string(node.view(extra)->kind), "outbound-full-relay");
    EXPECT_TRUE(node.gossip().figures(node.now()).exceeded().empty());
    const auto judged = node.wait(46s);
    EXPECT_TRUE(judged.dropped.contains(extra));
    EXPECT_EQ(judged.of(Kind::extra_peer_dropped).size(), 1u);
    EXPECT_TRUE(wait_for_dials(node, 1min).empty()) << "until the tip is found to be stale again";
}

TEST_F(FullRelayExtra, TakesThePlaceOfWhoShowedMoreThanWeHadTheLongestTimeAgo) {
    give(regular[0], mined());
    node.wait(1s);
    give(regular[1], mined());
    const PeerId extra = meet();
    give(extra, mined());
    const auto judged = node.wait(46s);
    EXPECT_TRUE(judged.dropped.contains(regular[0]));
    EXPECT_EQ(judged.dropped.size(), 1u);
    EXPECT_EQ(node.view(extra)->kind, ConnectionKind::full_relay);
}

TEST_F(FullRelayExtraBesideProtected, SparesWhomWeProtect) {
    give(regular[0], mined());
    node.wait(1s);
    give(regular[1], mined());
    const PeerId extra = meet();
    give(extra, mined());
    EXPECT_TRUE(node.wait(46s).dropped.contains(regular[1]));
    EXPECT_TRUE(node.connected(regular[0])) << "although it showed more a longer time ago";
}

TEST_F(FullRelayExtra, WaitsForOneThatOwesABlock) {
    const PeerId extra = meet();
    const auto block = mined();
    announce(regular[0], block);
    node.wait(1s);
    announce(regular[1], block);
    announce(extra, block);
    EXPECT_TRUE(node.wait(46s).dropped.empty());
    deliver(regular[0], block);
    EXPECT_TRUE(node.wait(45s).dropped.contains(regular[0]));
    EXPECT_TRUE(node.connected(extra));
}

TEST_F(FullRelayExtraBesideOne, LetsNewcomersStayForThirtySeconds) {
    const PeerId extra = meet();
    give(extra, mined());
    node.wait(17s);
    node.feed(PeerLost{regular[0]});
    const auto dials = wait_for_dials(node, 1s);
    ASSERT_EQ(dials.size(), 1u);
    const PeerId newcomer = shake_hands(node, accept(node, dials[0]));
    EXPECT_TRUE(node.wait(29s).dropped.empty());
    EXPECT_TRUE(node.wait(45s).dropped.contains(newcomer));
    EXPECT_TRUE(node.connected(extra));
}

TEST_F(FullRelayExtraBesideOne, TakesNoSlotForWhichADialIsUnderWay) {
    takes_no_slot_that_is_dialled_for();
}

TEST(StaleTip, IsLookedForWhereNoAsertSaysHowOftenBlocksAreDueButSomebodyKnows) {
    Limits limits = without_visits({.outbound_full_max = 2, .outbound_block_only_max = 0});
    limits.stale_tip_interval = Limits{}.stale_tip_interval;
    LoneGossip nobody_knows(regtest(), limits);
    EXPECT_TRUE(nobody_knows.wait(1h).of(Kind::tip_stale).empty());
    limits.block_spacing = 3min;
    LoneGossip known(regtest(), limits);
    EXPECT_EQ(known.wait(10min).of(Kind::tip_stale).size(), 1u);
    limits.block_spacing = 4min;
    LoneGossip rarer(regtest(), limits);
    EXPECT_TRUE(rarer.wait(10min).of(Kind::tip_stale).empty()) << "three of them are twelve";
}

// Looks every ten minutes; blocks are due every ten.
struct TipWatchTest : testing::Test {
    TipWatchTest() { watch.open(Time{}); }
    static Time after(Duration duration) { return Time{} + duration; }

    TipWatch watch{regtest(), Limits{.block_spacing = 10min}};
};

TEST_F(TipWatchTest, ThreeSpacingsAreNotTooLongMoreAre) {
    EXPECT_FALSE(watch.handle_timer(after(10min), false));
    EXPECT_FALSE(watch.handle_timer(after(30min), false));
    EXPECT_FALSE(watch.stale());
    EXPECT_TRUE(watch.handle_timer(after(40min), false));
    EXPECT_TRUE(watch.stale());
}

TEST_F(TipWatchTest, LooksNoMoreOftenThanEveryTenMinutes) {
    EXPECT_FALSE(watch.handle_timer(after(30min), false));
    EXPECT_EQ(watch.next_wakeup(), after(40min));
    EXPECT_FALSE(watch.handle_timer(after(40min - 1ms), false));
    EXPECT_TRUE(watch.handle_timer(after(40min), false));
}

TEST_F(TipWatchTest, ADownloadUnderWayIsNotAStaleTip) {
    EXPECT_FALSE(watch.handle_timer(after(40min), true));
    EXPECT_FALSE(watch.stale());
    EXPECT_TRUE(watch.handle_timer(after(50min), false)) << "nothing came of it";
    EXPECT_FALSE(watch.handle_timer(after(60min), true));
    EXPECT_FALSE(watch.stale());
}

TEST_F(TipWatchTest, ATipThatMovedIsStaleThreeSpacingsLater) {
    watch.tip_changed(after(35min));
    EXPECT_FALSE(watch.handle_timer(after(40min), false));
    EXPECT_FALSE(watch.handle_timer(after(65min), false));
    EXPECT_TRUE(watch.handle_timer(after(75min + 1ms), false));
}

// Who shows a chain and gives none of its blocks may be all that we are connected to.
TEST(ExtraBlockOnlyPeers, ComeBesidePeersThatKeepBlocksFromUs) {
    Limits limits = without_visits({.outbound_full_max = 0, .outbound_block_only_max = 2});
    limits.extra_block_only_interval = Limits{}.extra_block_only_interval;
    LoneGossip node(regtest(), limits, 48h);
    for (std::uint64_t n = 1; n <= 30; ++n) {
        node.feed(CandidatesFound{{{test::record_of(identity(n), public_address(n)),
                                    Origin::overlay, public_address(n)}}});
    }
    Headers headers;
    for (const auto& block : node.builder().mine_many(node.builder().genesis(), 2))
        headers.headers.push_back(block->block.header);
    const Time begun = node.now();
    std::optional<Time> met;
    for (int i = 0; i < 6 * 60 && !met; ++i) {
        for (const Dial& dial : wait_for_dials(node, 10s)) {
            const PeerId peer = shake_hands(node, accept(node, dial));
            if (node.view(peer)->kind == ConnectionKind::extra_block_only) met = node.now();
            node.say(peer, headers);
        }
    }
    ASSERT_TRUE(met);
    EXPECT_TRUE(node.gossip().initial_download());
    EXPECT_GE(*met - begun, 20min) << "honest peers have that long to give a block";
}

}  // namespace
}  // namespace starling::p2p
