#include "mempool/linearize.h"

#include "mempool/diagram.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace starling::mempool {
namespace {

ClusterGraph random_graph(std::size_t size, std::uint64_t density, test::SeededRandom& random) {
    std::vector<FeeRate> rates;
    std::vector<MemberSet> parents;
    for (std::size_t i = 0; i < size; ++i) {
        rates.push_back({Amount{static_cast<std::int64_t>(random.below(40))},
                         static_cast<std::int64_t>(1 + random.below(10))});
        MemberSet set = 0;
        for (std::size_t parent = 0; parent < i; ++parent) {
            if (random.below(100) < density) set |= member(parent);
        }
        parents.push_back(set);
    }
    return {std::move(rates), parents};
}

Diagram diagram_of(const ClusterGraph& graph, const Order& order) {
    Diagram diagram;
    for (const Chunk& chunk : chunks_of(graph, order))
        diagram.push_back(chunk.rate);
    return diagram;
}

bool is_topological(const ClusterGraph& graph, const Order& order) {
    MemberSet seen = 0;
    for (const std::uint8_t i : order) {
        if ((seen & member(i)) != 0) return false;
        seen |= member(i);
        if ((graph.ancestors(i) & ~seen) != 0) return false;
    }
    return seen == graph.all();
}

bool is_at_least(const Diagram& a, const Diagram& b) {
    const auto order = compare_diagrams(a, b);
    return order == std::partial_ordering::greater || order == std::partial_ordering::equivalent;
}

// A deep, wide mess that the search cannot finish.
ClusterGraph hard_graph(test::SeededRandom& random) {
    return random_graph(kMembersMax, 4, random);
}

TEST(Linearize, IsNeverWorseThanAnyOrderOfATinyCluster) {
    test::SeededRandom random(1);
    for (int round = 0; round < 150; ++round) {
        const ClusterGraph graph = random_graph(1 + random.below(6), random.below(80), random);
        const Diagram best = diagram_of(graph, linearized(graph));
        Order order(graph.size());
        std::iota(order.begin(), order.end(), std::uint8_t{0});
        do {
            if (!is_topological(graph, order)) continue;
            ASSERT_TRUE(is_at_least(best, diagram_of(graph, order))) << "round " << round;
        } while (std::ranges::next_permutation(order).found);
    }
}

TEST(Linearize, IsNeverWorseThanTheAncestorOrderWhateverItsBudget) {
    test::SeededRandom random(2);
    for (int round = 0; round < 60; ++round) {
        const ClusterGraph graph = random_graph(2 + random.below(40), random.below(30), random);
        const Diagram ancestors = diagram_of(graph, ancestor_order(graph));
        for (const std::size_t steps : {0U, 3U, 50U, 1'000U})
            ASSERT_TRUE(is_at_least(diagram_of(graph, linearized(graph, steps)), ancestors))
                << "round " << round << ", " << steps << " steps";
    }
}

TEST(Linearize, PutsParentsFirstAndLetsChunksFall) {
    test::SeededRandom random(3);
    for (int round = 0; round < 40; ++round) {
        const ClusterGraph graph =
            round % 2 == 0 ? hard_graph(random) : random_graph(1 + random.below(20), 20, random);
        const Order order = linearized(graph);
        ASSERT_TRUE(is_topological(graph, order));
        ASSERT_TRUE(is_topological(graph, ancestor_order(graph)));
        const Diagram diagram = diagram_of(graph, order);
        ASSERT_TRUE(
            std::ranges::is_sorted(diagram, [](const auto& a, const auto& b) { return a > b; }));
    }
}

TEST(Linearize, LeavesEveryChunkConnected) {
    test::SeededRandom random(4);
    for (int round = 0; round < 40; ++round) {
        const ClusterGraph graph = random_graph(2 + random.below(20), 15, random);
        const Order order = linearized(graph);
        for (const Chunk& chunk : chunks_of(graph, order)) {
            MemberSet set = 0;
            for (std::size_t at = chunk.begin; at < chunk.end; ++at)
                set |= member(order[at]);
            ASSERT_EQ(graph.components(set).size(), 1U);
        }
    }
}

TEST(Linearize, PostLinearisingNeverMakesAnOrderWorse) {
    test::SeededRandom random(5);
    for (int round = 0; round < 60; ++round) {
        const ClusterGraph graph = random_graph(2 + random.below(30), random.below(40), random);
        Order order(graph.size());
        std::iota(order.begin(), order.end(), std::uint8_t{0});
        const Order better = post_linearized(graph, order);
        ASSERT_TRUE(is_topological(graph, better));
        ASSERT_TRUE(is_at_least(diagram_of(graph, better), diagram_of(graph, order)));
    }
}

TEST(Linearize, LetsAChildPayForItsParents) {
    // 0 and 1 pay nothing, 2 spends both and pays for all; 3 is alone between them.
    const ClusterGraph graph({{Amount{0}, 10}, {Amount{0}, 10}, {Amount{90}, 10}, {Amount{20}, 10}},
                             {0, 0, member(0) | member(1), member(0)});
    const Order order = linearized(graph);
    const auto chunks = chunks_of(graph, order);
    ASSERT_EQ(chunks.size(), 2U);
    EXPECT_EQ(chunks[0].rate, (FeeRate{Amount{90}, 30}));
    EXPECT_EQ(order.back(), 3);
}

TEST(Linearize, GivesTheSameOrderForTheSameCluster) {
    test::SeededRandom random(6);
    const ClusterGraph graph = hard_graph(random);
    EXPECT_EQ(linearized(graph), linearized(graph));
}

TEST(Linearize, TakesSixtyFourMembers) {
    std::vector<MemberSet> chain{0};
    for (std::size_t i = 1; i < kMembersMax; ++i)
        chain.push_back(member(i - 1));
    const ClusterGraph graph(std::vector<FeeRate>(kMembersMax, {Amount{7}, 3}), chain);
    EXPECT_EQ(graph.ancestors(kMembersMax - 1), graph.all());
    const Order order = linearized(graph);
    EXPECT_TRUE(is_topological(graph, order));
}

}  // namespace
}  // namespace starling::mempool
