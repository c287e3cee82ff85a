// Density as whole machines measure it, by their own lookups.

#include "support/discovery_world.h"

#include <gtest/gtest.h>

namespace starling {
namespace {

using namespace p2p::discv5;
using namespace std::chrono_literals;
using test::DiscoveryWorld;
using Index = DiscoveryWorld::Index;

constexpr std::size_t kNodes = 80;

// Keys whose ids are nearer to this one than all of the world's: made by trying.
std::vector<p2p::Identity> ground_near(DiscoveryWorld& world, Index victim, std::size_t count) {
    const p2p::NodeId& target = world.identity(victim).id;
    std::optional<p2p::NodeId> nearest;
    for (Index i = 0; i < world.size(); ++i) {
        const p2p::NodeId& id = world.identity(i).id;
        if (i != victim && (!nearest || nearer(target, id, *nearest))) nearest = id;
    }
    std::vector<p2p::Identity> out;
    for (std::uint64_t n = 1'000'000; out.size() < count; ++n) {
        p2p::Identity identity = test::identity(n);
        if (nearer(target, identity.id, *nearest)) out.push_back(identity);
    }
    return out;
}

// The one whose nearest neighbour is the farthest: its place is the cheapest to surround.
Index loneliest(DiscoveryWorld& world) {
    Index chosen = 0;
    unsigned farthest = 0;
    for (Index i = 0; i < world.size(); ++i) {
        unsigned nearest = 256;
        for (Index other = 0; other < world.size(); ++other)
            if (other != i)
                nearest =
                    std::min(nearest, log_distance(world.identity(i).id, world.identity(other).id));
        if (nearest <= farthest) continue;
        farthest = nearest;
        chosen = i;
    }
    return chosen;
}

TEST(DensityWorld, SeesWhoIsSurroundedAndNobodyElse) {
    DiscoveryWorld world(5);
    world.wire = WireKind::open;
    const Index first = world.add({});
    while (world.size() < kNodes)
        world.add({.bootnodes = {world[first].record()}});
    world.run_for(100s);
    std::size_t measured = 0, alarms = 0;
    for (Index i = 0; i < kNodes; ++i) {
        const DensityFigures density = world[i].figures().density;
        if (!density.network_size) continue;
        ++measured;
        EXPECT_NEAR(*density.network_size / static_cast<double>(kNodes), 1, 0.5) << i;
        if (density.alarming) ++alarms;
    }
    EXPECT_GT(measured, kNodes / 2);
    EXPECT_LE(alarms, 2u);

    const Index victim = loneliest(world);
    ASSERT_FALSE(world[victim].figures().density.alarming);
    for (const p2p::Identity& identity : ground_near(world, victim, 16))
        world.add({.bootnodes = {world[victim].record()}, .identity = identity});
    EXPECT_TRUE(world.run_until([&] { return world[victim].figures().density.alarming; }, 5min));
}

}  // namespace
}  // namespace starling
