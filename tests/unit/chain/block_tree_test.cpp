#include "chain/block_tree.h"

#include "support/chain_builder.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

namespace starling::chain {
namespace {

constexpr std::int64_t kNow = 1'700'000'000;

struct BlockTreeTest : testing::Test {
    const HeaderNode* add(const Shared<CheckedBlock>& block) {
        auto node = tree.add(block->block.header, kNow);
        EXPECT_TRUE(node.ok()) << describe(node.error());
        return *node;
    }

    test::SeededRandom random{1};
    test::ChainBuilder builder;
    BlockTree tree{regtest(), random};
};

TEST_F(BlockTreeTest, BeginsWithGenesisAlone) {
    EXPECT_EQ(tree.size(), 1u);
    EXPECT_EQ(tree.best_header(), tree.genesis());
    EXPECT_EQ(tree.genesis()->hash, regtest().genesis_hash);
    EXPECT_EQ(tree.tips(), std::vector{tree.genesis()});
    EXPECT_FALSE(tree.has_changes());
}

TEST_F(BlockTreeTest, KnowsHeightWorkAndAncestorsOfAHeader) {
    const auto chain = builder.mine_many(builder.genesis(), 40);
    for (const auto& block : chain)
        add(block);
    const HeaderNode* tip = tree.find(chain.back()->hash);
    EXPECT_EQ(tip->height, Height{40});
    EXPECT_EQ(ancestor(tip, Height{7})->hash, chain[6]->hash);
    EXPECT_GT(tip->work, tip->parent->work);
    EXPECT_EQ(tree.best_header(), tip);
}

TEST_F(BlockTreeTest, GivesAKnownHeaderItsNodeAgain) {
    const auto block = builder.mine(builder.genesis());
    EXPECT_EQ(add(block), add(block));
    EXPECT_EQ(tree.size(), 2u);
}

TEST_F(BlockTreeTest, NamesWhyAHeaderHasNoPlace) {
    const auto first = builder.mine(builder.genesis());
    const auto second = builder.mine(first->hash);
    EXPECT_EQ(tree.add(second->block.header, kNow).error().reason, "prev-blk-not-found");
    const HeaderNode* node = add(first);
    tree.mark_invalid(node);
    EXPECT_EQ(tree.add(second->block.header, kNow).error().reason, "bad-prevblk");
    EXPECT_EQ(tree.add(first->block.header, kNow).error().reason, "duplicate-invalid");
    const std::int64_t long_ago = regtest().genesis.header.time - 1'000'000;
    const auto other = builder.mine(builder.genesis());
    EXPECT_EQ(tree.add(other->block.header, long_ago).error().reason, "time-too-new");
}

TEST_F(BlockTreeTest, TheFirstOfTwoHeadersWithEqualWorkStaysBest) {
    const HeaderNode* first = add(builder.mine(builder.genesis()));
    const HeaderNode* second = add(builder.mine(builder.genesis()));
    EXPECT_EQ(first->work, second->work);
    EXPECT_EQ(tree.best_header(), first);
    EXPECT_EQ(tree.tips(), (std::vector{first, second}));
}

TEST_F(BlockTreeTest, EverythingAboveAnInvalidBlockIsInvalid) {
    const auto trunk = builder.mine_many(builder.genesis(), 3);
    const auto left = builder.mine_many(trunk.back()->hash, 3);
    const auto right = builder.mine_many(left[0]->hash, 1);
    for (const auto* part : {&trunk, &left, &right}) {
        for (const auto& block : *part)
            add(block);
    }
    const auto newly = tree.mark_invalid(tree.find(left[0]->hash));
    EXPECT_EQ(newly.size(), 4u);
    EXPECT_EQ(newly.front()->node.hash, left[0]->hash);
    EXPECT_TRUE(tree.entry(right[0]->hash)->invalid);
    EXPECT_FALSE(tree.entry(right[0]->hash)->failed);
    EXPECT_EQ(tree.best_header()->hash, trunk.back()->hash);
}

TEST_F(BlockTreeTest, ReconsideringForgetsTheMarksAboveAndBelow) {
    const auto chain = builder.mine_many(builder.genesis(), 5);
    for (const auto& block : chain)
        add(block);
    tree.mark_invalid(tree.find(chain[3]->hash));
    tree.mark_invalid(tree.find(chain[1]->hash));
    const auto revived = tree.reconsider(tree.find(chain[2]->hash));
    EXPECT_EQ(revived.size(), 4u);
    EXPECT_EQ(tree.best_header()->hash, chain[4]->hash);
    EXPECT_FALSE(tree.entry(chain[3]->hash)->failed);
}

TEST_F(BlockTreeTest, ABlockIsLinkedWhenAllBodiesBelowAreThere) {
    const auto chain = builder.mine_many(builder.genesis(), 4);
    for (const auto& block : chain)
        add(block);
    EXPECT_TRUE(tree.mark_body(tree.find(chain[1]->hash)).empty());
    EXPECT_TRUE(tree.mark_body(tree.find(chain[2]->hash)).empty());
    const auto linked = tree.mark_body(tree.find(chain[0]->hash));
    ASSERT_EQ(linked.size(), 3u);
    EXPECT_EQ(linked[0]->node.hash, chain[0]->hash);
    EXPECT_EQ(linked[2]->node.hash, chain[2]->hash);
    EXPECT_EQ(tree.forget_body(tree.find(chain[1]->hash)).size(), 2u);
    EXPECT_TRUE(tree.entry(chain[0]->hash)->linked);
    EXPECT_FALSE(tree.entry(chain[2]->hash)->linked);
}

TEST_F(BlockTreeTest, AnotherTreeGrowsFromItsChanges) {
    const auto chain = builder.mine_many(builder.genesis(), 5);
    for (const auto& block : chain)
        add(block);
    tree.mark_valid(tree.find(chain[1]->hash));
    tree.mark_invalid(tree.find(chain[3]->hash));
    test::SeededRandom other_random{2};
    BlockTree other{regtest(), other_random};
    for (const HeaderRecord& record : tree.take_changes())
        other.restore({record.node->header, record.validity, false});
    EXPECT_FALSE(tree.has_changes());
    EXPECT_EQ(other.size(), tree.size());
    EXPECT_EQ(other.best_header()->hash, chain[2]->hash);
    EXPECT_TRUE(other.entry(chain[1]->hash)->fully_valid);
    EXPECT_TRUE(other.entry(chain[4]->hash)->invalid);
    EXPECT_FALSE(other.has_changes());
    tree.reconsider(tree.find(chain[3]->hash));
    ASSERT_EQ(tree.take_changes().size(), 1u);
}

TEST_F(BlockTreeTest, ALongChainIsMarkedWithoutRecursion) {
    // Headers alone: 20,000 would overflow a recursive walk long before the stack of a test.
    std::vector<HeaderNode> nodes;
    BlockHash at = builder.genesis();
    std::uint32_t time = regtest().genesis.header.time;
    for (int i = 0; i < 20'000; ++i) {
        Header header{0x2000'0000, at, {}, ++time, regtest().limit_bits, 0};
        while (!check_header_work(header, regtest()).ok())
            ++header.nonce;
        ASSERT_TRUE(tree.add(header, kNow).ok());
        at = hash_of(header);
    }
    const HeaderNode* first = ancestor(tree.find(at), Height{1});
    EXPECT_EQ(tree.mark_invalid(first).size(), 20'000u);
    EXPECT_EQ(tree.best_header(), tree.genesis());
}

}  // namespace
}  // namespace starling::chain
