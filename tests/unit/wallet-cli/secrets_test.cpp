#include "wallet-cli/secrets.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace starling::wallet {
namespace {

constexpr ScryptCost kCheap{.n = 16, .r = 1, .p = 1};
const Bytes kSecret = {1, 2, 3, 4, 5};

TEST(SecretsTest, OpensWithTheRightPassphraseOnly) {
    const Sealed sealed = seal(kSecret, "correct horse", kCheap);
    const auto opened = unseal(sealed, "correct horse");
    ASSERT_TRUE(opened);
    EXPECT_TRUE(std::ranges::equal(opened->view(), kSecret));
    EXPECT_FALSE(unseal(sealed, "correct hors"));
    EXPECT_FALSE(unseal(sealed, ""));
}

TEST(SecretsTest, NoticesEveryChangedBit) {
    const Sealed sealed = seal(kSecret, "p", kCheap);
    for (std::size_t bit = 0; bit < 8 * sealed.ciphertext.size(); ++bit) {
        Sealed changed = sealed;
        changed.ciphertext[bit / 8] =
            static_cast<std::uint8_t>(changed.ciphertext[bit / 8] ^ 1u << bit % 8);
        EXPECT_FALSE(unseal(changed, "p"));
    }
    Sealed shorter = sealed;
    shorter.ciphertext.resize(10);
    EXPECT_FALSE(unseal(shorter, "p"));
}

TEST(SecretsTest, RefusesAFileThatAsksForTooMuchMemory) {
    Sealed sealed = seal(kSecret, "p", kCheap);
    sealed.cost = {.n = 1u << 24, .r = 64, .p = 1};
    EXPECT_FALSE(unseal(sealed, "p"));
    sealed.cost = {.n = 0, .r = 1, .p = 1};
    EXPECT_FALSE(unseal(sealed, "p"));
    sealed.cost = {.n = 24, .r = 1, .p = 1};
    EXPECT_FALSE(unseal(sealed, "p"));
}

TEST(SecretsTest, SealsTheSameSecretDifferentlyEachTime) {
    EXPECT_NE(seal(kSecret, "p", kCheap).ciphertext, seal(kSecret, "p", kCheap).ciphertext);
}

TEST(SecretsTest, TheDefaultCostIsMemoryHard) {
    const ScryptCost cost;
    EXPECT_GE(128 * cost.n * cost.r, 64u << 20);
    EXPECT_TRUE(unseal(seal(kSecret, "p"), "p"));
}

}  // namespace
}  // namespace starling::wallet
