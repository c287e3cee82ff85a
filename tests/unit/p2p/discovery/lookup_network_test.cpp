// Lookups through whole networks, against what a list of all nodes says.

#include "support/lookup_network.h"

#include "p2p/netgroup.h"

#include <gtest/gtest.h>

#include <cmath>
#include <iostream>
#include <map>
#include <set>

namespace starling::p2p::discv5 {
namespace {

using Conduct = test::LookupNetwork::Conduct;
using Outcome = test::LookupNetwork::Outcome;

constexpr std::size_t kSize = 1'000;

std::vector<NodeId> ids_of(const std::vector<LookupResult>& results) {
    std::vector<NodeId> out;
    for (const LookupResult& result : results)
        out.push_back(result.record->id());
    return out;
}

// What holds of every lookup, whoever lies.
void expect_sound(const Outcome& outcome, const NodeId& from) {
    const LookupReport& report = outcome.report;
    std::map<NodeId, std::size_t> asked;  // and on which path
    for (const LookupStep& step : report.steps) {
        EXPECT_NE(step.asked, from);
        EXPECT_TRUE(asked.try_emplace(step.asked, step.path).second) << "asked twice";
        EXPECT_LE(step.distances.size(), 3u);
        for (const unsigned distance : step.distances)
            EXPECT_TRUE(distance >= 1 && distance <= 256);
    }
    EXPECT_EQ(outcome.questions, report.steps.size());
    EXPECT_LE(outcome.questions, Limits{}.lookup_paths * Lookup::kQuestionsMax);
    std::set<NodeId> seen;
    for (const LookupResult& result : report.seen) {
        EXPECT_NE(result.record->id(), from);
        EXPECT_TRUE(seen.insert(result.record->id()).second);
        EXPECT_EQ(result.hop, result.path.size());
        // A path keeps to itself: all that led to a node were asked on one path.
        for (const NodeId& teller : result.path)
            EXPECT_EQ(asked.at(teller), asked.at(result.path.front()));
    }
    EXPECT_LE(report.closest.size(), Limits{}.lookup_results);
    for (const LookupResult& result : report.closest)
        EXPECT_TRUE(seen.contains(result.record->id()));
}

TEST(LookupNetworkTest, FindsTheNearestNodesInFewHops) {
    test::LookupNetwork network(2 * kSize, 11);
    constexpr std::size_t kLookups = 60;
    std::size_t right = 0, questions = 0, most_hops = 0;
    test::SeededRandom random(12);
    for (std::size_t i = 0; i < kLookups; ++i) {
        NodeId target;
        for (auto& byte : target.bytes)
            byte = static_cast<std::uint8_t>(random.next());
        const NodeId from = network.any(Conduct::honest).record->id();
        const Outcome outcome = network.look_up(from, target);
        expect_sound(outcome, from);
        questions += outcome.questions;
        if (ids_of(outcome.report.closest) == network.nearest(target, from, 16)) ++right;
        for (const LookupResult& result : outcome.report.closest)
            most_hops = std::max(most_hops, result.hop);
    }
    std::cout << right << " of " << kLookups << " found all 16 of 2,000 nodes, at most "
              << most_hops << " hops, " << questions / kLookups << " questions each\n";
    EXPECT_GE(right * 100, kLookups * 95);
    EXPECT_LE(most_hops, static_cast<std::size_t>(std::log2(2 * kSize)));
}

// S/Kademlia's figure: 99 % of lookups succeed among 20 % of adversaries.
TEST(LookupNetworkTest, FindsItsTargetAlthoughEveryFifthNodeLies) {
    test::LookupNetwork network(kSize, 21);
    network.set(Conduct::colluding, 0.2);
    constexpr std::size_t kLookups = 120;
    std::size_t right = 0;
    for (std::size_t i = 0; i < kLookups; ++i) {
        const NodeId target = network.any(Conduct::honest).record->id();
        NodeId from = target;
        while (from == target)
            from = network.any(Conduct::honest).record->id();
        const Outcome outcome = network.look_up(from, target);
        expect_sound(outcome, from);
        if (outcome.report.closest.at(0).record->id() == target) ++right;
    }
    std::cout << right << " of " << kLookups << " lookups found their target\n";
    EXPECT_GE(right * 100, kLookups * 99);
}

// Worse than S/Kademlia's: the liars have ground eight keys for every node of the network, so that
// all they tell of lies among the target's nearest, in as many subnets, and all of it answers.
TEST(LookupNetworkTest, FindsItsTargetAlthoughLiarsInventNeighboursOfIt) {
    constexpr std::size_t kTargets = 5, kEach = 20, kInvented = 32;
    test::LookupNetwork network(kSize, 22);
    network.set(Conduct::colluding, 0.2);
    std::vector<Identity> ground;
    for (std::uint32_t n = 0; n < 8'000; ++n)
        ground.push_back(test::numbered_identity(100'000 + n));
    Limits one_path;
    one_path.lookup_paths = 1;
    std::size_t right = 0, right_on_one_path = 0;
    for (std::size_t t = 0; t < kTargets; ++t) {
        const NodeId target = network.any(Conduct::honest).record->id();
        std::ranges::partial_sort(
            ground, ground.begin() + kInvented,
            [&](const Identity& a, const Identity& b) { return nearer(target, a.id, b.id); });
        std::vector<Shared<Record>> invented;
        for (std::uint8_t n = 0; n < kInvented; ++n)
            invented.push_back(
                test::node_record(ground[n], Endpoint::ipv4({99, 1, n, 1}, 9'000), testnet()));
        network.invent(invented);
        for (std::size_t i = 0; i < kEach; ++i) {
            NodeId from = target;
            while (from == target)
                from = network.any(Conduct::honest).record->id();
            const auto finds = [&](const Outcome& outcome) {
                expect_sound(outcome, from);
                return outcome.report.closest.at(0).record->id() == target;
            };
            if (finds(network.look_up(from, target))) ++right;
            if (finds(network.look_up(from, target, one_path))) ++right_on_one_path;
        }
    }
    std::cout << right << " of " << kTargets * kEach << " lookups found their target, "
              << right_on_one_path << " on one path\n";
    EXPECT_GE(right * 100, kTargets * kEach * 99);
}

TEST(LookupNetworkTest, EndsAlthoughEverySecondNodeIsSilent) {
    test::LookupNetwork network(kSize, 31);
    network.set(Conduct::silent, 0.5);
    constexpr std::size_t kLookups = 60;
    std::size_t right = 0;
    for (std::size_t i = 0; i < kLookups; ++i) {
        const NodeId from = network.any(Conduct::honest).record->id();
        const NodeId target = network.any(Conduct::honest).record->id();
        const Outcome outcome = network.look_up(from, target);
        expect_sound(outcome, from);
        const auto nearest = network.nearest(target, from, 1).at(0);
        if (!outcome.report.closest.empty() && outcome.report.closest[0].record->id() == nearest)
            ++right;
    }
    std::cout << right << " of " << kLookups << " lookups found the nearest that answers\n";
    EXPECT_GE(right * 100, kLookups * 90);
}

TEST(LookupNetworkTest, EndsWhereAllAreSilent) {
    test::LookupNetwork network(100, 41);
    const NodeId from = network.nodes()[0].record->id();
    network.set(Conduct::silent, 1.0);
    const Outcome outcome = network.look_up(from, network.nodes()[50].record->id());
    expect_sound(outcome, from);
    EXPECT_TRUE(outcome.report.closest.empty());
    EXPECT_EQ(outcome.questions, 16u);
}

TEST(LookupNetworkTest, AsksOneNodeOfASubnet) {
    test::LookupNetwork network(kSize, 51, 4);
    for (int i = 0; i < 20; ++i) {
        const NodeId from = network.any(Conduct::honest).record->id();
        const Outcome outcome = network.look_up(from, network.any(Conduct::honest).record->id());
        expect_sound(outcome, from);
        std::set<std::string> subnets;
        for (const LookupStep& step : outcome.report.steps)
            EXPECT_TRUE(subnets.insert(subnet_of(step.address)).second);
    }
}

}  // namespace
}  // namespace starling::p2p::discv5
