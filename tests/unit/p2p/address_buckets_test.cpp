// Where addresses belong, and that nobody knows it who has not the key.

#include "p2p/address_buckets.h"

#include "support/known_addresses.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <set>

namespace starling::p2p {
namespace {

using test::address_in;

AddressBuckets::Grouped in(std::uint64_t group, std::uint64_t n = 1) {
    const Endpoint at = address_in(group, n);
    return {at, Netgroups().of(at)};
}

AddressKey some_key() {
    test::SeededRandom random(1);
    return AddressKey::draw(random);
}

// Which addresses meet which is what an attacker would have to know: of all pairs that meet under
// one key hardly any meets under another, even if the keys differ in one bit.
TEST(AddressBuckets, PositionsAreUnpredictableWithoutTheKey) {
    const AddressKey key = some_key();
    const AddressBuckets ours(key, false);
    for (int bit = 0; bit < 256; bit += 5) {
        AddressKey guess = key;
        std::uint64_t* words[] = {&guess.of_new.low, &guess.of_new.high, &guess.of_tried.low,
                                  &guess.of_tried.high};
        *words[bit / 64] ^= std::uint64_t{1} << (bit % 64);
        const AddressBuckets theirs(guess, false);
        int same = 0;
        for (std::uint64_t n = 0; n < 200; ++n) {
            const auto whom = in(n), source = in(1'000 + n);
            same += bit < 128 ? ours.in_new(whom, source) == theirs.in_new(whom, source)
                              : ours.in_tried(whom) == theirs.in_tried(whom);
        }
        EXPECT_LE(same, 2) << "of 200, " << bit;
    }
}

TEST(AddressBuckets, AddressesSpreadEvenly) {
    const AddressBuckets buckets(some_key(), false);
    std::vector<int> positions(Slot::kBucketSize), in_new(AddressBuckets::kNewBuckets);
    constexpr int kMany = 65'536;
    for (std::uint64_t n = 0; n < kMany; ++n) {
        const Slot slot = buckets.in_new(in(n % 4'096, n), in(n / 4'096 * 7 + n % 911));
        ++positions[slot.position()];
        ++in_new[slot.bucket()];
    }
    for (const int count : positions)
        EXPECT_NEAR(count, kMany / 64, 200);
    for (const int count : in_new)
        EXPECT_LT(count, 64 * 4);
}

TEST(AddressBuckets, ANetgroupHasEightBucketsOfTried) {
    const AddressBuckets buckets(some_key(), false);
    std::set<std::uint32_t> met;
    for (std::uint64_t n = 0; n < 2'000; ++n)
        met.insert(buckets.in_tried(in(7, n)).bucket());
    EXPECT_LE(met.size(), AddressBuckets::kTriedBucketsOfGroup);
    EXPECT_GE(met.size(), 6u);
}

TEST(AddressBuckets, ASourceHas64BucketsOfNewAndOneForEachNetgroup) {
    const AddressBuckets buckets(some_key(), false);
    std::set<std::uint32_t> of_source, of_group;
    for (std::uint64_t n = 0; n < 4'000; ++n) {
        // Another address of the source's netgroup is no other source.
        of_source.insert(buckets.in_new(in(n), in(5, n)).bucket());
        of_group.insert(buckets.in_new(in(9, n), in(5, n)).bucket());
    }
    EXPECT_LE(of_source.size(), AddressBuckets::kNewBucketsOfSource);
    EXPECT_GE(of_source.size(), 55u);
    EXPECT_EQ(of_group.size(), 1u);
}

TEST(AddressBuckets, OnOneMachineEachPortIsAGroupOfItsOwn) {
    const AddressBuckets buckets(some_key(), true);
    std::set<std::uint32_t> in_new, in_tried;
    for (std::uint16_t port = 1; port <= 200; ++port) {
        AddressBuckets::Grouped whom = in(7);
        whom.address.port = port;
        in_new.insert(buckets.in_new(whom, in(5)).bucket());
        in_tried.insert(buckets.in_tried(whom).bucket());
    }
    EXPECT_GE(in_tried.size(), 100u);
    EXPECT_GE(in_new.size(), 55u) << "of the 64 of this source";
}

}  // namespace
}  // namespace starling::p2p
