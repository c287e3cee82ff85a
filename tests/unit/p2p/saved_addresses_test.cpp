// peers.dat: what comes back from it, and what is refused.

#include "p2p/saved_addresses.h"

#include "p2p/asmap.h"
#include "support/asmap_file.h"
#include "support/known_addresses.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::address_in;
using test::identity;
using test::KnownAddresses;

const AddressManager::Admits kAll = [](const Record&) { return true; };

// Some tried, some failing, some with several places.
KnownAddresses& filled(KnownAddresses& known) {
    for (std::uint64_t n = 0; n < 60; ++n) {
        known.propose(n, address_in(n), address_in(1'000 + n));
        for (std::uint64_t source = 0; source < n % 5; ++source)
            known.propose(n, address_in(n), address_in(2'000 + 5 * n + source));
        if (n % 3 == 0) known.connected(n);
        if (n % 7 == 0) known.failed(n);
        known.now += 1s;
    }
    return known;
}

// All but the way in which we know of it.
std::vector<SavedAddresses::Entry> alike(std::vector<SavedAddresses::Entry> entries) {
    for (auto& entry : entries)
        entry.origin = Origin::overlay;
    return entries;
}

TEST(SavedAddresses, ARestartChangesNoPlaceAndNoKey) {
    KnownAddresses before, after(testnet(), {}, 77);
    filled(before);
    after.now = before.now;
    ASSERT_TRUE(after.manager.restore(before.manager.saved(), kAll, after.now));
    EXPECT_EQ(after.saved().key, before.saved().key);
    EXPECT_EQ(alike(after.saved().entries), alike(before.saved().entries));
    EXPECT_EQ(after.manager.figures(after.now).proven, 20u);
    EXPECT_EQ(after.manager.origin_of(identity(1).id), Origin::saved);
    EXPECT_TRUE(after.manager.draw({}, after.now));
}

TEST(SavedAddresses, RestoringReplacesWhatWasThere) {
    KnownAddresses before, after;
    filled(before);
    after.propose(999, address_in(999));
    ASSERT_TRUE(after.manager.restore(before.manager.saved(), kAll, after.now));
    EXPECT_FALSE(after.manager.contains(identity(999).id));
    EXPECT_EQ(after.manager.size(), before.manager.size());
}

TEST(SavedAddresses, AClockThatWasAheadCostsNoEntry) {
    constexpr std::uint64_t kNodes = 40;
    KnownAddresses before, after(testnet(), Limits{.candidates_max = kNodes});
    before.now = after.now + 24h * 100;
    for (std::uint64_t n = 0; n < kNodes; ++n)
        ASSERT_TRUE(before.propose(n, address_in(n), address_in(1'000 + n)));
    before.connected(3);
    before.failed(3);
    ASSERT_TRUE(after.manager.restore(before.manager.saved(), kAll, after.now));
    for (const auto& entry : after.saved().entries) {
        EXPECT_EQ(entry.heard, after.now);
        EXPECT_LE(entry.last_try, after.now);
        EXPECT_LE(entry.last_success, after.now);
    }
    EXPECT_FALSE(after.propose(999, address_in(999))) << "nobody gives way";
    EXPECT_EQ(after.manager.size(), kNodes);
    after.now += 24h * 30;
    EXPECT_TRUE(after.propose(999, address_in(999))) << "as any that were not heard of for a month";
}

TEST(SavedAddresses, ADamagedFileIsRefusedWhole) {
    KnownAddresses before, after;
    const Bytes good = filled(before).manager.saved();
    after.propose(999, address_in(999));
    const auto refused = [&](const Bytes& file) {
        const auto result = after.manager.restore(file, kAll, after.now);
        EXPECT_EQ(after.manager.size(), 1u);
        return result.ok() ? std::nullopt : std::optional(result.error());
    };
    for (std::size_t at = 0; at < good.size(); at += 97) {
        Bytes bad = good;
        bad[at] ^= 1;
        EXPECT_TRUE(refused(bad)) << at;
        EXPECT_TRUE(refused(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(at))));
    }
    EXPECT_EQ(refused({}), SavedAddressesError::foreign);
    Bytes other = good;
    other[8] = 9;
    EXPECT_EQ(refused(other), SavedAddressesError::version);
    other = good;
    other.back() ^= 1;
    EXPECT_EQ(refused(other), SavedAddressesError::damaged);
    SavedAddresses forged = before.saved();
    forged.entries[3].record[40] ^= 1;  // with a checksum that is right
    EXPECT_EQ(refused(encode(forged)), SavedAddressesError::malformed);
    forged = before.saved();
    forged.entries[3].places = {{AddressBuckets::kNewBuckets * Slot::kBucketSize}};
    EXPECT_EQ(refused(encode(forged)), SavedAddressesError::malformed);
}

TEST(SavedAddresses, APlaceThatIsNotItsOwnIsNotGiven) {
    KnownAddresses before, after;
    SavedAddresses forged = filled(before).saved();
    const std::size_t all = forged.entries.size();
    ASSERT_TRUE(forged.entries.front().tried);
    ASSERT_FALSE(forged.entries.back().tried);
    forged.entries.front().places.front() = forged.entries.front().places.front().next();
    forged.entries.back().places = {forged.entries.back().places.front().next()};
    ASSERT_TRUE(after.manager.restore(encode(forged), kAll, after.now));
    EXPECT_EQ(after.manager.size(), all - 2);
}

// Another map gives other netgroups, and those other places.
TEST(SavedAddresses, UnderOtherNetgroupsPlacesAreFoundAnew) {
    KnownAddresses before, after;
    SavedAddresses saved = filled(before).saved();
    for (auto& entry : saved.entries)
        entry.group = {Netgroup::Kind::as_number, 7};
    ASSERT_TRUE(after.manager.restore(encode(saved), kAll, after.now));
    EXPECT_GE(after.manager.size() + 2, before.manager.size());
    const AddressBuckets buckets = after.buckets();
    for (const auto& entry : after.saved().entries) {
        const auto record = Record::decode(entry.record).value();
        const AddressBuckets::Grouped whom{*record->tcp(), entry.group};
        const AddressBuckets::Grouped source{entry.source, entry.source_group};
        ASSERT_EQ(entry.places.size(), 1u);
        EXPECT_EQ(entry.places[0],
                  entry.tried ? buckets.in_tried(whom) : buckets.in_new(whom, source));
    }
}

// By a map of these prefixes.
Netgroups mapped(const std::vector<test::AnnouncedPrefix>& prefixes) {
    return Netgroups(
        std::make_shared<const Asmap>(*Asmap::decode(*test::AsmapWriter::file(prefixes))));
}

// Each node of its own netgroup, as many of them tried as there are places for.
void meet(KnownAddresses& known, std::uint64_t count) {
    for (std::uint64_t n = 0; n < count; ++n) {
        known.propose(n, address_in(n), address_in(1'000 + n));
        known.connected(n);
    }
}

TEST(SavedAddresses, AMapThatPutsAllInOneGroupDoesNotCostTheFile) {
    KnownAddresses before, after(testnet(), {}, 77, mapped({test::announced_ipv4({}, 0, 7)}));
    meet(before, 200);
    const auto restored = after.manager.restore(before.manager.saved(), kAll, before.now).value();
    EXPECT_EQ(restored.admitted, before.manager.size());
    EXPECT_EQ(restored.kept, after.manager.size());
    EXPECT_LE(restored.kept, after.limits.candidates_per_netgroup);
    EXPECT_TRUE(restored.lost_most()) << "what is left is not to be all that is left";
    KnownAddresses again;
    EXPECT_FALSE(
        again.manager.restore(before.manager.saved(), kAll, before.now).value().lost_most());
    EXPECT_EQ(again.manager.size(), before.manager.size());
}

// Of 240 netgroups four: fewer places of `tried`, of which some are wanted twice.
TEST(SavedAddresses, UnderACoarserMapWhoHasNoPlaceInTriedIsInNew) {
    std::vector<test::AnnouncedPrefix> prefixes;
    for (std::uint32_t i = 0; i < 4; ++i)
        prefixes.push_back(
            test::announced_ipv4({20, static_cast<std::uint8_t>(64 * i), 0, 0}, 10, 100 + i));
    KnownAddresses before, after(testnet(), {}, 77, mapped(prefixes));
    meet(before, 240);
    const auto restored = after.manager.restore(before.manager.saved(), kAll, before.now).value();
    EXPECT_EQ(restored.kept, after.manager.size());
    EXPECT_GE(after.manager.size() + 2, before.manager.size());
    const std::size_t tried = after.manager.figures(before.now).proven;
    EXPECT_LT(tried, before.manager.figures(before.now).proven);
    EXPECT_GE(tried, 200u);
}

TEST(SavedAddresses, WhatIsNotAdmittedAnyMoreIsLeftOut) {
    KnownAddresses before, after;
    filled(before);
    const NodeId refused = identity(5).id;
    const auto restored = after.manager.restore(
        before.manager.saved(), [&](const Record& record) { return record.id() != refused; },
        after.now);
    EXPECT_EQ(restored.value().admitted + 1, before.manager.size());
    EXPECT_FALSE(after.manager.contains(refused));
    EXPECT_EQ(after.manager.size() + 1, before.manager.size());
}

}  // namespace
}  // namespace starling::p2p
