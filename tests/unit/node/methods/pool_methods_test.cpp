#include "consensus/address.h"
#include "consensus/hex.h"
#include "support/chain_builder.h"
#include "unit/node/methods/fake_node.h"

namespace starling::node {
namespace {

std::string text(const rpc::JsonValue& value, const char* name) {
    const rpc::JsonValue* found = value.find(name);
    return found == nullptr                          ? "absent"
           : found->is(rpc::JsonValue::Type::string) ? found->text
                                                     : rpc::to_text(*found);
}

// A chain whose first coinbases can be spent.
class PoolMethods : public testing::Test {
protected:
    PoolMethods() {
        const std::string address =
            *address_of_script(test::open_script(), regtest().address_prefix);
        generate_ = "[1,\"" + address + "\"]";
        node_.call("generatetoaddress", "[101,\"" + address + "\"]");
        const std::string first = node_.call("getblockhash", "[1]");
        const auto block = node_.value("getblock", "[" + first + "]");
        coinbase_ = *parse_digest<Txid>(block.find("tx")->items[0].text);
    }
    // Spends the first coinbase with this fee.
    [[nodiscard]] TransactionData spend(Amount fee,
                                        test::Witness witness = test::Witness::good) const {
        return test::spend({{coinbase_, 0}}, {Amount{50 * kCoin.units} - fee}, witness);
    }
    static std::string hex_of(const TransactionData& tx) { return hex(serialized(tx)); }
    static std::string list(const TransactionData& tx) { return "[\"" + hex_of(tx) + "\"]"; }

    FakeNode node_;
    std::string generate_;
    Txid coinbase_;
};

TEST_F(PoolMethods, ATransactionIsSentShownAndMined) {
    const TransactionData tx = spend(Amount{10'000});
    const std::string txid = "\"" + to_string(Transaction(tx).txid()) + "\"";
    EXPECT_EQ(node_.call("sendrawtransaction", list(tx)), txid);
    EXPECT_EQ(node_.call("sendrawtransaction", list(tx)), txid) << "once more is no mistake";
    EXPECT_EQ(node_.call("getrawmempool"), "[" + txid + "]");
    EXPECT_EQ(text(node_.value("getmempoolinfo"), "total_fee"), "0.00010000");
    const auto entry = node_.value("getmempoolentry", "[" + txid + "]");
    EXPECT_EQ(text(*entry.find("fees"), "base"), "0.00010000");
    EXPECT_EQ(node_.call("gettxout", "[\"" + to_string(coinbase_) + "\",0]"), "null")
        << "spent in the pool";
    EXPECT_EQ(text(node_.value("gettxout", "[" + txid + ",0]"), "confirmations"), "0");

    const auto given = node_.value("getblocktemplate", "[{\"rules\":[\"segwit\"]}]");
    EXPECT_EQ(text(given, "coinbasevalue"), "5000010000");
    EXPECT_EQ(given.find("transactions")->items.size(), 1u);

    const std::string block = node_.value("generatetoaddress", generate_).items[0].text;
    EXPECT_EQ(node_.call("getrawmempool"), "[]");
    const auto shown = node_.value("getblock", "[\"" + block + "\",2]");
    EXPECT_EQ(text(shown.find("tx")->items[1], "fee"), "0.00010000");
    const auto found = node_.value("getrawtransaction", "[" + txid + ",2]");
    EXPECT_EQ(text(found, "fee"), "0.00010000");
    EXPECT_EQ(text(*found.find("vin")->items[0].find("prevout"), "generated"), "true");
    EXPECT_EQ(node_.call("sendrawtransaction", list(tx)),
              "-27: Transaction outputs already in utxo set");
}

TEST_F(PoolMethods, RefusalsHaveTheCodesOfBitcoinCore) {
    EXPECT_EQ(node_.call("sendrawtransaction", "[\"00\"]"),
              "-22: TX decode failed. Make sure the tx has at least one input.");
    EXPECT_TRUE(node_.call("sendrawtransaction", list(spend(Amount{10'000'000})))
                    .starts_with("-25: Fee exceeds maximum configured by user"));
    EXPECT_TRUE(node_.call("sendrawtransaction", list(spend(Amount{0}))).starts_with("-26: "));
    TransactionData unknown = spend(Amount{10'000});
    unknown.inputs[0].previous.index = 7;
    EXPECT_EQ(node_.call("sendrawtransaction", list(unknown)),
              "-25: bad-txns-inputs-missingorspent");
    EXPECT_TRUE(node_.call("sendrawtransaction", list(spend(Amount{10'000}, test::Witness::wrong)))
                    .starts_with("-26: "));
}

TEST_F(PoolMethods, NoFeeRateIsTooHighWhenTheLimitIsZero) {
    const std::string call = "[\"" + hex_of(spend(Amount{10'000'000})) + "\",0]";
    EXPECT_TRUE(node_.call("sendrawtransaction", call).starts_with("\""));
}

TEST_F(PoolMethods, ATestedTransactionDoesNotEnterThePool) {
    const auto verdicts = node_.value("testmempoolaccept", "[" + list(spend(Amount{10'000})) + "]");
    EXPECT_EQ(text(verdicts.items[0], "allowed"), "true");
    EXPECT_EQ(text(*verdicts.items[0].find("fees"), "base"), "0.00010000");
    EXPECT_EQ(node_.call("getrawmempool"), "[]");
    const auto dear = node_.value("testmempoolaccept", "[" + list(spend(Amount{10'000'000})) + "]");
    EXPECT_EQ(text(dear.items[0], "reject-reason"), "max-fee-exceeded");
    EXPECT_TRUE(node_.call("testmempoolaccept", "[[]]").starts_with("-8: "));
    EXPECT_TRUE(node_.call("testmempoolaccept", "[[5]]").starts_with("-22: "));
}

TEST_F(PoolMethods, EstimatesTheFloor) {
    EXPECT_EQ(node_.call("estimatesmartfee", "[6]"), "{\"feerate\":0.00000100,\"blocks\":6}");
    EXPECT_TRUE(node_.call("estimatesmartfee", "[0]").starts_with("-8: "));
}

}  // namespace
}  // namespace starling::node
