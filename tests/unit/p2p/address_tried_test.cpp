// How a node comes to `tried`, and what takes it from there.

#include "support/known_addresses.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::address_in;
using test::identity;
using test::KnownAddresses;
using test::signed_once;

constexpr std::uint64_t kGroup = 3;

// Nodes of one netgroup by their number, which is also that of their address: pairs that want the
// same place in `tried`, no number twice.
struct Pair {
    std::uint64_t old, newcomer;
};
std::vector<Pair> pairs(const AddressBuckets& buckets, std::size_t count) {
    std::vector<Pair> out;
    std::map<std::uint32_t, std::uint64_t> waiting;
    for (std::uint64_t n = 1; n < 5'000 && out.size() < count; ++n) {
        const std::uint64_t group = kGroup + n % 16;
        const Endpoint at = address_in(group, n);
        const Slot slot = buckets.in_tried({at, Netgroups().of(at)});
        const auto [other, made] = waiting.try_emplace(slot.value, n);
        if (made) continue;
        out.push_back({other->second, n});
        waiting.erase(other);
    }
    return out;
}

struct Tried : KnownAddresses {
    Tried() : KnownAddresses(testnet(), Limits{.candidates_per_netgroup = 1'000}) {
        two = pairs(buckets(), 40);
    }
    void meet(std::uint64_t n) {
        // Each told by somebody else, so that all have a place in `new`.
        propose(n, address_in(kGroup + n % 16, n), address_in(500 + n));
        connected(n);
    }
    [[nodiscard]] bool is_tried(std::uint64_t n) const {
        for (const auto& entry : saved().entries)
            if (entry.record == signed_once(n, address_in(kGroup + n % 16, n))->bytes())
                return entry.tried;
        return false;
    }
    std::optional<AddressManager::Drawn> feeler(const AddressManager::Excluded& excluded = {}) {
        return manager.draw_feeler(excluded, now);
    }

    std::vector<Pair> two;
};

TEST(AddressTried, ANodeEntersOnceItsOwnConnectionCameToVerack) {
    Tried known;
    known.propose(1, address_in(1), {}, Origin::inbound);
    EXPECT_EQ(known.manager.figures(known.now).proven, 0u) << "it called us, and showed nothing";
    EXPECT_TRUE(known.manager.sample(10).empty());
    known.connected(1);
    EXPECT_EQ(known.manager.figures(known.now).proven, 1u);
    EXPECT_EQ(known.manager.figures(known.now).in_new, 0u);
}

TEST(AddressTried, TheTestKeepsAnOldOneThatAnswers) {
    Tried known;
    const auto [old, newcomer] = known.two[0];
    known.meet(old);
    known.now += 5h;
    known.meet(newcomer);
    EXPECT_TRUE(known.is_tried(old));
    EXPECT_FALSE(known.is_tried(newcomer));
    EXPECT_EQ(known.manager.figures(known.now).collisions, 1u);
    ASSERT_EQ(known.feeler()->node, identity(old).id) << "it is tested before any other";
    known.connected(old);
    known.now += 2h;
    known.feeler();
    EXPECT_TRUE(known.is_tried(old));
    EXPECT_FALSE(known.is_tried(newcomer));
    EXPECT_EQ(known.manager.figures(known.now).collisions, 0u);
}

TEST(AddressTried, AnOldOneThatDoesNotAnswerTheTestMakesRoom) {
    Tried known;
    const auto [old, newcomer] = known.two[0];
    known.meet(old);
    known.now += 5h;
    known.meet(newcomer);
    known.failed(old);
    known.feeler();
    EXPECT_TRUE(known.is_tried(newcomer));
    EXPECT_FALSE(known.is_tried(old));
    EXPECT_TRUE(known.manager.contains(identity(old).id)) << "it is heard of still";
}

TEST(AddressTried, AFailureThatMayBeOursIsNoTest) {
    Tried known;
    const auto [old, newcomer] = known.two[0];
    known.meet(old);
    known.now += 5h;
    known.meet(newcomer);
    known.failed(old, false);
    known.feeler();
    EXPECT_TRUE(known.is_tried(old));
    EXPECT_EQ(known.manager.figures(known.now).collisions, 1u);
}

TEST(AddressTried, AnOldOneThatCannotBeTestedMakesRoomAfterFortyMinutes) {
    Tried known;
    const auto [old, newcomer] = known.two[0];
    known.meet(old);
    known.now += 5h;
    known.meet(newcomer);
    known.now += 40min - 1s;
    known.feeler();
    EXPECT_TRUE(known.is_tried(old));
    known.now += 1s;
    known.feeler();
    EXPECT_TRUE(known.is_tried(newcomer));
}

TEST(AddressTried, WhoSucceededWithinFourHoursIsNotTested) {
    Tried known;
    const auto [old, newcomer] = known.two[0];
    known.meet(old);
    known.now += 4h - 1s;
    known.meet(newcomer);
    known.feeler();
    EXPECT_EQ(known.manager.figures(known.now).collisions, 0u);
    EXPECT_TRUE(known.is_tried(old));
}

TEST(AddressTried, AnOldOneThatIsConnectedHasPassed) {
    Tried known;
    const auto [old, newcomer] = known.two[0];
    known.meet(old);
    known.now += 100h;
    known.meet(newcomer);
    AddressManager::Excluded excluded;
    excluded.nodes.insert(identity(old).id);
    known.feeler(excluded);
    EXPECT_EQ(known.manager.figures(known.now).collisions, 0u);
    known.now += 1h;
    known.feeler();
    EXPECT_TRUE(known.is_tried(old));
}

TEST(AddressTried, NoMoreThanTenWaitForATest) {
    Tried known;
    ASSERT_GE(known.two.size(), 20u);
    for (const Pair& pair : known.two)
        known.meet(pair.old);
    const std::size_t tried = known.manager.figures(known.now).proven;
    known.now += 5h;
    for (const Pair& pair : known.two)
        known.meet(pair.newcomer);
    const CandidateFigures figures = known.manager.figures(known.now);
    EXPECT_EQ(figures.collisions, AddressManager::kCollisionsMax);
    EXPECT_EQ(figures.proven, tried);
    known.now += 41min;
    known.feeler();
    EXPECT_EQ(known.manager.figures(known.now).collisions, 0u);
    EXPECT_EQ(known.manager.figures(known.now).proven, tried);
}

TEST(AddressTried, AnotherIdentityDoesNotDisplaceAnAddressThatWasTried) {
    Tried known;
    known.propose(1, address_in(1));
    known.connected(1);
    EXPECT_FALSE(known.propose(2, address_in(1)));
    for (int i = 0; i < 3; ++i)
        known.failed(1);
    EXPECT_FALSE(known.propose(2, address_in(1))) << "it may be back";
    EXPECT_TRUE(known.manager.contains(identity(1).id));
    // One that never was there does not hold the address.
    known.propose(3, address_in(2));
    EXPECT_FALSE(known.propose(4, address_in(2)));
    known.failed(3);
    EXPECT_TRUE(known.propose(4, address_in(2)));
}

TEST(AddressTried, ANodeThatMovesToATriedAddressIsNoLongerKnownNorDisplacesIt) {
    Tried known;
    known.propose(1, address_in(1));
    known.connected(1);
    known.propose(2, address_in(2));
    const Sighting moved{signed_once(2, address_in(1), 2), Origin::overlay, {}};
    EXPECT_FALSE(known.manager.propose(moved, known.now));
    EXPECT_TRUE(known.manager.contains(identity(1).id));
    EXPECT_FALSE(known.manager.contains(identity(2).id));
}

TEST(AddressTried, WhoeverMovesHasToBeMetAgain) {
    Tried known;
    known.propose(1, address_in(1));
    known.connected(1);
    EXPECT_TRUE(
        known.manager.propose({signed_once(1, address_in(2), 2), Origin::overlay, {}}, known.now));
    EXPECT_EQ(known.manager.figures(known.now).proven, 0u);
    // A newer record alone changes nothing.
    known.connected(1);
    EXPECT_TRUE(
        known.manager.propose({signed_once(1, address_in(2), 3), Origin::overlay, {}}, known.now));
    EXPECT_EQ(known.manager.figures(known.now).proven, 1u);
    EXPECT_EQ(known.manager.record_of(identity(1).id)->sequence(), 3u);
}

// Its record says so while our dial to the old place is under way.
TEST(AddressTried, ANodeThatMovedWhileWeDialledItIsNotProvenAtItsNewAddress) {
    Tried known;
    const NodeId node = identity(1).id;
    known.propose(1, address_in(1));
    ASSERT_TRUE(
        known.manager.propose({signed_once(1, address_in(2), 2), Origin::overlay, {}}, known.now));
    known.manager.connected(node, address_in(1), known.now);
    EXPECT_EQ(known.manager.figures(known.now).proven, 0u);
    known.manager.failed(node, address_in(1), known.now);
    known.manager.lost(node, address_in(1), known.now);
    EXPECT_EQ(known.saved().entries[0].failures, 0u);
    EXPECT_EQ(known.manager.draw({}, known.now)->address, address_in(2)) << "it need not wait";
    known.manager.connected(node, address_in(2), known.now);
    EXPECT_EQ(known.manager.figures(known.now).proven, 1u);
}

}  // namespace
}  // namespace starling::p2p
