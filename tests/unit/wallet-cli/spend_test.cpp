#include "wallet-cli/spend.h"

#include "consensus/script.h"
#include "support/seeded_random.h"
#include "wallet-cli/mnemonic.h"

#include <gtest/gtest.h>

namespace starling::wallet {
namespace {

using test::SeededRandom;

struct SpendTest : testing::Test {
    SpendTest() {
        for (std::uint32_t i = 0; i < 6; ++i) {
            OwnCoin coin{.value = {100'000 * (i + 1)}, .path = {i % 2 == 1, i}};
            coin.point.index = i;
            coin.confirmations = 200;
            coins.push_back(coin);
        }
    }
    Draft draft(std::int64_t paid) {
        return draft_spend(coins, {.to = to, .paid = {paid}, .change = {true, 9}, .tip = {77}},
                           account, random);
    }

    SecretBytes seed = seed_of(words_of(Bytes(16, 7)));
    Account account{Account::xpub_of(seed)};
    Bytes to = witness_script(1, Bytes(32, 5));
    std::vector<OwnCoin> coins;
    SeededRandom random{3};
};

TEST_F(SpendTest, SignsTransactionsThatTheRulesAccept) {
    for (const std::int64_t paid : {1'000, 90'000, 450'000, 1'500'000}) {
        const Draft drafted = draft(paid);
        const TransactionData tx = signed_spend(drafted, account, seed);  // verifies by itself
        EXPECT_EQ(tx.inputs.size(), drafted.spent.size());
        for (const TxIn& input : tx.inputs)
            EXPECT_EQ(input.witness.at(0).size(), 64u);
    }
}

TEST_F(SpendTest, PaysExactlyWhatWasAskedAndKeepsTheChange) {
    const Draft drafted = draft(150'000);
    Amount in, out;
    for (const OwnCoin& coin : drafted.spent)
        in += coin.value;
    bool paid = false;
    for (const TxOut& output : drafted.transaction.outputs) {
        out += output.value;
        paid |= output == TxOut{{150'000}, to};
    }
    EXPECT_TRUE(paid);
    EXPECT_EQ(in - out, drafted.selection.fee);
}

TEST_F(SpendTest, PaysTheFeeRateThatWasAsked) {
    const Draft drafted = draft(150'000);
    const Transaction tx(signed_spend(drafted, account, seed));
    EXPECT_GE(drafted.selection.fee.units, tx.virtual_size());
    EXPECT_LE(drafted.selection.fee.units, tx.virtual_size() + 330);  // the most a dust change adds
}

TEST_F(SpendTest, SaysNeedHaveImmatureAndFee) {
    coins[5].coinbase = true;
    coins[5].confirmations = 5;
    try {
        draft(3'000'000);
        FAIL();
    } catch (const CommandFailure& failure) {
        const std::string text = failure.what();
        for (const char* part :
             {"need 0.0300", "have 0.01500000", "immature 0.00600000", "a fee of"})
            EXPECT_NE(text.find(part), std::string::npos) << text;
    }
}

TEST_F(SpendTest, DoesNotSpendImmatureCoinsOrUnconfirmedOnesOfOthers) {
    for (std::size_t i = 0; i < 5; ++i)
        coins[i].confirmations = 0;
    coins[5].coinbase = true;
    coins[5].confirmations = 99;
    EXPECT_THROW(draft(1'000), CommandFailure);
    coins[0].ours = true;
    EXPECT_EQ(draft(1'000).spent.at(0).point, coins[0].point);
}

TEST_F(SpendTest, RefusesToSignWithAnotherSeed) {
    const SecretBytes other = seed_of(words_of(Bytes(16, 8)));
    EXPECT_THROW(signed_spend(draft(1'000), account, other), CommandFailure);
}

TEST_F(SpendTest, RefusesDust) {
    EXPECT_THROW(draft(329), CommandFailure);
}

}  // namespace
}  // namespace starling::wallet
