#include "wallet-cli/account.h"

#include "consensus/address.h"
#include "wallet-cli/failure.h"
#include "wallet-cli/mnemonic.h"

#include <gtest/gtest.h>

namespace starling::wallet {
namespace {

SecretBytes known_seed() {
    return seed_of(
        *parse_words("abandon abandon abandon abandon abandon abandon abandon abandon "
                     "abandon abandon abandon about"));
}

// The words of BIP 86's vectors. The account differs in its coin type (1), so the addresses were
// computed apart, by the plain Python of the functional tests.
TEST(AccountTest, MakesTheSameKeysFromTheSameWords) {
    const Account account(Account::xpub_of(known_seed()));
    EXPECT_EQ(
        account.xpub(),
        "tpubDDfvzhdVV4unsoKt5aE6dcsNsfeWbTgmLZPi8LQDYU2xixrYemMfWJ3BaVneH3u7DBQePdTwhpybaKRU95"
        "pi6PMUtLPBJLVQRpzEnjfjZzX");
    EXPECT_EQ(address_of_script(account.script({false, 0}), "tb"),
              "tb1p8wpt9v4frpf3tkn0srd97pksgsxc5hs52lafxwru9kgeephvs7rqlqt9zj");
}

TEST(AccountTest, SpendsWhatItsAddressesReceive) {
    const SecretBytes seed = known_seed();
    const Account account(Account::xpub_of(seed));
    for (const KeyPath path : {KeyPath{false, 0}, KeyPath{false, 7}, KeyPath{true, 3}}) {
        const auto key = public_key(spending_secret(seed, path));
        ASSERT_TRUE(key);
        const Bytes script = account.script(path);
        EXPECT_TRUE(std::equal(key->begin(), key->end(), script.begin() + 2, script.end()));
    }
}

TEST(AccountTest, GivesEveryPathItsOwnScript) {
    const Account account(Account::xpub_of(known_seed()));
    EXPECT_NE(account.script({false, 0}), account.script({true, 0}));
    EXPECT_NE(account.script({false, 0}), account.script({false, 1}));
}

TEST(AccountTest, DescribesItsOutputsToANode) {
    const Account account(Account::xpub_of(known_seed()));
    EXPECT_EQ(account.descriptor(false), "tr(" + account.xpub() + "/0/*)");
    EXPECT_EQ(account.descriptor(true), "tr(" + account.xpub() + "/1/*)");
}

TEST(AccountTest, RefusesTextThatIsNoExtendedKey) {
    EXPECT_THROW(Account("tpubnonsense"), CommandFailure);
}

}  // namespace
}  // namespace starling::wallet
