#include "p2p/known_transactions.h"

#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <utility>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;

Wtxid wtxid(std::uint64_t n) {
    Wtxid out;
    for (std::size_t i = 0; i < 8; ++i)
        out.bytes[i] = static_cast<std::uint8_t>(n >> (8 * i));
    return out;
}

TEST(KnownTransactions, KnowsWhatAPeerToldForAMinuteAtLeastAndTwoAtMost) {
    test::SeededRandom random(1);
    KnownTransactions known(100, random);
    const auto alice = *known.join();
    const auto bob = *known.join();
    Time now{1h};
    known.heard(alice, wtxid(1), now);
    EXPECT_TRUE(known.has(alice, wtxid(1)));
    EXPECT_FALSE(known.has(bob, wtxid(1)));
    known.heard(bob, wtxid(2), now + 60s);
    EXPECT_TRUE(known.has(alice, wtxid(1)));
    known.heard(bob, wtxid(3), now + 121s);
    EXPECT_FALSE(known.has(alice, wtxid(1)));
    EXPECT_TRUE(known.has(bob, wtxid(2)));
    known.heard(bob, wtxid(4), now + 1h);
    EXPECT_EQ(known.size(), 1u) << "nothing is kept over a long silence";
}

TEST(KnownTransactions, APeerThatTellsOfTooManyCostsOthersNothing) {
    test::SeededRandom random(1);
    KnownTransactions known(100, random);
    const auto flooder = *known.join();
    const auto honest = *known.join();
    known.heard(honest, wtxid(1), Time{1h});
    for (std::uint64_t n = 0; n < 10'000; ++n)
        known.heard(flooder, wtxid(1'000 + n), Time{1h});
    EXPECT_EQ(known.size(), 101u);
    EXPECT_TRUE(known.has(honest, wtxid(1)));
    known.heard(flooder, wtxid(1), Time{1h});
    EXPECT_TRUE(known.has(flooder, wtxid(1))) << "it may join what others told";
}

TEST(KnownTransactions, ANewcomerInALeaversPlaceKnowsNothing) {
    test::SeededRandom random(1);
    KnownTransactions known(10, random);
    std::set<KnownTransactions::Place> places;
    for (std::size_t i = 0; i < KnownTransactions::kPeersMax; ++i)
        places.insert(*known.join());
    EXPECT_EQ(places.size(), KnownTransactions::kPeersMax);
    EXPECT_EQ(known.join(), std::nullopt);
    for (std::uint64_t n = 0; n < 20; ++n)
        known.heard(7, wtxid(n), Time{1h});
    known.heard(8, wtxid(1), Time{1h});
    known.leave(7);
    ASSERT_EQ(known.join(), 7);
    EXPECT_EQ(known.size(), 1u);
    EXPECT_FALSE(known.has(7, wtxid(1)));
    EXPECT_TRUE(known.has(8, wtxid(1)));
    known.heard(7, wtxid(30), Time{1h + 1min});
    EXPECT_TRUE(known.has(7, wtxid(30))) << "in a minute its share is its own";
}

TEST(KnownTransactions, WhoComesAndGoesBesideAFriendThatStaysFillsNoMoreThanItsPlaces) {
    constexpr std::size_t kEach = 10;
    test::SeededRandom random(1);
    KnownTransactions known(kEach, random);
    const auto stays = *known.join();
    std::uint64_t n = 0;
    for (int round = 0; round < 1'000; ++round) {
        const auto comes = known.join();
        ASSERT_TRUE(comes);
        for (std::size_t i = 0; i < kEach; ++i, ++n) {
            known.heard(*comes, wtxid(n), Time{1h});
            known.heard(stays, wtxid(n), Time{1h});
        }
        known.leave(*comes);
    }
    EXPECT_LE(known.size(), KnownTransactions::kPeersMax * kEach);
    EXPECT_TRUE(known.has(stays, wtxid(0)));
}

TEST(KnownTransactions, ANewcomerHasAShareOfItsOwnWhileOthersComeAndGo) {
    test::SeededRandom random(1);
    KnownTransactions known(10, random);
    for (std::uint64_t n = 0; n < 100; ++n) {
        const auto comes = *known.join();
        for (std::uint64_t i = 0; i < 10; ++i)
            known.heard(comes, wtxid(10 * n + i), Time{1h});
        known.leave(comes);
    }
    const auto honest = *known.join();
    known.heard(honest, wtxid(5'000), Time{1h});
    EXPECT_TRUE(known.has(honest, wtxid(5'000)));
}

TEST(KnownTransactions, AgreesWithASetOfPairs) {
    test::SeededRandom random(3);
    KnownTransactions known(1'000, random);
    std::map<std::pair<KnownTransactions::Place, std::uint64_t>, Time> model;
    Time now{1h};
    for (std::size_t i = 0; i < 16; ++i)
        ASSERT_TRUE(known.join());
    for (int step = 0; step < 20'000; ++step) {
        now += Duration{static_cast<std::int64_t>(random.below(50))};
        const auto place = static_cast<KnownTransactions::Place>(random.below(16));
        const std::uint64_t n = random.below(100) + static_cast<std::uint64_t>(step) / 100;
        const auto told = model.find({place, n});
        const bool has = known.has(place, wtxid(n));
        if (told == model.end()) {
            EXPECT_FALSE(has);
        } else if (now - told->second < 60s) {
            EXPECT_TRUE(has);
        }
        if (random.below(2) == 0) continue;
        known.heard(place, wtxid(n), now);
        model[{place, n}] = now;
    }
}

}  // namespace
}  // namespace starling::p2p
