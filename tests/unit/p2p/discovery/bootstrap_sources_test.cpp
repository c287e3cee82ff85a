// A newcomer to the Internet that has several sources to begin with, and what becomes of it when
// one of them is hostile.

#include "support/discovery_world.h"
#include "support/public_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace starling {
namespace {

using namespace p2p::discv5;
using namespace std::chrono_literals;
using test::DiscoveryWorld;
using test::public_network;
using Index = DiscoveryWorld::Index;

// Two networks of one name, that do not know of each other, each node in a netgroup of its own: an
// honest one, and one of an attacker who has twice as many nodes.
struct BootstrapSources : testing::TestWithParam<std::uint64_t> {
    static constexpr Index kHonest = 16, kHostile = 32;

    BootstrapSources() : world(GetParam()) {
        world.wire = WireKind::open;
        for (Index i = 0; i < kHonest + kHostile; ++i) {
            const Index first = i < kHonest ? 0 : kHonest;
            std::vector<Shared<p2p::Record>> bootnodes;
            if (i != first) bootnodes = {world[first].record()};
            add({.bootnodes = bootnodes});
        }
        world.run_for(5min);
    }
    Index add(DiscoveryWorld::Birth birth) {
        birth.parameters = &public_network();
        birth.address =
            p2p::Endpoint::ipv4({60, static_cast<std::uint8_t>(world.size()), 1, 1}, 9'000);
        return world.add(birth);
    }
    Index add_newcomer(std::initializer_list<Index> sources, const Bytes& saved = {}) {
        std::vector<p2p::BootstrapNodes> named;
        for (const Index i : sources)
            named.push_back({.source = std::to_string(i), .nodes = {world[i].record()}});
        return add({.sources = named, .saved = saved});
    }
    struct Proposed {
        std::size_t all = 0, hostile = 0;
    };
    // Each node once.
    [[nodiscard]] Proposed proposed_to(Index newcomer) const {
        std::set<p2p::NodeId> ids;
        for (const Effect& effect : world.effects(newcomer))
            if (const auto* found = std::get_if<NodesFound>(&effect))
                for (const p2p::Sighting& sighting : found->sightings)
                    ids.insert(sighting.record->id());
        Proposed proposed;
        for (Index i = 0; i < world.size(); ++i) {
            if (!ids.contains(world.identity(i).id)) continue;
            ++proposed.all;
            if (i >= kHonest) ++proposed.hostile;
        }
        return proposed;
    }

    DiscoveryWorld world;
    // Shorter than the sources have their chance for.
    static constexpr Duration kShared = 30s;
};

TEST_P(BootstrapSources, WithOneHostileOfThreeNoMoreThanItsShareOfFirstProposalsIsHostile) {
    const Index newcomer = add_newcomer({0, 1, kHonest});
    world.run_for(kShared);
    const Proposed proposed = proposed_to(newcomer);
    EXPECT_GE(proposed.all - proposed.hostile, 8U);
    EXPECT_LE(3 * proposed.hostile, proposed.all + 2);
}

// What is remembered may be an attacker's as a whole.
TEST_P(BootstrapSources, WhatWeRememberHasHalfOfTheFirstProposalsBesideOneSource) {
    const Bytes saved = world[kHonest + 1].saved(world.now());
    const Index newcomer = add_newcomer({0}, saved);
    world.run_for(kShared);
    const Proposed proposed = proposed_to(newcomer);
    EXPECT_GE(proposed.all - proposed.hostile, 4U);
    EXPECT_LE(2 * proposed.hostile, proposed.all + 1);
}

INSTANTIATE_TEST_SUITE_P(Seeds, BootstrapSources, testing::Values(1, 2, 3));

}  // namespace
}  // namespace starling
