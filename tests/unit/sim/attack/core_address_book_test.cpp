#include "sim/attack/core_address_book.h"

#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace starling::sim {
namespace {

using namespace std::chrono_literals;
using Index = Population::Index;

// 300 addresses of each of 32 groups beside a few honest ones.
class CoreBook : public testing::Test {
protected:
    static constexpr std::size_t kHonest = 100;

    Population population_{
        {.honest = kHonest, .arsenal = {.name = "", .addresses = 9'600, .prefixes = 32}}, 7};
    test::SeededRandom random_{1};
    CoreAddressBook book_{population_, random_};
    Time now_ = Time{} + 24h * 365;

    [[nodiscard]] Index hostile(std::size_t i) const {
        return population_.first_hostile() + static_cast<Index>(i);
    }
    void add(Index node, Index source) { book_.add(node, source, now_, now_); }
};

TEST_F(CoreBook, GivesANetgroupEightBucketsOfTried) {
    std::set<std::size_t> buckets;
    for (std::size_t i = 0; i < 9'600; i += 32)
        buckets.insert(book_.tried_bucket(hostile(i)));
    EXPECT_GT(buckets.size(), 5u);
    EXPECT_LE(buckets.size(), CoreAddressBook::kTriedBucketsPerGroup);
}

TEST_F(CoreBook, GivesASourceGroupSixtyFourBucketsOfNew) {
    std::set<std::size_t> buckets;
    for (Index node = 0; node < population_.size(); ++node)
        buckets.insert(book_.new_bucket(node, population_.group(hostile(0))));
    EXPECT_LE(buckets.size(), CoreAddressBook::kNewBucketsPerSource);
    std::set<std::size_t> one_group;
    for (std::size_t i = 0; i < 9'600; i += 32)
        one_group.insert(book_.new_bucket(hostile(i), population_.group(hostile(0))));
    EXPECT_EQ(one_group.size(), 1u);
}

TEST_F(CoreBook, GivesAnAddressAtMostEightPlacesHoweverManyTellOfIt) {
    for (int round = 0; round < 100; ++round) {
        for (std::size_t i = 0; i < 600; ++i) {
            now_ += 1min;
            add(0, hostile(i));
        }
    }
    EXPECT_GT(book_.places_in_new(0), 4u);
    EXPECT_LE(book_.places_in_new(0), CoreAddressBook::kPlacesMax);
    EXPECT_EQ(book_.new_count(), 1u);
}

TEST_F(CoreBook, DrawsAnAddressThatFailedLessOften) {
    add(0, 1);
    EXPECT_DOUBLE_EQ(book_.chance_of(0, now_), 1.0);
    book_.failed(0, now_);
    EXPECT_DOUBLE_EQ(book_.chance_of(0, now_), 0.01 * 0.66);
    EXPECT_DOUBLE_EQ(book_.chance_of(0, now_ + 10min), 0.66);
}

TEST_F(CoreBook, CountsOneFailureForEachTimeThatAnythingSucceeded) {
    add(0, 1);
    add(1, 2);
    book_.failed(0, now_);
    book_.failed(0, now_ + 1h);
    EXPECT_DOUBLE_EQ(book_.chance_of(0, now_ + 2h), 0.66);
    book_.good(1, now_ + 2h);
    book_.failed(0, now_ + 3h);
    EXPECT_DOUBLE_EQ(book_.chance_of(0, now_ + 4h), 0.66 * 0.66);
}

TEST_F(CoreBook, GivesUpAnAddressAfterThreeFailuresOrAMonth) {
    add(0, 1);
    add(1, 2);
    EXPECT_FALSE(book_.is_terrible(0, now_ + 29 * 24h));
    EXPECT_TRUE(book_.is_terrible(0, now_ + 31 * 24h));
    for (int i = 0; i < 3; ++i) {
        now_ += 1h;
        book_.good(1, now_);
        book_.failed(0, now_ + 1min);
    }
    EXPECT_TRUE(book_.is_terrible(0, now_ + 1h));
    EXPECT_FALSE(book_.is_terrible(1, now_ + 1h));
}

TEST_F(CoreBook, TestsTheOldOneBeforeItEvictsIt) {
    // Two with one place in tried.
    std::map<std::size_t, Index> places;
    Index old = hostile(0), newcomer = hostile(0);
    for (std::size_t i = 0; i < 9'600 && old == newcomer; ++i) {
        newcomer = hostile(i);
        old = places.emplace(book_.tried_place(newcomer), newcomer).first->second;
    }
    ASSERT_NE(old, newcomer);
    add(old, 0);
    add(newcomer, 1);
    book_.good(old, now_);
    now_ += 5h;
    book_.good(newcomer, now_);
    EXPECT_TRUE(book_.in_tried(old));
    EXPECT_EQ(book_.collisions(), 1u);
    ASSERT_EQ(book_.select_feeler({}, now_), old);
    book_.failed(old, now_);
    static_cast<void>(book_.select_feeler({}, now_ + 2min));
    EXPECT_TRUE(book_.in_tried(newcomer));
    EXPECT_EQ(book_.places_in_new(old), 1u);
    EXPECT_EQ(book_.collisions(), 0u);
}

// Core's Good() without a dial: a connection to it could not be made anyway.
TEST_F(CoreBook, DoesNotTestAPeer) {
    std::map<std::size_t, Index> places;
    Index old = hostile(0), newcomer = hostile(0);
    for (std::size_t i = 0; i < 9'600 && old == newcomer; ++i) {
        newcomer = hostile(i);
        old = places.emplace(book_.tried_place(newcomer), newcomer).first->second;
    }
    add(old, 0);
    add(newcomer, 1);
    add(5, 1);
    book_.good(old, now_);
    now_ += 5h;
    book_.good(newcomer, now_);
    EXPECT_NE(book_.select_feeler({old}, now_), old);
    static_cast<void>(book_.select_feeler({}, now_ + 1min));
    EXPECT_EQ(book_.collisions(), 0u) << "it stays";
    EXPECT_TRUE(book_.in_tried(old));
}

TEST_F(CoreBook, ForgetsOverARestartWhenItTriedLast) {
    add(0, 1);
    book_.failed(0, now_);
    EXPECT_DOUBLE_EQ(book_.chance_of(0, now_ + 1min), 0.01 * 0.66);
    const auto later = book_.copy();
    EXPECT_DOUBLE_EQ(dynamic_cast<CoreAddressBook&>(*later).chance_of(0, now_ + 1min), 0.66);
}

TEST_F(CoreBook, IsConsistentWhateverHappens) {
    for (int step = 0; step < 100'000; ++step) {
        now_ += 30s;
        const auto node = static_cast<Index>(random_.below(population_.size()));
        const auto source = static_cast<Index>(random_.below(population_.size()));
        const std::uint64_t what = random_.below(8);
        if (what < 5) add(node, source);
        if (what == 5) book_.good(node, now_);
        if (what == 6) book_.failed(node, now_);
        if (what != 7) continue;
        if (const auto tested = book_.select_feeler({}, now_)) book_.good(*tested, now_);
    }
    EXPECT_GT(book_.tried_count(), 1'000u);
    EXPECT_GT(book_.new_count(), 1'000u);
    EXPECT_TRUE(book_.is_consistent());
}

TEST_F(CoreBook, DrawsHalfFromTriedHoweverFewAreThere) {
    for (std::size_t i = 0; i < 2'000; ++i)
        add(hostile(i), hostile(i * 7 % 2'000));
    for (std::size_t i = 0; i < 20; ++i)
        book_.good(hostile(i), now_ - 1h);
    int tried = 0;
    for (int i = 0; i < 2'000; ++i) {
        const auto drawn = book_.draw(false, now_);
        ASSERT_TRUE(drawn);
        tried += book_.in_tried(*drawn) ? 1 : 0;
    }
    EXPECT_NEAR(tried, 1'000, 100);
}

}  // namespace
}  // namespace starling::sim
