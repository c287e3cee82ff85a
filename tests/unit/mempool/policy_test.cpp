#include "mempool/policy.h"

#include "consensus/script.h"
#include "mempool/cluster.h"
#include "support/chain_builder.h"

#include <gtest/gtest.h>

namespace starling::mempool {
namespace {

std::string reason_of(const Result<Unit, Reject>& result) {
    return result.ok() ? std::string() : std::string(result.error().reason);
}

Bytes filled(std::initializer_list<std::uint8_t> head, std::size_t size) {
    Bytes bytes(head);
    bytes.resize(size, 0x07);
    return bytes;
}

TransactionData ordinary() {
    return test::spend({{Txid{}, 1}}, {Amount{100'000}});
}

std::string standard(const TransactionData& tx) {
    return reason_of(check_standard(Transaction(tx)));
}

std::string standard_output(Amount value, Bytes script_pubkey) {
    TransactionData tx = ordinary();
    tx.outputs.push_back({value, std::move(script_pubkey)});
    return standard(tx);
}

std::string standard_inputs(const TransactionData& tx) {
    const std::vector<TxOut> spent(tx.inputs.size(), {Amount{1'000}, test::open_script()});
    return reason_of(check_standard_inputs(Transaction(tx), spent));
}

TEST(Dust, IsWhatCostsMoreToSpendThanItIsWorth) {
    // Bitcoin Core's numbers.
    EXPECT_EQ(dust_threshold({{}, test::open_script()}), Amount{330});
    EXPECT_EQ(dust_threshold({{}, filled({0x00, 20}, 22)}), Amount{294});
    EXPECT_EQ(dust_threshold({{}, filled({0x00, 32}, 34)}), Amount{330});
    Bytes p2pkh = filled({0x76, 0xa9, 20}, 25);
    p2pkh[23] = 0x88;
    p2pkh[24] = 0xac;
    EXPECT_EQ(dust_threshold({{}, p2pkh}), Amount{546});
    EXPECT_EQ(dust_threshold({{}, filled({0x6a}, 30)}), Amount{0});
    EXPECT_EQ(standard_output(Amount{545}, p2pkh), "dust");
    EXPECT_EQ(standard_output(Amount{546}, p2pkh), "");
}

TEST(Policy, KnowsVersionsOneToThree) {
    TransactionData tx = ordinary();
    for (const std::uint32_t version : {0u, 4u, 0xffff'ffffu}) {
        tx.version = version;
        EXPECT_EQ(standard(tx), "version");
    }
    for (const std::uint32_t version : {1u, 2u, 3u}) {
        tx.version = version;
        EXPECT_EQ(standard(tx), "");
    }
}

TEST(Policy, BoundsTheWeightOfATransaction) {
    TransactionData tx = ordinary();
    const std::size_t room = kStandardWeightMax - Transaction(tx).weight();
    tx.inputs[0].witness[0] = Bytes(room - 3);  // its length takes four more bytes, it had one byte
    EXPECT_EQ(Transaction(tx).weight(), kStandardWeightMax);
    EXPECT_EQ(standard(tx), "");
    tx.inputs[0].witness[0].push_back(0);
    EXPECT_EQ(standard(tx), "tx-size");
}

TEST(Policy, RefusesStrippedSizesUnder65) {
    TransactionData tx = ordinary();
    tx.outputs[0] = {Amount{}, {OP_RETURN, 2, 7, 7}};
    ASSERT_EQ(Transaction(tx).stripped_size(), 64u);
    EXPECT_EQ(standard(tx), "tx-size-small");
    tx.outputs[0].script_pubkey = {OP_RETURN, 0, 0, 0, 0};
    EXPECT_EQ(standard(tx), "");
}

TEST(Policy, WantsShortScriptSigsOfPushes) {
    TransactionData tx = ordinary();
    tx.inputs[0].script_sig = Bytes(kStandardScriptSigMax, OP_1);
    EXPECT_EQ(standard(tx), "");
    tx.inputs[0].script_sig.push_back(OP_1);
    EXPECT_EQ(standard(tx), "scriptsig-size");
    tx.inputs[0].script_sig = {OP_1, OP_DUP};
    EXPECT_EQ(standard(tx), "scriptsig-not-pushonly");
    tx.inputs[0].script_sig = {5, 1, 1};  // a push that ends early
    EXPECT_EQ(standard(tx), "scriptsig-not-pushonly");
}

TEST(Policy, RelaysOutputsOfKnownForms) {
    const Amount enough{100'000};
    EXPECT_EQ(standard_output(enough, {OP_1}), "scriptpubkey");
    EXPECT_EQ(standard_output(enough, {}), "scriptpubkey");
    EXPECT_EQ(standard_output(enough, filled({0x51, 32}, 34)), "");
    const Bytes key = filled({33, 2}, 34);
    const auto multisig = [&](std::uint8_t keys) {
        Bytes out{OP_1};
        for (std::uint8_t i = 0; i < keys; ++i)
            out.insert(out.end(), key.begin(), key.end());
        out.push_back(static_cast<std::uint8_t>(0x50 + keys));
        out.push_back(0xae);
        return out;
    };
    EXPECT_EQ(standard_output(enough, multisig(3)), "");
    EXPECT_EQ(standard_output(enough, multisig(4)), "scriptpubkey");
}

TEST(Policy, LetsDataBeAsLargeAsTheWeightAllowsInSeveralOutputs) {
    TransactionData tx = ordinary();
    for (const std::size_t size : {2'000u, 90'000u}) {
        Bytes data(size, 0x00);
        data[0] = OP_RETURN;
        tx.outputs.push_back({Amount{}, std::move(data)});
    }
    EXPECT_EQ(standard(tx), "");
}

TEST(Policy, SpendsOnlyTaprootOutputs) {
    const TransactionData tx = ordinary();
    const std::vector<TxOut> spent{{Amount{1'000}, filled({0x00, 20}, 22)}};
    EXPECT_EQ(reason_of(check_standard_inputs(Transaction(tx), spent)),
              "bad-txns-nonstandard-inputs");
    EXPECT_EQ(standard_inputs(tx), "");
}

TEST(Policy, HoldsALostWitnessAgainstNobody) {
    TransactionData tx = ordinary();
    tx.inputs[0].witness.clear();
    const std::vector<TxOut> spent{{Amount{1'000}, test::open_script()}};
    const auto judged = check_standard_inputs(Transaction(tx), spent);
    ASSERT_FALSE(judged.ok());
    EXPECT_EQ(judged.error().kind, RejectKind::mutated);
}

TEST(Policy, RefusesAnAnnexAndLargeItemsOfATapscript) {
    TransactionData tx = ordinary();
    tx.inputs[0].witness.push_back({0x50});
    EXPECT_EQ(standard_inputs(tx), "bad-witness-nonstandard");
    tx = ordinary();
    tx.inputs[0].witness.insert(tx.inputs[0].witness.begin(), Bytes(kTapscriptItemMax));
    EXPECT_EQ(standard_inputs(tx), "");
    tx.inputs[0].witness[0].push_back(0);
    EXPECT_EQ(standard_inputs(tx), "bad-witness-nonstandard");
    // The script itself and the control block may be longer.
    tx = ordinary();
    tx.inputs[0].witness[0] = Bytes(1'000);
    EXPECT_EQ(standard_inputs(tx), "");
    tx.inputs[0].witness.back().clear();
    EXPECT_EQ(standard_inputs(tx), "bad-witness-nonstandard");
}

TEST(Policy, BoundsSignatureOperations) {
    TransactionData tx = ordinary();
    tx.outputs.push_back({Amount{1'000}, Bytes(kStandardSigopCostMax / 4, OP_CHECKSIG)});
    EXPECT_EQ(standard_inputs(tx), "");
    tx.outputs.back().script_pubkey.push_back(OP_CHECKSIG);
    EXPECT_EQ(standard_inputs(tx), "bad-txns-too-many-sigops");
}

TEST(Policy, CountsSignatureOperationsAsSize) {
    TransactionData tx = ordinary();
    EXPECT_EQ(pool_size(Transaction(tx)), std::int64_t{Transaction(tx).virtual_size()});
    tx.outputs.push_back({Amount{1'000}, Bytes(400, OP_CHECKSIG)});
    EXPECT_EQ(sigop_cost(Transaction(tx)), 1'600);
    EXPECT_EQ(pool_size(Transaction(tx)), 1'600 * 20 / 4);
}

TEST(Policy, SaysWhichMinimumWasNotMet) {
    const FeeRate floor{Amount{100}, 1'000};
    const FeeRate risen{Amount{2'000}, 1'000};
    EXPECT_TRUE(check_fee(Amount{20}, 200, floor, floor).ok());
    EXPECT_EQ(reason_of(check_fee(Amount{19}, 200, floor, floor)), "min relay fee not met");
    EXPECT_EQ(check_fee(Amount{19}, 200, floor, floor).error().detail, "19 < 20");
    EXPECT_EQ(reason_of(check_fee(Amount{399}, 200, risen, floor)), "mempool min fee not met");
    EXPECT_TRUE(check_fee(Amount{400}, 200, risen, floor).ok());
    EXPECT_EQ(check_fee(Amount{}, 200, floor, floor).error().kind, RejectKind::policy);
}

}  // namespace
}  // namespace starling::mempool
