// Several sources to begin with: none of them alone decides whom a newcomer meets.

#include "p2p/discovery/first_proposals.h"

#include "support/identities.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
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

constexpr std::uint64_t kStranger = 8'000, kRemembered = 8'500;

struct Proposals {
    explicit Proposals(std::size_t sources, std::uint64_t seed = 1, bool remembers = false)
        : random(seed) {
        std::vector<std::vector<NodeId>> given;
        for (std::uint64_t source = 0; source < sources; ++source)
            given.push_back({id(9'000 + source)});
        std::vector<NodeId> remembered;
        if (remembers) remembered = {id(kRemembered), id(kRemembered + 1)};
        first.open(remembered, given, kHeard, kEnd);
    }
    // The source tells of nodes from .. from + count.
    void tell(std::uint64_t source, std::uint64_t from, std::uint64_t count) {
        repeat(9'000 + source, from, count);
    }
    // So does this node.
    void repeat(std::uint64_t teller, std::uint64_t from, std::uint64_t count) {
        for (std::uint64_t n = from; n < from + count; ++n)
            first.found(sighting(n), id(teller));
    }
    // Of nodes from .. from + count.
    std::size_t proposed_of(std::uint64_t from, std::uint64_t count, Time now = kHeard) {
        std::set<NodeId> ids;
        for (std::uint64_t n = from; n < from + count; ++n)
            ids.insert(id(n));
        return static_cast<std::size_t>(std::ranges::count_if(
            first.due(now), [&](const Sighting& one) { return ids.contains(one.record->id()); }));
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

TEST(FirstProposals, WhatWeRememberIsOneSource) {
    EXPECT_FALSE(Proposals(0, 1, true).first.sharing());
    Proposals world(1, 1, true);
    ASSERT_TRUE(world.first.sharing());
    for (std::uint64_t n = kRemembered; n < kRemembered + 2; ++n)
        world.first.found(sighting(n), id(n));
    world.repeat(kRemembered, 1'000, 100);
    world.tell(0, 1, 4);
    EXPECT_LE(world.proposed_of(1'000, 100), 5U);
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

// What source 2 tells, which is hostile, and what others repeat. Source 0 told of node 500.
constexpr std::uint64_t kLies = 1'000, kLiesTold = 100;
std::size_t lies_proposed(std::uint64_t repeats, bool repeats_first) {
    Proposals world(3, 1, true);
    world.tell(0, 500, 1);
    world.tell(0, 1, 4);
    world.tell(1, 11, 4);
    if (repeats_first) world.repeat(repeats, kLies, kLiesTold);
    world.tell(2, kLies, kLiesTold);
    world.repeat(repeats, kLies, kLiesTold);
    return world.proposed_of(kLies, kLiesTold);
}

TEST(FirstProposals, AStrangerWhoRepeatsWhatASourceToldFreesNoneOfItFromItsTurn) {
    EXPECT_LE(lies_proposed(kStranger, false), 5U);
    EXPECT_LE(lies_proposed(kStranger, true), 5U);
}

TEST(FirstProposals, NorDoesANodeThatAnotherSourceMerelyToldOf) {
    EXPECT_LE(lies_proposed(500, false), 5U);
    EXPECT_LE(lies_proposed(500, true), 5U);
}

TEST(FirstProposals, NorDoesANodeThatWeRemember) {
    EXPECT_LE(lies_proposed(kRemembered, false), 6U);
    EXPECT_LE(lies_proposed(kRemembered, true), 6U);
}

TEST(FirstProposals, StrangersHaveNoTurn) {
    Proposals world(2);
    world.repeat(kStranger, 1'000, 20);
    world.first.found(sighting(kStranger), id(kStranger));
    EXPECT_TRUE(world.first.due(kHeard).empty()) << "though nobody else spoke";
    world.repeat(1'000, 1'100, 20);  // of whom only a stranger told
    world.tell(0, 1, 4);
    EXPECT_EQ(world.first.due(kHeard + 1s).size(), 4U);
    EXPECT_EQ(world.first.due(kEnd).size(), 41U);
}

TEST(FirstProposals, WhoTellsOfASourcesNodesBeforeItDoesCannotHoldThemBack) {
    for (const std::uint64_t early : {kStranger, std::uint64_t{1'000}}) {
        Proposals world(2);
        world.tell(1, 1'000, 100);
        world.repeat(early, 1, 4);
        world.tell(0, 1, 4);
        EXPECT_EQ(world.proposed_of(1, 4), 4U) << early;
    }
}

// Source 2 is hostile, has accomplices of every kind, and all speak again and again, each for
// itself too, as the table's checks have them do.
TEST(FirstProposals, NoAccompliceGivesASourceMoreThanItsShare) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Proposals world(3, seed, seed % 2 == 0);
        SeededRandom random(seed);
        world.tell(0, 500, 1);
        world.tell(1, 11, 2);
        world.tell(2, kLies, 20);
        std::size_t all = 0, lies = 0;
        for (int turn = 0; turn < 300; ++turn) {
            const std::uint64_t source = random.below(2);
            const std::uint64_t honest = 1 + random.below(40);
            const std::uint64_t lie = kLies + random.below(100);
            const std::array accomplices{kStranger, std::uint64_t{500}, kRemembered, lie};
            world.tell(source, honest, 3);
            world.tell(2, lie, 5);
            world.repeat(accomplices[random.below(4)], lie, 5);
            world.first.found(sighting(honest), id(honest));
            world.first.found(sighting(lie), id(lie));
            for (const Sighting& one : world.first.due(kHeard + turn * 1ms)) {
                ++all;
                lies += one.source.address[14] >= kLies >> 8 ? 1U : 0U;
            }
            ASSERT_LE(3 * lies, all + 2) << "seed " << seed << ", turn " << turn;
        }
        EXPECT_GT(all - lies, 30U);
    }
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
        // As whenever it answers a check.
        const std::uint64_t n = random.next() % 42;
        if (proposed.contains(id(n))) world.first.found(sighting(n), id(n));
    }
    for (const Sighting& one : world.first.due(kEnd))
        proposed.insert(one.record->id());
    for (const NodeId& one : proposed)
        EXPECT_EQ(proposed.count(one), 1U);
    EXPECT_EQ(proposed.size(), 42U);
}

TEST(FirstProposals, HoldsNoMoreNodesThanItsBoundAndNoVoiceTakesTheOthersPlaces) {
    Proposals world(2);
    world.limits.ids_remembered_max = 100;
    world.tell(0, 1, 200);
    world.repeat(kStranger, 201, 200);
    world.tell(1, 1'000, 20);
    EXPECT_GT(world.proposed_of(1'000, 20), 15U);
    EXPECT_LE(world.first.due(kEnd).size(), 50U);
}

}  // namespace
}  // namespace starling::p2p::discv5
