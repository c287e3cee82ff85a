// Many machines on one virtual network, of sealed packets and of open ones: what is true of both,
// and of the open ones alone.

#include "support/discovery_world.h"

#include <gtest/gtest.h>

namespace starling {
namespace {

using namespace p2p::discv5;
using namespace std::chrono_literals;
using test::DiscoveryWorld;
using Index = DiscoveryWorld::Index;

void populate(DiscoveryWorld& world, std::size_t nodes, WireKind wire = WireKind::open) {
    world.wire = wire;
    const Index first = world.add({});
    for (std::size_t i = 1; i < nodes; ++i)
        world.add({.bootnodes = {world[first].record()}});
}

bool all_know(DiscoveryWorld& world, std::size_t others) {
    for (Index i = 0; i < world.size(); ++i) {
        if (world[i].table().size() < others) return false;
    }
    return true;
}

TEST(OpenDiscoveryWorld, FindsTheNetworkFromOneBootstrapRecord) {
    DiscoveryWorld world;
    populate(world, 32);
    EXPECT_TRUE(world.run_until([&] { return all_know(world, 24); }, 30s));
}

class EitherWire : public testing::TestWithParam<WireKind> {};

INSTANTIATE_TEST_SUITE_P(Wires,
                         EitherWire,
                         testing::Values(WireKind::sealed, WireKind::open),
                         [](const auto& wire) {
                             return wire.param == WireKind::sealed ? "Sealed" : "Open";
                         });

TEST_P(EitherWire, FindsTheNetworkThoughPacketsAreLostAndRepeated) {
    DiscoveryWorld world(2);
    world.lost_per_mille = 100;
    world.repeated_per_mille = 100;
    populate(world, 12, GetParam());
    EXPECT_TRUE(world.run_until([&] { return all_know(world, 8); }, 30s));
}

TEST_P(EitherWire, EqualSeedsGiveEqualTraces) {
    const auto run = [](std::uint64_t seed) {
        DiscoveryWorld world(seed);
        world.traced = true;
        world.lost_per_mille = 20;
        populate(world, 8, GetParam());
        world.run_for(5s);
        return world.trace();
    };
    const auto trace = run(3);
    EXPECT_GT(trace.size(), 100u);
    EXPECT_EQ(trace, run(3));
    EXPECT_NE(trace, run(4));
}

// All machines hold the record that its owner signed, not a copy that they decoded.
TEST(OpenDiscoveryWorld, SharesOneDecodedRecordOfANode) {
    DiscoveryWorld world;
    populate(world, 20);
    ASSERT_TRUE(world.run_until([&] { return all_know(world, 16); }, 30s));
    for (Index i = 0; i < world.size(); ++i) {
        for (Index other = 0; other < world.size(); ++other) {
            const TableNode* node =
                i == other ? nullptr : world[i].table().find(world.identity(other).id);
            if (node == nullptr) continue;
            EXPECT_EQ(node->record, world[other].record());
        }
    }
}

TEST_P(EitherWire, ANodeThatIsGoneLeavesTheTables) {
    DiscoveryWorld world;
    populate(world, 8, GetParam());
    ASSERT_TRUE(world.run_until([&] { return all_know(world, 7); }, 30s));
    world.stop(3);
    const auto nobody_knows = [&] {
        for (Index i = 0; i < world.size(); ++i)
            if (i != 3 && world.knows(i, 3)) return false;
        return true;
    };
    EXPECT_TRUE(world.run_until(nobody_knows, 10min));
}

TEST_P(EitherWire, ARestartedNodeIsMetAgain) {
    DiscoveryWorld world;
    populate(world, 6, GetParam());
    ASSERT_TRUE(world.run_until([&] { return all_know(world, 5); }, 30s));
    const auto old_sequence = world[2].record()->sequence();
    world.stop(2);
    world.run_for(2s);
    world.restart(2, {.bootnodes = {world[0].record()}});
    EXPECT_TRUE(world.run_until(
        [&] {
            const TableNode* node = world[0].table().find(world.identity(2).id);
            return node != nullptr && node->record->sequence() > old_sequence;
        },
        30s));
}

}  // namespace
}  // namespace starling
