#include "consensus/pow.h"

#include "consensus/hex.h"
#include "consensus/parameters.h"
#include "support/seeded_random.h"

#include <boost/multiprecision/cpp_int.hpp>
#include <gtest/gtest.h>

namespace starling {
namespace {

using boost::multiprecision::uint256_t;

uint256_t model(const Uint256& value) {
    return uint256_t("0x" + to_string(value));
}

std::string text(const uint256_t& value) {
    std::string digits = value.str(0, std::ios::hex);
    return std::string(64 - digits.size(), '0') + digits;
}

Uint256 random_number(Random& random) {
    Uint256 value;
    for (std::uint64_t& limb : value.limbs)
        limb =
            random.below(4) == 0 ? (random.below(2) == 0 ? 0 : ~std::uint64_t{0}) : random.next();
    return value;
}

std::string expanded(std::uint32_t bits) {
    std::string digits = to_string(expand_compact(bits).value);
    return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

TEST(Uint256, AddsAndSubtractsLikeTheModel) {
    test::SeededRandom random(1);
    for (int i = 0; i < 500; ++i) {
        const Uint256 a = random_number(random);
        const Uint256 b = random_number(random);
        EXPECT_EQ(to_string(a + b), text(model(a) + model(b)));
        EXPECT_EQ(to_string(a - b), text(model(a) - model(b)));
        EXPECT_EQ(a < b, model(a) < model(b));
        EXPECT_EQ(a + b - b, a);
    }
}

TEST(CompactTarget, ReadsEveryPatternAsBitcoinCoreDoes) {
    for (const std::uint32_t bits :
         {0x0000'0000U, 0x0012'3456U, 0x0100'3456U, 0x0200'0056U, 0x0300'0000U, 0x0400'0000U,
          0x0092'3456U, 0x0180'3456U, 0x0280'0056U, 0x0380'0000U, 0x0480'0000U}) {
        EXPECT_EQ(expanded(bits), "0");
        EXPECT_FALSE(expand_compact(bits).negative);
        EXPECT_FALSE(expand_compact(bits).overflow);
    }
    EXPECT_EQ(expanded(0x0112'3456), "12");
    EXPECT_EQ(expanded(0x0212'3456), "1234");
    EXPECT_EQ(expanded(0x0312'3456), "123456");
    EXPECT_EQ(expanded(0x0412'3456), "12345600");
    EXPECT_EQ(expanded(0x0500'9234), "92340000");
    EXPECT_EQ(expanded(0x2012'3456), "123456" + std::string(58, '0'));
    EXPECT_EQ(expanded(0x01fe'dcba), "7e");
    EXPECT_TRUE(expand_compact(0x01fe'dcba).negative);
    EXPECT_TRUE(expand_compact(0x0492'3456).negative);
    EXPECT_TRUE(expand_compact(0xff12'3456).overflow);
    EXPECT_TRUE(expand_compact(0x2112'3456).overflow);
    EXPECT_FALSE(expand_compact(0x2100'3456).overflow);
    EXPECT_FALSE(expand_compact(0x2200'0056).overflow);
    EXPECT_TRUE(expand_compact(0x2300'0056).overflow);
}

TEST(CompactTarget, WritesTheNumberThatItCanHold) {
    EXPECT_EQ(compact(Uint256{}), 0U);
    EXPECT_EQ(compact(Uint256{{0, 0, 0, 0x80}}), 0x0200'8000U);
    EXPECT_EQ(compact(Uint256{{0, 0, 0, 0x12}}), 0x0112'0000U);
    EXPECT_EQ(compact(Uint256{{0, 0, 0, 0x1234'5678}}), 0x0412'3456U);
    EXPECT_EQ(compact(Uint256{{0, 0, 0, 0x9234'0000}}), 0x0500'9234U);
    EXPECT_EQ(compact(Uint256{{~std::uint64_t{0}, 0, 0, 0}}), 0x2100'ffffU);
}

TEST(CompactTarget, OfAnExpandedTargetIsTheSame) {
    test::SeededRandom random(2);
    for (int i = 0; i < 1000; ++i) {
        const std::uint32_t bits = compact(random_number(random));
        const ExpandedTarget target = expand_compact(bits);
        EXPECT_FALSE(target.negative || target.overflow);
        EXPECT_EQ(compact(target.value), bits);
    }
}

TEST(ProofOfWork, RefusesTargetsThatAreNoneOrTooEasy) {
    const std::uint32_t limit = 0x1d00'ffff;
    EXPECT_TRUE(target_of(0x1d00'ffff, limit));
    EXPECT_TRUE(target_of(0x1c00'ffff, limit));
    EXPECT_FALSE(target_of(0x1d01'0000, limit));
    EXPECT_FALSE(target_of(0, limit));
    EXPECT_FALSE(target_of(0x0180'3456, limit));
    EXPECT_FALSE(target_of(0x01fe'dcba, limit));
    EXPECT_FALSE(target_of(0xff12'3456, limit));
}

TEST(ProofOfWork, ReadsAHashAsALittleEndianNumber) {
    BlockHash hash;
    hash.bytes[2] = 1;  // 2^16
    EXPECT_TRUE(meets_target(hash, 0x0301'0000, 0x207f'ffff));
    EXPECT_FALSE(meets_target(hash, 0x0300'ffff, 0x207f'ffff));
    hash.bytes[31] = 0x80;
    EXPECT_FALSE(meets_target(hash, 0x207f'ffff, 0x207f'ffff));
}

TEST(ProofOfWork, CountsTheExpectedHashes) {
    EXPECT_EQ(work_of(0x207f'ffff), (Work{{0, 0, 0, 2}}));
    EXPECT_EQ(work_of(0x1d00'ffff), (Work{{0, 0, 0, 0x1'0001'0001}}));
    EXPECT_EQ(work_of(0), Work{});
    EXPECT_EQ(work_of(0x01fe'dcba), Work{});
    EXPECT_EQ(work_of(0xff12'3456), Work{});
}

}  // namespace
}  // namespace starling
