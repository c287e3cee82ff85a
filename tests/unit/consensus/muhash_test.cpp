// MuHash3072 by Bitcoin Core's published values and by the algebra of sets.

#include "consensus/muhash.h"

#include "consensus/hex.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace starling {
namespace {

// Bitcoin Core's tests take 32 bytes that begin with a number as an element.
std::array<std::uint8_t, 32> element(std::uint8_t number) {
    return {number};
}

TEST(MuHash, OfThreeElementsIsBitcoinCores) {
    MuHash hash;  // crypto_tests.cpp, muhash_tests: 0 and 1 inserted, 2 removed
    hash.insert(element(0));
    hash.insert(element(1));
    hash.remove(element(2));
    EXPECT_EQ(to_string(hash.finish()),
              "10d312b100cbd32ada024a6646e40d3482fcff103668d2625f10002a607d5863");
}

TEST(MuHash, DoesNotDependOnTheOrder) {
    test::SeededRandom random(3);
    std::vector<std::pair<bool, std::uint8_t>> steps;
    for (int i = 0; i < 40; ++i)
        steps.emplace_back(random.below(2) == 0, static_cast<std::uint8_t>(random.below(9)));
    std::optional<Hash256> first;
    for (int round = 0; round < 6; ++round) {
        for (std::size_t i = steps.size(); i > 1; --i)
            std::swap(steps[i - 1], steps[random.below(i)]);
        MuHash hash;
        for (const auto& [inserts, number] : steps)
            inserts ? hash.insert(element(number)) : hash.remove(element(number));
        if (!first) first = hash.finish();
        EXPECT_EQ(hash.finish(), *first);
    }
}

TEST(MuHash, OfWhatCameAndWentIsThatOfTheEmptySet) {
    MuHash hash;
    const Hash256 empty = hash.finish();
    EXPECT_EQ(to_string(empty), "dd5ad2a105c2d29495f577245c357409002329b9f4d6182c0af3dc2f462555c8");
    for (std::uint8_t i = 0; i < 50; ++i)
        hash.remove(element(i));
    EXPECT_NE(hash.finish(), empty);
    for (std::uint8_t i = 0; i < 50; ++i)
        hash.insert(element(i));
    EXPECT_EQ(hash.finish(), empty);
}

TEST(MuHash, CombinesSetsThatWereHashedApart) {
    MuHash whole;
    MuHash left;
    MuHash right;
    for (std::uint8_t i = 0; i < 20; ++i) {
        whole.insert(element(i));
        (i % 3 == 0 ? left : right).insert(element(i));
    }
    whole.remove(element(99));
    right.remove(element(99));
    left.combine(right);
    EXPECT_EQ(left.finish(), whole.finish());
}

TEST(MuHash, TakesACoinWithItsOriginAndOutput) {
    OutPoint point{.txid = {}, .index = 7};
    point.txid.bytes[0] = 0xab;
    const Coin coin{.output = {Amount{5}, Bytes{0x51, 0x52}}, .height = {300}, .coinbase = true};
    EXPECT_EQ(hex(coin_for_hash(point, coin)), "ab" + std::string(62, '0') +
                                                   "07000000"
                                                   "59020000"
                                                   "0500000000000000"
                                                   "025152");
}

}  // namespace
}  // namespace starling
