#include "p2p/figures.h"

#include "support/lone_gossip.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::LoneGossip;

Headers headers_of(const std::vector<Shared<CheckedBlock>>& blocks) {
    Headers message;
    for (const auto& block : blocks)
        message.headers.push_back(block->block.header);
    return message;
}

TEST(Figures, CountWhatIsAskedAndForHowLong) {
    LoneGossip node;
    const auto blocks = node.builder().mine_many(node.builder().genesis(), 20);
    const PeerId peer = node.join();
    node.join(Direction::inbound);
    node.say(peer, headers_of(blocks));
    node.say(peer, Inv{{InventoryItem::wtxid(Wtxid{{7}})}});
    node.wait(30s);
    const Figures figures = node.gossip().figures(node.now());
    EXPECT_EQ(figures.peers, 2u);
    EXPECT_EQ(figures.ready, 2u);
    EXPECT_EQ(figures.inbound.now, 1u);
    EXPECT_EQ(figures.blocks_in_flight, 16u);
    EXPECT_EQ(figures.blocks_owed.now, 16u);
    EXPECT_EQ(figures.blocks_owed.bound, 16u);
    EXPECT_EQ(figures.block.oldest, Duration{30s});
    EXPECT_EQ(figures.transactions_asked, 1u);
    EXPECT_EQ(figures.transaction.oldest, Duration{30s});
    EXPECT_EQ(figures.ping.oldest, Duration{30s});
    EXPECT_TRUE(figures.exceeded().empty());
}

TEST(Figures, CountOrphansByPeer) {
    LoneGossip node;
    const PeerId peer = node.join();
    std::size_t weight = 0;
    for (std::uint8_t n = 0; n < 3; ++n) {
        const auto orphan = test::shared(test::spend({{Txid{{n, 1}}, 0}}, {Amount{1}}));
        weight += orphan->weight();
        node.say(peer, Tx{orphan});
    }
    const Figures figures = node.gossip().figures(node.now());
    EXPECT_EQ(figures.orphans, 3u);
    EXPECT_EQ(figures.orphans_of_a_peer.now, 3u);
    EXPECT_EQ(figures.orphan_weight_of_a_peer.now, weight);
    EXPECT_EQ(figures.transactions_asked, 3u) << "their parents";
}

TEST(Figures, NameWhatIsBeyondItsBound) {
    Figures figures;
    figures.candidates = {10, 10};
    figures.block = {Duration{2min}, 2min};
    EXPECT_TRUE(figures.exceeded().empty());
    figures.candidates.now = 11;
    figures.block.oldest = Duration{2min + 1ms};
    EXPECT_EQ(figures.exceeded(), (std::vector<std::string_view>{"candidates", "block"}));
}

TEST(Figures, NothingThatWasAskedWaitsBeyondItsBound) {
    LoneGossip node;
    const auto blocks = node.builder().mine_many(node.builder().genesis(), 40);
    for (int i = 0; i < 4; ++i) {
        const PeerId peer = node.join(i % 2 == 0 ? Direction::inbound : Direction::outbound);
        node.say(peer, headers_of(blocks));
        node.say(peer,
                 Inv{{InventoryItem::wtxid(Wtxid{{7}}), InventoryItem::block(BlockHash{{9}})}});
        node.connect(Direction::inbound);
    }
    for (int minute = 0; minute < 30; ++minute) {
        EXPECT_TRUE(node.gossip().figures(node.now()).exceeded().empty()) << minute;
        node.wait(59'999ms);
    }
    const Figures figures = node.gossip().figures(node.now());
    EXPECT_EQ(figures.peers, 0u) << "none of them ever answered";
    EXPECT_EQ(figures.blocks_in_flight + figures.transactions_wanted, 0u);
}

}  // namespace
}  // namespace starling::p2p
