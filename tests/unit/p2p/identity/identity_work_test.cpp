#include "p2p/identity/identity_work.h"

#include "consensus/hash.h"
#include "support/identities.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>

namespace starling::p2p {
namespace {

unsigned naive_bits(const CompressedKey& key) {
    const Hash256 hash = tagged_hash("Starling/identity", key);
    unsigned bits = 0;
    while (bits < 256 && (hash.bytes[bits / 8] >> (7 - bits % 8) & 1) == 0)
        ++bits;
    return bits;
}

TEST(IdentityWork, IsTheLeadingZeroBitsOfATaggedHashOfTheKey) {
    for (std::uint64_t n = 1; n <= 2'000; ++n) {
        const CompressedKey key = test::identity(n).key;
        EXPECT_EQ(identity_work(key), naive_bits(key));
    }
}

// Else a key ground for its price would also be one ground for its place.
TEST(IdentityWork, SaysNothingOfTheNodeIdsLeadingBits) {
    unsigned same = 0;
    for (std::uint64_t n = 1; n <= 500; ++n) {
        const Identity identity = test::identity(n);
        same += unsigned(std::countl_zero(identity.id.bytes[0])) == identity_work(identity.key);
    }
    EXPECT_LT(same, 250U);  // a third, by chance
}

TEST(IdentityWork, HalvesTheKeysThatHaveItWithEachBit) {
    constexpr std::uint64_t kKeys = 4'000;
    std::array<unsigned, 257> at_least{};
    for (std::uint64_t n = 1; n <= kKeys; ++n) {
        for (unsigned bits = identity_work(test::identity(n).key); bits > 0; --bits)
            ++at_least[bits];
    }
    for (unsigned bits = 1; bits <= 5; ++bits) {
        const double expected = double(kKeys) / double(1U << bits);
        EXPECT_NEAR(at_least[bits], expected, 0.25 * expected) << bits;
    }
}

TEST(IdentityWork, CostsNothingWhereTheNetworkAsksForNone) {
    for (std::uint64_t n = 1; n <= 50; ++n)
        EXPECT_TRUE(is_paid_for(test::identity(n).key, 0));
    EXPECT_EQ(regtest().identity_bits, 0);
    EXPECT_EQ(local().identity_bits, 0);
}

TEST(IdentityWork, PaidIdentitiesHaveItAndAreWhatTheirSecretSays) {
    test::SeededRandom random(1);
    for (std::uint8_t bits = 0; bits <= 12; bits += 4) {
        const auto identity = paid_identity(random, bits);
        ASSERT_TRUE(identity);
        EXPECT_GE(identity_work(identity->key), bits);
        EXPECT_EQ(Identity::from(identity->secret)->key, identity->key);
    }
}

// Also on a network that asks for more than testnet: a first start must not end without a key.
TEST(IdentityWork, IsTriedForUntilChanceNeverFailsWhateverTheNetworkAsksFor) {
    for (std::uint8_t bits = 0; bits <= 57; ++bits)
        EXPECT_EQ(std::log2(double(identity_tries_max(bits))), bits + 6);  // e^-64 fail
    EXPECT_EQ(identity_tries_max(255), identity_tries_max(57));
}

TEST(IdentityWork, GivesUpWhereThereIsNoneInSoManyTries) {
    test::SeededRandom random(2);
    EXPECT_FALSE(paid_identity(random, 255, 1'000));
}

TEST(KeyWalk, StepsThroughTheKeysOfConsecutiveSecrets) {
    test::SeededRandom random(3);
    SecretKey secret{};
    secret.back() = 0xfe;  // the carry comes at once
    auto walk = KeyWalk::from(secret);
    ASSERT_TRUE(walk);
    for (int step = 0; step < 300; ++step) {
        EXPECT_EQ(compressed_key(walk->secret()), walk->key());
        ASSERT_TRUE(walk->step());
    }
    EXPECT_FALSE(KeyWalk::from(SecretKey{}));
}

TEST(KeyWalk, EndsWithTheGroup) {
    SecretKey last{};
    // The order less one.
    constexpr std::array<std::uint8_t, 32> kLast = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
                                                    0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b,
                                                    0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x40};
    last = kLast;
    auto walk = KeyWalk::from(last);
    ASSERT_TRUE(walk);
    EXPECT_FALSE(walk->step());
    EXPECT_EQ(walk->key(), *compressed_key(last));
}

}  // namespace
}  // namespace starling::p2p
