// Several sources to begin with: none of them alone decides whom a newcomer meets.

#include "p2p/discovery/first_proposals.h"

#include "support/identities.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace starling::p2p::discv5 {
namespace {

using namespace std::chrono_literals;
using test::SeededRandom;

const Time kHeard = Time{100s};
const Time kEnd = Time{130s};

const Sighting& sighting(std::uint64_t n) {
    static std::map<std::uint64_t, Sighting> made;  // a signature takes longer than all else here
    if (const auto it = made.find(n); it != made.end()) return it->second;
    const auto at = Endpoint::ipv4({10, 0, std::uint8_t(n >> 8), std::uint8_t(n)}, 9'000);
    const auto record = test::record_of(test::identity(n), at);
    return made.emplace(n, Sighting{record, Origin::overlay, at}).first->second;
}
NodeId id(std::uint64_t n) {
    return test::identity(n).id;
}

struct Proposals {
    explicit Proposals(std::size_t sources, std::uint64_t seed = 1) : random(seed) {
        std::vector<std::vector<NodeId>> ids;
        for (std::uint64_t source = 0; source < sources; ++source)
            ids.push_back({id(9'000 + source)});
        first.open(ids, kHeard, kEnd);
    }
    // The source tells of nodes from .. from + count.
    void tell(std::uint64_t source, std::uint64_t from, std::uint64_t count) {
        for (std::uint64_t n = from; n < from + count; ++n)
            first.found(sighting(n), id(9'000 + source));
    }

    Limits limits;
    SeededRandom random;
    FirstProposals first{limits, random};
};

TEST(FirstProposals, OfOneSourceNothingWaits) {
    EXPECT_FALSE(Proposals(0).first.sharing());
    EXPECT_FALSE(Proposals(1).first.sharing());
    EXPECT_TRUE(Proposals(2).first.sharing());
}

// Source 2 is hostile: it is the first to answer and has a hundred names, which tell of more.
TEST(FirstProposals, OneHostileSourceOfThreeHasAThirdOfTheFirstEight) {
    constexpr std::uint64_t kWorlds = 200;
    std::size_t hostile = 0;
    for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
        Proposals world(3, seed);
        world.tell(2, 1'000, 60);
        for (std::uint64_t n = 1'060; n < 1'100; ++n)
            world.first.found(sighting(n), id(1'000));
        EXPECT_TRUE(world.first.due(kHeard - 1ms).empty()) << "the others are still to be heard";
        world.tell(0, 1, 16);
        world.tell(1, 11, 16);  // some of them the same
        const auto proposed = world.first.due(kHeard);
        ASSERT_GE(proposed.size(), 16U);
        const auto ours = [](const Sighting& one) {
            return one.record->id() != id(0) && one.source.address[14] >= 3;
        };
        const auto of_first = std::count_if(proposed.begin(), proposed.begin() + 8, ours);
        EXPECT_LE(of_first, 3);
        hostile += static_cast<std::size_t>(of_first);
        const auto all = static_cast<std::size_t>(std::ranges::count_if(proposed, ours));
        EXPECT_LE(3 * all, proposed.size() + 2);
    }
    EXPECT_LE(hostile, kWorlds * 8 / 3);
}

TEST(FirstProposals, WhatTwoSourcesTellDoesNotWaitForTurns) {
    Proposals world(3);
    world.tell(0, 1, 16);
    world.tell(1, 1, 16);
    EXPECT_EQ(world.first.due(kHeard).size(), 16U);
}

TEST(FirstProposals, ASourceThatIsSilentTakesNobodysShare) {
    Proposals world(3);
    world.tell(1, 1, 16);
    EXPECT_EQ(world.first.due(kHeard).size(), 16U);
}

TEST(FirstProposals, WhatStillWaitsIsProposedInTheEnd) {
    Proposals world(2);
    world.tell(0, 1, 40);
    world.tell(1, 100, 2);
    const std::size_t shared = world.first.due(kHeard).size();
    EXPECT_LE(shared, 6U);
    EXPECT_EQ(world.first.next_wakeup(), kEnd);
    EXPECT_EQ(shared + world.first.due(kEnd).size(), 42U);
    EXPECT_FALSE(world.first.sharing());
    EXPECT_FALSE(world.first.next_wakeup());
}

TEST(FirstProposals, EachNodeIsProposedOnceWhoeverRepeatsIt) {
    Proposals world(3);
    std::multiset<NodeId> proposed;
    SeededRandom random(4);
    for (int turn = 0; turn < 300; ++turn) {
        const std::uint64_t source = random.next() % 3;
        world.tell(source, random.next() % 40, 3);
        for (const Sighting& one : world.first.due(kHeard + turn * 1ms))
            proposed.insert(one.record->id());
    }
    for (const Sighting& one : world.first.due(kEnd))
        proposed.insert(one.record->id());
    for (const NodeId& one : proposed)
        EXPECT_EQ(proposed.count(one), 1U);
    EXPECT_EQ(proposed.size(), 42U);
}

TEST(FirstProposals, HoldsNoMoreNodesThanItsBound) {
    Proposals world(2);
    world.limits.ids_remembered_max = 50;
    world.tell(0, 1, 100);
    EXPECT_LE(world.first.due(kEnd).size(), 50U);
}

}  // namespace
}  // namespace starling::p2p::discv5
