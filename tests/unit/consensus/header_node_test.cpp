#include "consensus/header_node.h"

#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <deque>

namespace starling {
namespace {

HeaderNode& grow(std::deque<HeaderNode>& arena, const HeaderNode* parent, std::uint32_t time = 0) {
    HeaderNode node;
    node.parent = parent;
    node.header.time = time;
    if (parent != nullptr) {
        node.height = parent->height + 1;
        node.skip = ancestor(parent, skip_height(node.height));
    }
    arena.push_back(node);
    return arena.back();
}

const HeaderNode* walk_down(const HeaderNode* node, Height height) {
    while (node != nullptr && node->height > height)
        node = node->parent;
    return node;
}

TEST(HeaderNode, FindsTheSameAncestorAsAWalk) {
    std::deque<HeaderNode> arena;
    const HeaderNode* tip = nullptr;
    for (int i = 0; i < 1000; ++i)
        tip = &grow(arena, tip);
    test::SeededRandom random(1);
    for (int i = 0; i < 1000; ++i) {
        const HeaderNode* from = &arena[random.below(arena.size())];
        const Height height{static_cast<std::int32_t>(random.below(1001)) - 1};
        const HeaderNode* due =
            height <= from->height && height >= Height{0} ? walk_down(from, height) : nullptr;
        EXPECT_EQ(ancestor(from, height), due);
    }
}

TEST(HeaderNode, FindsWhereTwoChainsFork) {
    std::deque<HeaderNode> arena;
    test::SeededRandom random(2);
    grow(arena, nullptr);
    for (int i = 0; i < 300; ++i)  // a thin tree: mostly long branches
        grow(arena, random.below(20) == 0 ? &arena[random.below(arena.size())] : &arena.back());
    for (int i = 0; i < 500; ++i) {
        const HeaderNode* a = &arena[random.below(arena.size())];
        const HeaderNode* b = &arena[random.below(arena.size())];
        const HeaderNode* fork = fork_point(a, b);
        EXPECT_EQ(walk_down(a, fork->height), fork);
        EXPECT_EQ(walk_down(b, fork->height), fork);
        if (fork == a || fork == b) continue;
        EXPECT_NE(walk_down(a, fork->height + 1), walk_down(b, fork->height + 1));
    }
}

TEST(MedianTimePast, IsTheMiddleOfTheLastElevenInAnyOrder) {
    std::deque<HeaderNode> arena;
    const HeaderNode* tip = nullptr;
    for (const std::uint32_t time : {999U, 5U, 1U, 11U, 3U, 9U, 7U, 2U, 10U, 4U, 8U, 6U})
        tip = &grow(arena, tip, time);
    EXPECT_EQ(median_time_past(tip), 6U);
}

TEST(MedianTimePast, OfAYoungChainIsThatOfWhatIsThere) {
    std::deque<HeaderNode> arena;
    const HeaderNode* genesis = &grow(arena, nullptr, 10);
    EXPECT_EQ(median_time_past(genesis), 10U);
    const HeaderNode* second = &grow(arena, genesis, 20);
    EXPECT_EQ(median_time_past(second), 20U);  // of two, the later, as in Bitcoin Core
    EXPECT_EQ(median_time_past(&grow(arena, second, 5)), 10U);
}

}  // namespace
}  // namespace starling
