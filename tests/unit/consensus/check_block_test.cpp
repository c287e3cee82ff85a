#include "consensus/check_block.h"

#include "consensus/sigops.h"
#include "unit/consensus/draft_block.h"

#include <gtest/gtest.h>

namespace starling {
namespace {

using test::DraftBlock;
using test::judged;
using test::payment;

struct CheckBlock : testing::Test {
    test::NaiveChain chain{regtest()};
    DraftBlock draft{chain};
    // Points to nothing; enough for the rules that come before coins.
    OutPoint nowhere{Txid{{1}}, 0};

    std::string verdict() { return judged(chain, draft); }
    // What check_block alone says of a block.
    static Result<Shared<CheckedBlock>, Reject> check(const Block& block,
                                                      CheckWork work = CheckWork::no) {
        return check_block(std::make_shared<const Bytes>(serialized(block)), regtest(), work);
    }
};

TEST_F(CheckBlock, AcceptsAnHonestBlock) {
    EXPECT_EQ(verdict(), "valid");
    draft.commit = false;
    EXPECT_EQ(verdict(), "valid");
}

TEST_F(CheckBlock, ThatCannotBeReadSaysNothingOfTheHeader) {
    Bytes bytes = serialized(draft.sealed());
    bytes.pop_back();
    const auto result = check_block(std::make_shared<const Bytes>(bytes), regtest(), CheckWork::no);
    EXPECT_EQ(result.error().reason, "block-decode-failed");
    EXPECT_EQ(result.error().kind, RejectKind::mutated);
}

TEST_F(CheckBlock, WantsProofOfWorkExceptInAProposal) {
    Block block = draft.sealed();
    while (check_header_work(block.header, regtest()))
        ++block.header.nonce;
    EXPECT_EQ(check(block, CheckWork::yes).error().reason, "high-hash");
    EXPECT_TRUE(check(block, CheckWork::no));
}

TEST_F(CheckBlock, WithAnotherMerkleRootIsAnotherCopy) {
    Block block = draft.sealed();
    block.header.merkle_root.bytes[0] ^= 1;
    EXPECT_EQ(check(block).error(), (Reject{RejectKind::mutated, "bad-txnmrklroot", {}}));
}

TEST_F(CheckBlock, WithItsEndRepeatedIsAnotherCopyOfTheHonestOne) {
    draft.transactions.push_back(payment({nowhere}, {1}));
    draft.transactions.push_back(payment({{Txid{{2}}, 0}}, {1}));
    Block block = draft.sealed();
    block.transactions.push_back(block.transactions.back());
    EXPECT_EQ(transactions_merkle(block).root.bytes, block.header.merkle_root.bytes);
    EXPECT_EQ(check(block).error(), (Reject{RejectKind::mutated, "bad-txns-duplicate", {}}));
}

TEST_F(CheckBlock, HasOneCoinbaseAtItsHead) {
    draft.transactions.push_back(draft.transactions[0]);
    draft.transactions[1].inputs[0].sequence = 1;
    EXPECT_EQ(verdict(), "bad-cb-multiple");
    draft.commit = false;
    draft.transactions = {payment({nowhere}, {1})};
    EXPECT_EQ(verdict(), "bad-cb-missing");
}

TEST_F(CheckBlock, WithoutTransactionsHasABadLength) {
    draft.transactions.clear();
    EXPECT_EQ(verdict(), "bad-blk-length");
}

TEST_F(CheckBlock, BoundsItsBytesWithoutWitness) {
    draft.transactions.push_back(payment({nowhere}, {1}));
    Bytes& script = draft.transactions[1].outputs[0].script_pubkey;
    script.assign(999'000, 0x6a);
    const auto stripped = [&] {
        Writer out;
        encode(out, draft.sealed(), WitnessForm::without);
        return out.size();
    };
    script.resize(script.size() + 1'000'000 - stripped());
    ASSERT_EQ(stripped(), 1'000'000U);
    EXPECT_NE(verdict(), "bad-blk-length");
    script.push_back(0);
    EXPECT_EQ(verdict(), "bad-blk-length");
}

TEST_F(CheckBlock, BoundsItsWeight) {
    draft.transactions.push_back(payment({nowhere}, {1}));
    Bytes& item = draft.transactions[1].inputs[0].witness[0];
    item.assign(3'990'000, 0);
    item.resize(item.size() + kBlockWeightMax - test::checked(chain, draft)->weight);
    EXPECT_EQ(test::checked(chain, draft)->weight, kBlockWeightMax);
    EXPECT_EQ(verdict(), "bad-txns-inputs-missingorspent");
    item.push_back(0);
    EXPECT_EQ(verdict(), "bad-blk-weight");
}

TEST_F(CheckBlock, BoundsItsLegacySignatureOperations) {
    // 1,000 CHECKMULTISIG of twenty each: the bound exactly.
    draft.transactions[0].outputs[0].script_pubkey = Bytes(1000, 0xae);
    EXPECT_EQ(verdict(), "valid");
    draft.transactions[0].outputs.push_back({Amount{}, {0xac}});
    EXPECT_EQ(verdict(), "bad-blk-sigops");
}

TEST_F(CheckBlock, ChecksItsTransactionsInTheirOrder) {
    draft.transactions.push_back(payment({nowhere}, {-1}));
    draft.transactions.push_back(payment({nowhere, nowhere}, {1}));
    EXPECT_EQ(verdict(), "bad-txns-vout-negative");
    draft.transactions[1].outputs[0].value = {1};
    EXPECT_EQ(verdict(), "bad-txns-inputs-duplicate");
}

TEST_F(CheckBlock, IsFullOnlyOfFinalTransactions) {
    TransactionData tx = payment({nowhere}, {1});
    tx.inputs[0].sequence = 0;
    tx.lock_time = 1;  // the block's own height
    draft.transactions.push_back(tx);
    EXPECT_EQ(verdict(), "bad-txns-nonfinal");
    draft.transactions[1].lock_time = 0;
    EXPECT_EQ(verdict(), "bad-txns-inputs-missingorspent");
}

TEST_F(CheckBlock, CommitsToItsWitnesses) {
    draft.transactions.push_back(payment({nowhere}, {1}));
    draft.commit = false;
    EXPECT_EQ(verdict(), "unexpected-witness");
    draft.commit = true;
    draft.edit_coinbase = [](TransactionData& cb) { cb.outputs[1].script_pubkey[6] ^= 1; };
    EXPECT_EQ(verdict(), "bad-witness-merkle-match");
    draft.edit_coinbase = [](TransactionData& cb) { cb.inputs[0].witness[0].pop_back(); };
    EXPECT_EQ(verdict(), "bad-witness-nonce-size");
    draft.edit_coinbase = [](TransactionData& cb) { cb.inputs[0].witness.clear(); };
    EXPECT_EQ(verdict(), "bad-witness-nonce-size");
    draft.edit_coinbase = [](TransactionData& cb) { cb.inputs[0].witness.push_back({}); };
    EXPECT_EQ(verdict(), "bad-witness-nonce-size");
}

TEST_F(CheckBlock, TakesTheLastOutputInTheFormOfACommitment) {
    draft.edit_coinbase = [](TransactionData& cb) {
        TxOut wrong = cb.outputs[1];
        wrong.script_pubkey[6] ^= 1;
        cb.outputs.insert(cb.outputs.begin(), wrong);
    };
    EXPECT_EQ(verdict(), "valid");
    draft.edit_coinbase = [](TransactionData& cb) {
        TxOut wrong = cb.outputs[1];
        wrong.script_pubkey[6] ^= 1;
        cb.outputs.push_back(wrong);
    };
    EXPECT_EQ(verdict(), "bad-witness-merkle-match");
}

TEST_F(CheckBlock, ReportsAFaultyWitnessAsAnotherCopyAndAfterTheHeight) {
    draft.edit_coinbase = [](TransactionData& cb) { cb.inputs[0].witness.clear(); };
    const auto block = test::checked(chain, draft);
    EXPECT_EQ(check_block_after(*block, chain.tip(), regtest()).error().kind, RejectKind::mutated);
    draft.transactions[0].inputs[0].script_sig[0] ^= 1;
    EXPECT_EQ(verdict(), "bad-cb-height");
}

TEST(CoinbaseHeight, IsPushedAsShortAsCanBe) {
    EXPECT_EQ(height_push({0}), (Bytes{0x00}));
    EXPECT_EQ(height_push({1}), (Bytes{0x51}));
    EXPECT_EQ(height_push({16}), (Bytes{0x60}));
    EXPECT_EQ(height_push({17}), (Bytes{0x01, 0x11}));
    EXPECT_EQ(height_push({127}), (Bytes{0x01, 0x7f}));
    EXPECT_EQ(height_push({128}), (Bytes{0x02, 0x80, 0x00}));
    EXPECT_EQ(height_push({32'768}), (Bytes{0x03, 0x00, 0x80, 0x00}));
    EXPECT_EQ(height_push({0x7fff'ffff}), (Bytes{0x04, 0xff, 0xff, 0xff, 0x7f}));
}

TEST(CoinbaseHeight, MustBeThatOfTheBlock) {
    test::NaiveChain chain(regtest());
    test::grow(chain, 16);
    DraftBlock draft(chain);
    EXPECT_EQ(judged(chain, draft), "valid");
    draft.transactions[0].inputs[0].script_sig = {0x02, 0x11, 0x00};
    EXPECT_EQ(judged(chain, draft), "bad-cb-height");
    draft.transactions[0].inputs[0].script_sig = {0x01, 0x12};
    EXPECT_EQ(judged(chain, draft), "bad-cb-height");
}

TEST(LegacySigops, AreCountedUntilTheScriptCannotBeRead) {
    EXPECT_EQ(legacy_sigops(Bytes{0xac, 0xad}), 2U);
    EXPECT_EQ(legacy_sigops(Bytes{0x52, 0xae, 0xaf}), 40U);  // twenty, whatever is pushed before
    EXPECT_EQ(legacy_sigops(Bytes{0x02, 0xac, 0xac, 0xac}), 1U);
    EXPECT_EQ(legacy_sigops(Bytes{0x4c, 0x01, 0xac, 0xac}), 1U);
    EXPECT_EQ(legacy_sigops(Bytes{0x4d, 0x01, 0x00, 0xac, 0xac}), 1U);
    EXPECT_EQ(legacy_sigops(Bytes{0x4e, 0x01, 0x00, 0x00, 0x00, 0xac, 0xac}), 1U);
    EXPECT_EQ(legacy_sigops(Bytes{0xac, 0x02, 0xac}), 1U);
    EXPECT_EQ(legacy_sigops(Bytes{0xac, 0x4e, 0xff, 0xff, 0xff, 0xff, 0xac}), 1U);
    EXPECT_EQ(legacy_sigops(Bytes{}), 0U);
}

}  // namespace
}  // namespace starling
