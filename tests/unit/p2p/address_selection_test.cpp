// How often each address is drawn, against a model that has all places of both tables and does what
// the rules say: search, meet, and take by chance.

#include "support/known_addresses.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::address_in;
using test::identity;
using test::KnownAddresses;

constexpr int kDraws = 20'000;

class Model {
public:
    Model(const SavedAddresses& saved, Time now) : entries_(saved.entries) {
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            const SavedAddresses::Entry& entry = entries_[i];
            for (const Slot place : entry.places)
                tables_[entry.tried][place.bucket()][place.position()] = i;
            groups_[entry.tried][entry.group].push_back(i);
            double chance = std::pow(0.66, std::min<int>(entry.failures, 8));
            if (entry.last_try != AddressEntry::kNever && now - entry.last_try < 10min)
                chance *= 0.01;
            chances_.push_back(chance);
            nodes_.push_back(Record::decode(entry.record).value()->id());
        }
    }

    std::size_t draw(Selection selection) {
        const bool tried = below(2) == 0;
        for (double factor = 1;; factor *= 1.2) {
            const std::size_t met =
                selection == Selection::by_address ? at_a_place(tried) : in_a_group(tried);
            if (static_cast<double>(below(1'000'000)) < factor * chances_[met] * 1'000'000)
                return met;
        }
    }
    [[nodiscard]] const NodeId& node(std::size_t entry) const { return nodes_[entry]; }

private:
    std::uint64_t below(std::uint64_t limit) { return random_.below(limit); }
    std::size_t at_a_place(bool tried) {
        for (;;) {
            const auto buckets =
                tried ? AddressBuckets::kTriedBuckets : AddressBuckets::kNewBuckets;
            const auto bucket = static_cast<std::uint32_t>(below(buckets));
            const auto begin = static_cast<std::uint32_t>(below(Slot::kBucketSize));
            const auto& places = tables_[tried][bucket];
            for (std::uint32_t i = 0; i < Slot::kBucketSize; ++i) {
                const auto place = places.find((begin + i) % Slot::kBucketSize);
                if (place != places.end()) return place->second;
            }
        }
    }
    std::size_t in_a_group(bool tried) {
        auto group = groups_[tried].begin();
        std::advance(group, static_cast<int>(below(groups_[tried].size())));
        return group->second[below(group->second.size())];
    }

    std::vector<SavedAddresses::Entry> entries_;
    std::vector<double> chances_;
    std::vector<NodeId> nodes_;
    std::map<std::uint32_t, std::map<std::uint32_t, std::size_t>> tables_[2];
    std::map<Netgroup, std::vector<std::size_t>> groups_[2];
    test::SeededRandom random_{99};
};

// Groups of one and of many; some that failed, some that were tried just now.
void fill(KnownAddresses& known) {
    for (std::uint64_t n = 0; n < 48; ++n) {
        const std::uint64_t group = n < 24 ? n : 100 + n % 3;
        known.propose(n, address_in(group, n), address_in(1'000 + n));
        known.propose(n, address_in(group, n), address_in(2'000 + n));
        if (n % 2 == 0) known.connected(n);
        for (std::uint64_t i = 0; i < n % 5; ++i)
            known.failed(n);
        if (n == 40) known.now += 24h;
    }
    known.now += 7min;  // past the wait after a failure, not past that after four
}

void compare(Selection selection) {
    KnownAddresses known;
    fill(known);
    known.now += 2min;
    Model model(known.saved(), known.now);
    // Those that wait are not to be met by either: they are excluded from what is compared.
    std::map<NodeId, int> drawn, expected;
    for (int i = 0; i < kDraws; ++i) {
        const auto one = known.manager.draw({}, known.now, selection);
        ASSERT_TRUE(one);
        ++drawn[one->node];
    }
    for (int i = 0; i < kDraws;) {
        const NodeId node = model.node(model.draw(selection));
        if (!drawn.contains(node)) continue;
        ++expected[node];
        ++i;
    }
    EXPECT_GE(drawn.size(), 40u);
    for (const auto& [node, count] : drawn)
        EXPECT_NEAR(count, expected[node], 6 * std::sqrt(count + expected[node]) + 2);
}

TEST(AddressSelection, AddressesAreDrawnAsANaiveModelDrawsThem) {
    compare(Selection::by_address);
}

TEST(AddressSelection, GroupsAreDrawnAsANaiveModelDrawsThem) {
    compare(Selection::group_first);
}

TEST(AddressSelection, HalfOfTheDrawsAreOfTriedHoweverManyAreInNew) {
    KnownAddresses known;
    for (std::uint64_t n = 0; n < 300; ++n)
        known.propose(n, address_in(n), address_in(1'000 + n));
    known.connected(0);
    known.connected(1);
    known.now += 1h;
    int tried = 0;
    for (int i = 0; i < 4'000; ++i) {
        const NodeId node = known.manager.draw({}, known.now)->node;
        tried += node == identity(0).id || node == identity(1).id;
    }
    EXPECT_NEAR(tried, 2'000, 200);
}

// Each node of its own netgroup, until so many are in `tried`; those after them stay in `new`.
void settle(KnownAddresses& known, std::size_t tried) {
    constexpr std::uint64_t kNodes = 600;
    for (std::uint64_t n = 0; n < kNodes; ++n) {
        known.propose(n, address_in(n), address_in(1'000 + n));
        if (known.manager.proven() < tried) known.connected(n);
    }
    known.now += 1h;
}

// Of so many draws those that are of tried.
int of_tried(KnownAddresses& known, Selection selection, int draws) {
    std::set<NodeId> tried;
    for (const auto& entry : known.saved().entries)
        if (entry.tried) tried.insert(Record::decode(entry.record).value()->id());
    int count = 0;
    for (int i = 0; i < draws; ++i)
        count += tried.contains(known.manager.draw({}, known.now, selection)->node);
    return count;
}

TEST(AddressSelection, NineOfTenDrawsAreOfTriedOnce256AreThere) {
    KnownAddresses young, settled;
    settle(young, 255);
    settle(settled, 256);
    ASSERT_EQ(young.manager.proven() + 1, AddressManager::kSettled);
    ASSERT_EQ(settled.manager.proven(), AddressManager::kSettled);
    EXPECT_NEAR(of_tried(young, Selection::group_first, 4'000), 2'000, 200);
    EXPECT_NEAR(of_tried(settled, Selection::group_first, 4'000), 3'600, 100);
    EXPECT_NEAR(of_tried(settled, Selection::by_address, 4'000), 2'000, 200) << "as in Core";
}

TEST(AddressSelection, AllDrawsAreOfTriedWhereNobodyElseIsKnown) {
    KnownAddresses known;
    for (std::uint64_t n = 0; known.manager.proven() < AddressManager::kSettled; ++n) {
        known.propose(n, address_in(n), address_in(1'000 + n));
        known.connected(n);
        // Its place is taken.
        if (known.manager.figures(known.now).in_new > 0) known.manager.remove(identity(n).id);
    }
    known.now += 1h;
    EXPECT_EQ(of_tried(known, Selection::group_first, 200), 200);
}

// A group with sixty addresses is drawn as often as one with one.
TEST(AddressSelection, GroupsThatHaveManyAddressesAreDrawnNoMoreOften) {
    KnownAddresses known;
    for (std::uint64_t n = 0; n < 60; ++n) {
        known.propose(n, address_in(7, n), address_in(1'000 + n));
        known.propose(100 + n, address_in(100 + n), address_in(2'000 + n));
    }
    const Netgroup many = Netgroups().of(address_in(7));
    int by_address = 0, by_group = 0;
    for (int i = 0; i < 4'000; ++i) {
        const auto one = known.manager.draw({}, known.now, Selection::by_address);
        by_address += Netgroups().of(one->address) == many;
        const auto other = known.manager.draw({}, known.now, Selection::group_first);
        by_group += Netgroups().of(other->address) == many;
    }
    EXPECT_NEAR(by_address, 2'000, 300);
    EXPECT_NEAR(by_group, 4'000 / 61, 40);
}

TEST(AddressSelection, TheOneThatMayBeDrawnIsFoundAmongMany) {
    KnownAddresses known;
    AddressManager::Excluded excluded;
    for (std::uint64_t n = 0; n < 400; ++n) {
        known.propose(n, address_in(n), address_in(1'000 + n));
        if (n != 123) excluded.nodes.insert(identity(n).id);
    }
    ASSERT_TRUE(known.manager.contains(identity(123).id));
    for (const Selection selection : {Selection::by_address, Selection::group_first}) {
        const auto drawn = known.manager.draw(excluded, known.now, selection);
        ASSERT_TRUE(drawn);
        EXPECT_EQ(drawn->node, identity(123).id);
    }
    excluded.addresses.insert(address_in(123));
    EXPECT_FALSE(known.manager.draw(excluded, known.now));
}

TEST(AddressSelection, OneThatFailedOftenIsDrawnRarelyAndOneThatWasTriedJustNowHardlyEver) {
    const Time now{100h};
    AddressEntry entry;
    EXPECT_EQ(chance_of(entry, now), kChanceOne);
    entry.failures = 1;
    EXPECT_NEAR(static_cast<double>(chance_of(entry, now)), 0.66 * kChanceOne, 2);
    entry.failures = 8;
    const std::uint64_t eight = chance_of(entry, now);
    EXPECT_NEAR(static_cast<double>(eight), std::pow(0.66, 8) * kChanceOne, 2);
    entry.failures = 200;
    EXPECT_EQ(chance_of(entry, now), eight);
    entry.last_try = now - 9min;
    EXPECT_EQ(chance_of(entry, now), eight / 100);
}

}  // namespace
}  // namespace starling::p2p
