// What may enter `new`, and who gives way to whom.

#include "support/known_addresses.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::address_in;
using test::identity;
using test::KnownAddresses;

std::size_t told_by(const SavedAddresses& saved, std::uint64_t group) {
    const Netgroup source = Netgroups().of(address_in(group));
    return static_cast<std::size_t>(std::ranges::count_if(saved.entries, [&](const auto& entry) {
        return !entry.tried && entry.source_group == source;
    }));
}

TEST(AddressNew, OneSourceGroupHoldsAtMostAQuarter) {
    KnownAddresses known;
    // An attacker tells of nodes all over the Internet from many addresses of one netgroup.
    constexpr std::uint64_t kSource = 5'000;
    for (std::uint64_t n = 0; n < 600; ++n)
        known.propose(n, address_in(n), address_in(kSource, n));
    EXPECT_EQ(told_by(known.saved(), kSource), known.limits.candidates_of_source_min);
    for (std::uint64_t n = 1'000; n < 1'400; ++n)
        known.propose(n, address_in(n), address_in(6'000 + n % 40));
    for (std::uint64_t n = 600; n < 1'000; ++n)
        known.propose(n, address_in(n), address_in(kSource, n));
    const std::size_t all = known.manager.figures(known.now).in_new;
    const std::size_t told = told_by(known.saved(), kSource);
    EXPECT_GT(told, known.limits.candidates_of_source_min);
    EXPECT_LE(4 * told, all);
    EXPECT_GE(4 * told + 8, all) << "and it may have that";
}

// Nodes of one netgroup, all that it may have, each told of by somebody else and tried.
void fill_group(KnownAddresses& known, std::uint64_t group) {
    std::size_t tried = 0;
    for (std::uint64_t n = 0; tried < known.limits.candidates_per_netgroup; ++n) {
        ASSERT_LT(n, 1'000u);
        known.propose(n, address_in(group, n), address_in(1'000 + n));
        known.connected(n);
        const std::size_t now_tried = known.manager.figures(known.now).proven;
        if (now_tried == tried) known.manager.remove(identity(n).id);  // its place is taken
        tried = now_tried;
    }
}

TEST(AddressNew, AGroupFullOfTriedNodesThatAreGoneForAMonthHasRoomAgain) {
    constexpr std::uint64_t kGroup = 7, kHonest = 5'000;
    KnownAddresses known;
    fill_group(known, kGroup);
    const std::size_t all = known.limits.candidates_per_netgroup;
    const Endpoint honest = address_in(kGroup, kHonest);
    const auto told = [&](std::uint64_t n) {
        return known.propose(kHonest + n, address_in(kGroup, kHonest + n), address_in(3'000 + n));
    };
    EXPECT_FALSE(told(0));
    known.now += 24h * 30 - 1s;
    EXPECT_FALSE(told(0)) << "they may be back";
    known.now += 1s;
    EXPECT_TRUE(told(0));
    EXPECT_EQ(known.manager.size(), all) << "one gave way, and no more";
    known.connected(kHonest);
    // Of the next, each has the place of one that is gone, and none that of another.
    std::size_t taken = 1;
    for (std::uint64_t n = 1; n < 2 * all; ++n)
        taken += told(n) ? 1u : 0u;
    EXPECT_EQ(taken, all);
    EXPECT_EQ(known.manager.size(), all);
    EXPECT_TRUE(known.manager.contains(identity(kHonest).id));
    EXPECT_FALSE(known.propose(9'999, honest)) << "it is somebody's";
}

// The n-th address of a /64 of 2a00::/32.
Endpoint address_of_64(std::uint8_t subnet, std::uint8_t n) {
    Endpoint address;
    address.address = {0x2a, 0, 0, 0, 0, 0, 0, subnet, 0, 0, 0, 0, 0, 0, 0, n};
    address.port = 8'333;
    return address;
}

// 200 nodes of one /64, each told of by somebody else; those that are known are tried.
void crowd_into_a_64(KnownAddresses& known) {
    for (std::uint8_t n = 0; n < 200; ++n) {
        known.propose(n, address_of_64(1, n), address_in(n));
        known.connected(n);
    }
}

TEST(AddressNew, OneSubnetOfIpv6LeavesItsNetgroupToOthers) {
    KnownAddresses known;
    const std::size_t most = testnet().overlay.subnet_table_max;
    crowd_into_a_64(known);
    EXPECT_EQ(known.manager.size(), most);
    std::size_t others = 0;
    for (std::uint8_t n = 0; n < 200; ++n) {
        const auto subnet = static_cast<std::uint8_t>(2 + n);
        others += known.propose(1'000 + n, address_of_64(subnet, 1), address_in(300 + n)) ? 1u : 0u;
    }
    EXPECT_EQ(others, known.limits.candidates_per_netgroup - most);
    EXPECT_FALSE(known.propose(2'000, address_of_64(1, 255), address_in(600)));
    known.now += 31 * 24h;
    EXPECT_TRUE(known.propose(2'000, address_of_64(1, 255), address_in(600)))
        << "the others are gone";
}

TEST(AddressNew, OneSubnetOfIpv6HasItsMeasureAfterARestartToo) {
    Parameters generous = testnet();
    generous.overlay.subnet_table_max = 64;
    KnownAddresses before(generous), after;
    crowd_into_a_64(before);
    EXPECT_GT(before.manager.size(), 40u);
    const auto all = [](const Record&) { return true; };
    ASSERT_TRUE(after.manager.restore(before.manager.saved(), all, after.now));
    EXPECT_EQ(after.manager.size(), testnet().overlay.subnet_table_max);
}

TEST(AddressNew, AFullListHasRoomForANewcomerOnceThoseInTriedAreGone) {
    KnownAddresses known(testnet(), Limits{.candidates_max = 3});
    for (std::uint64_t n = 1; n <= 3; ++n) {
        known.propose(n, address_in(n));
        known.connected(n);
    }
    ASSERT_EQ(known.manager.figures(known.now).proven, 3u);
    EXPECT_FALSE(known.propose(4, address_in(4)));
    known.now += 24h * 30;
    EXPECT_TRUE(known.propose(4, address_in(4)));
    EXPECT_EQ(known.manager.size(), 3u);
}

TEST(AddressNew, WhatIsInVainForOneOfAnAnswerIsInVainForTheOthers) {
    constexpr std::uint64_t kNodes = 200;
    KnownAddresses known(testnet(), Limits{.candidates_max = kNodes});
    for (std::uint64_t n = 0; n < kNodes; ++n)
        ASSERT_TRUE(known.propose(n, address_in(n)));
    std::uint64_t newcomer = kNodes;
    int in_vain = 0;
    for (std::uint64_t failing = 0; failing < 5; ++failing) {
        known.failed(failing);
        for (bool found = false; !found; known.now += 1ms) {
            found = known.propose(newcomer, address_in(newcomer));
            ++newcomer;
            const bool another = known.propose(newcomer, address_in(newcomer));
            ++newcomer;
            ASSERT_FALSE(another) << (found ? "only one gave way" : "it was searched for just now");
            in_vain += found ? 0 : 1;
        }
        EXPECT_FALSE(known.manager.contains(identity(failing).id));
    }
    EXPECT_GT(in_vain, 0);
}

TEST(AddressNew, AMonthWithoutAWordGivesAPlaceAway) {
    KnownAddresses known(testnet(), Limits{.candidates_max = 1});
    EXPECT_TRUE(known.propose(1, address_in(1)));
    known.now += 24h * 30 - 1s;
    EXPECT_FALSE(known.propose(2, address_in(2)));
    known.now += 1s;
    EXPECT_TRUE(known.propose(2, address_in(2)));
    EXPECT_FALSE(known.manager.contains(identity(1).id));
    // Heard of again, it has its month again.
    known.now += 24h * 29;
    EXPECT_FALSE(known.propose(2, address_in(2)));
    known.now += 24h * 29;
    EXPECT_FALSE(known.propose(1, address_in(1)));
}

TEST(AddressNew, ThreeFailuresOfOneThatNeverAnsweredAreEnough) {
    const Time now{1h};
    AddressEntry entry;
    entry.heard = now;
    entry.failures = 2;
    EXPECT_FALSE(is_terrible(entry, now));
    entry.failures = 3;
    EXPECT_TRUE(is_terrible(entry, now));
    entry.last_try = now - 59s;
    EXPECT_FALSE(is_terrible(entry, now)) << "it is being tried";
    entry.last_try = now - 24h;
    entry.last_success = now - 24h * 8;
    EXPECT_FALSE(is_terrible(entry, now));
    entry.failures = 10;
    EXPECT_TRUE(is_terrible(entry, now)) << "ten in a week";
    entry.last_success = now - 24h * 6;
    EXPECT_FALSE(is_terrible(entry, now));
    entry.heard = now + 11min;
    EXPECT_TRUE(is_terrible(entry, now)) << "from the future";
}

TEST(AddressNew, ATriedNodeIsNotForgottenForFailing) {
    KnownAddresses known;
    known.propose(1, address_in(1));
    known.propose(2, address_in(2));
    known.connected(1);
    for (int i = 0; i < 20; ++i) {
        known.failed(1);
        known.failed(2);
    }
    EXPECT_TRUE(known.manager.contains(identity(1).id));
    EXPECT_FALSE(known.manager.contains(identity(2).id));
}

TEST(AddressNew, FailuresThatDoNotCountCostAShortWaitOnly) {
    KnownAddresses known;
    known.propose(1, address_in(1));
    for (int i = 0; i < 50; ++i)
        known.failed(1, false);
    EXPECT_FALSE(known.manager.draw({}, known.now));
    known.now += 80s;
    EXPECT_TRUE(known.manager.draw({}, known.now));
    EXPECT_EQ(known.saved().entries[0].failures, 0);
}

// Each further source gives one more place, ever less likely, up to eight.
TEST(AddressNew, AnAddressHasUpToEightPlacesEachHalfAsLikely) {
    KnownAddresses known;
    constexpr std::uint64_t kNodes = 200;
    double places_after_16 = 0;
    for (std::uint64_t node = 0; node < kNodes; ++node) {
        for (std::uint64_t source = 0; source < 16; ++source)
            known.propose(node, address_in(node), address_in(1'000 + 16 * node + source));
    }
    for (const auto& entry : known.saved().entries)
        places_after_16 += static_cast<double>(entry.places.size());
    // In the mean after k sources: each step from n places takes 2^n of them.
    EXPECT_NEAR(places_after_16 / kNodes, 4.0, 0.35);
    for (std::uint64_t source = 0; source < 20'000; ++source)
        known.propose(1, address_in(1), address_in(source));
    for (const auto& entry : known.saved().entries)
        EXPECT_LE(entry.places.size(), AddressEntry::kPlacesMax);
}

TEST(AddressNew, NobodyOfAHundredOnOneMachineIsLost) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        KnownAddresses known(regtest(), {}, seed);
        for (std::uint16_t n = 0; n < 200; ++n) {
            const Endpoint at = Endpoint::ipv4({127, 0, 0, 1}, static_cast<std::uint16_t>(n + 1));
            const Endpoint source = Endpoint::ipv4({127, 0, 0, 1}, 7);
            EXPECT_TRUE(known.propose(n, at, source));
            known.connected(n);
        }
        EXPECT_EQ(known.manager.figures(known.now).proven, 200u);
        EXPECT_EQ(known.manager.sample(1'000).size(), 200u);
    }
}

TEST(AddressNew, IdentitiesOfOneAddressAreBoundedOnOneMachineToo) {
    Parameters parameters = regtest();
    parameters.overlay.ids_per_address_max = 3;
    KnownAddresses known(parameters);
    for (std::uint16_t n = 1; n <= 5; ++n)
        known.propose(n, Endpoint::ipv4({127, 0, 0, 1}, n));
    EXPECT_EQ(known.manager.size(), 3u);
}

TEST(AddressNew, AnEntryTakesLittleMemory) {
    KnownAddresses known;
    const std::size_t empty = known.manager.bytes();
    EXPECT_LT(empty, 8'000u);
    for (std::uint64_t n = 0; n < 1'000; ++n)
        known.propose(n, address_in(n), address_in(2'000 + n));
    EXPECT_GT(known.manager.size(), 900u);
    EXPECT_LT(known.manager.bytes(), 450'000u);
    RecordProperty("bytes", static_cast<int>(known.manager.bytes()));
}

}  // namespace
}  // namespace starling::p2p
