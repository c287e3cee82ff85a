#include "mempool/verified_scripts.h"

#include "support/seeded_random.h"

#include <gtest/gtest.h>

namespace starling::mempool {
namespace {

Wtxid numbered(std::uint32_t n) {
    Wtxid wtxid;
    for (std::size_t i = 0; i < 4; ++i)
        wtxid.bytes[i] = static_cast<std::uint8_t>(n >> (8 * i));
    return wtxid;
}

TEST(TheVerifiedScripts, RemembersAGenerationAtLeastAndTwoAtMost) {
    constexpr std::uint32_t kGeneration = 500;
    test::SeededRandom random(1);
    VerifiedScripts verified(random, kGeneration);
    EXPECT_FALSE(verified.contains(numbered(0)));
    for (std::uint32_t n = 0; n < 2 * kGeneration; ++n)
        verified.add(numbered(n));
    EXPECT_TRUE(verified.contains(numbered(0)));
    verified.add(numbered(0));  // known: makes no room for anyone
    EXPECT_TRUE(verified.contains(numbered(kGeneration)));
    verified.add(numbered(2 * kGeneration));
    EXPECT_FALSE(verified.contains(numbered(0)));
    EXPECT_TRUE(verified.contains(numbered(kGeneration)));
    EXPECT_TRUE(verified.contains(numbered(2 * kGeneration)));
}

}  // namespace
}  // namespace starling::mempool
