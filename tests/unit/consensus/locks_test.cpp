#include "consensus/locks.h"

#include <gtest/gtest.h>

#include <deque>

namespace starling {
namespace {

TransactionData locked(std::uint32_t lock_time, std::uint32_t sequence) {
    TransactionData tx;
    tx.lock_time = lock_time;
    tx.inputs.resize(1);
    tx.inputs[0].sequence = sequence;
    return tx;
}

// Blocks 512 seconds apart from 1,000,000,000 on.
std::deque<HeaderNode> steady_chain(std::int32_t count) {
    std::deque<HeaderNode> nodes;
    for (std::int32_t i = 0; i < count; ++i) {
        HeaderNode node;
        node.height = {i};
        node.header.time = 1'000'000'000U + 512U * static_cast<std::uint32_t>(i);
        node.parent = nodes.empty() ? nullptr : &nodes.back();
        nodes.push_back(node);
    }
    return nodes;
}

bool met(const HeaderNode& parent, std::uint32_t sequence, Height coin) {
    RelativeLocks locks;
    locks.add(sequence, coin, parent);
    return locks.met_after(parent);
}

TEST(Finality, OfALockTimeComesOneBlockLater) {
    EXPECT_FALSE(is_final(locked(100, 0), {100}, 0));
    EXPECT_TRUE(is_final(locked(100, 0), {101}, 0));
}

TEST(Finality, OfATimeIsJudgedByTheMedianTimePast) {
    EXPECT_FALSE(is_final(locked(kLockTimeThreshold, 0), {1}, kLockTimeThreshold));
    EXPECT_TRUE(is_final(locked(kLockTimeThreshold, 0), {1}, kLockTimeThreshold + 1));
    // Just below the threshold is a height, however late it is.
    EXPECT_FALSE(is_final(locked(kLockTimeThreshold - 1, 0), {1}, 4'000'000'000));
}

TEST(Finality, IsGivenWhereAllSequencesAreFinal) {
    TransactionData tx = locked(0xffff'ffff, 0xffff'ffff);
    EXPECT_TRUE(is_final(tx, {1}, 0));
    tx.inputs.push_back(tx.inputs[0]);
    tx.inputs[1].sequence = 0xffff'fffe;
    EXPECT_FALSE(is_final(tx, {1}, 0));
}

TEST(RelativeLocks, InBlocksCountFromTheCoin) {
    const auto chain = steady_chain(120);
    const HeaderNode& parent = chain.back();  // height 119: the next is 120
    EXPECT_TRUE(met(parent, 7, {113}));
    EXPECT_FALSE(met(parent, 8, {113}));
    EXPECT_TRUE(met(parent, 0, {120}));  // a coin of the same block
    EXPECT_FALSE(met(parent, 1, {120}));
}

TEST(RelativeLocks, InTimeCountFromTheMedianBeforeTheCoin) {
    const auto chain = steady_chain(120);
    const HeaderNode& parent = chain.back();
    // Median of parent: that of block 114; of the block before the coin at 110: that of block 104.
    EXPECT_TRUE(met(parent, RelativeLocks::kInTime | 10, {110}));
    EXPECT_FALSE(met(parent, RelativeLocks::kInTime | 11, {110}));
    EXPECT_TRUE(met(parent, RelativeLocks::kInTime, {0}));
}

TEST(RelativeLocks, AreOffWithTheDisableBitAndIgnoreBitsWithoutMeaning) {
    const auto chain = steady_chain(20);
    EXPECT_TRUE(met(chain.back(), RelativeLocks::kDisabled | 0xffff, {19}));
    EXPECT_TRUE(met(chain.back(), 0x3fa0'0000 | 1, {19}));
    EXPECT_FALSE(met(chain.back(), 0x3fa0'0000 | 2, {19}));
}

TEST(RelativeLocks, OfAllInputsMustBeMet) {
    const auto chain = steady_chain(120);
    RelativeLocks locks;
    locks.add(1, {1}, chain.back());
    EXPECT_TRUE(locks.met_after(chain.back()));
    locks.add(0xffff, {1}, chain.back());
    locks.add(1, {1}, chain.back());
    EXPECT_FALSE(locks.met_after(chain.back()));
}

}  // namespace
}  // namespace starling
