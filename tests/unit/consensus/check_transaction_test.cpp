#include "consensus/check_block.h"
#include "support/random_transaction.h"

#include <gtest/gtest.h>

namespace starling {
namespace {

TransactionData honest() {
    test::SeededRandom random(1);
    TransactionData tx;
    tx.inputs.resize(2);
    for (TxIn& input : tx.inputs)
        input.previous.txid = test::random_digest<Txid>(random);
    tx.outputs.resize(2);
    return tx;
}

TransactionData coinbase(std::size_t script_bytes) {
    TransactionData tx;
    tx.inputs.resize(1);
    tx.inputs[0].previous.index = OutPoint::kNullIndex;
    tx.inputs[0].script_sig = Bytes(script_bytes, 1);
    tx.outputs.resize(1);
    return tx;
}

std::string verdict(const TransactionData& tx) {
    const auto checked = check_transaction(Transaction(tx));
    return checked ? "valid" : describe(checked.error());
}

TEST(CheckTransaction, AcceptsAnHonestOne) {
    EXPECT_EQ(verdict(honest()), "valid");
}

TEST(CheckTransaction, WantsInputsAndOutputs) {
    TransactionData tx = honest();
    tx.outputs.clear();
    EXPECT_EQ(verdict(tx), "bad-txns-vout-empty");
    tx.inputs.clear();
    EXPECT_EQ(verdict(tx), "bad-txns-vin-empty");
}

TEST(CheckTransaction, BoundsItsSizeWithoutWitness) {
    TransactionData tx = honest();
    tx.inputs[0].witness = {Bytes(2'000'000, 0)};
    EXPECT_EQ(verdict(tx), "valid");
    tx.inputs[0].witness.clear();
    const std::uint32_t frame = Transaction(tx).stripped_size() + 4;  // a longer compact size
    tx.outputs[0].script_pubkey = Bytes(1'000'000 - frame, 0);
    ASSERT_EQ(Transaction(tx).stripped_size(), 1'000'000U);
    EXPECT_EQ(verdict(tx), "valid");
    tx.outputs[0].script_pubkey.push_back(0);
    EXPECT_EQ(verdict(tx), "bad-txns-oversize");
}

TEST(CheckTransaction, KeepsEveryOutputAndTheirSumInTheMoneyRange) {
    TransactionData tx = honest();
    tx.outputs[0].value = kMoneyMax;
    EXPECT_EQ(verdict(tx), "valid");
    tx.outputs[1].value = {1};
    EXPECT_EQ(verdict(tx), "bad-txns-txouttotal-toolarge");
    tx.outputs[0].value = kMoneyMax + Amount{1};
    EXPECT_EQ(verdict(tx), "bad-txns-vout-toolarge");
    tx.outputs[0].value = {-1};
    EXPECT_EQ(verdict(tx), "bad-txns-vout-negative");
    tx.outputs[0].value = {std::numeric_limits<std::int64_t>::min()};
    EXPECT_EQ(verdict(tx), "bad-txns-vout-negative");
}

TEST(CheckTransaction, MaySpendACoinOnce) {
    TransactionData tx = honest();
    tx.inputs.push_back(tx.inputs[0]);
    EXPECT_EQ(verdict(tx), "bad-txns-inputs-duplicate");
    tx.inputs.back().previous.index = 1;
    EXPECT_EQ(verdict(tx), "valid");
}

TEST(CheckTransaction, SpendsNothingOnlyInACoinbase) {
    TransactionData tx = honest();
    tx.inputs[1].previous = {Txid{}, OutPoint::kNullIndex};
    EXPECT_EQ(verdict(tx), "bad-txns-prevout-null");
    tx.inputs[1].previous.index = 0;  // a zero txid alone is no null outpoint
    EXPECT_EQ(verdict(tx), "valid");
}

TEST(CheckTransaction, BoundsTheScriptOfACoinbase) {
    EXPECT_EQ(verdict(coinbase(1)), "bad-cb-length");
    EXPECT_EQ(verdict(coinbase(2)), "valid");
    EXPECT_EQ(verdict(coinbase(100)), "valid");
    EXPECT_EQ(verdict(coinbase(101)), "bad-cb-length");
}

}  // namespace
}  // namespace starling
