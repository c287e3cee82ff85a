#include "consensus/address.h"
#include "support/chain_builder.h"
#include "unit/node/methods/fake_node.h"

namespace starling::node {
namespace {

std::string address() {
    return *address_of_script(test::open_script(), regtest().address_prefix);
}

std::string generate(int blocks) {
    return "[" + std::to_string(blocks) + ",\"" + address() + "\"]";
}

std::string text(const rpc::JsonValue& value, const char* name) {
    const rpc::JsonValue* found = value.find(name);
    return found == nullptr                          ? "absent"
           : found->is(rpc::JsonValue::Type::string) ? found->text
                                                     : rpc::to_text(*found);
}

TEST(ChainMethods, EveryCommandSeesWhatTheOneBeforeDid) {
    FakeNode node;
    for (int height = 1; height <= 5; ++height) {
        const auto hashes = node.value("generatetoaddress", generate(1));
        ASSERT_EQ(hashes.items.size(), 1u);
        const std::string hash = "\"" + hashes.items[0].text + "\"";
        EXPECT_EQ(node.call("getbestblockhash"), hash);
        EXPECT_EQ(node.call("getblockcount"), std::to_string(height));
        const auto block = node.value("getblock", "[" + hash + "]");
        const std::string coinbase = block.find("tx")->items[0].text;
        const auto coin = node.value("gettxout", "[\"" + coinbase + "\",0]");
        EXPECT_EQ(text(coin, "confirmations"), "1");
        EXPECT_EQ(text(coin, "value"), "50.00000000");
        EXPECT_EQ(text(node.value("getrawtransaction", "[\"" + coinbase + "\",1]"), "blockhash"),
                  hashes.items[0].text);
        EXPECT_EQ(text(node.value("gettxoutsetinfo", "[\"muhash\"]"), "height"),
                  std::to_string(height));
    }
}

TEST(ChainMethods, GenesisIsShownAlthoughNoStoreHasIt) {
    FakeNode node;
    const std::string hash = node.call("getblockhash", "[0]");
    EXPECT_EQ(hash, "\"0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206\"");
    const auto block = node.value("getblock", "[" + hash + ",2]");
    EXPECT_EQ(text(block, "nTx"), "1");
    EXPECT_EQ(text(block, "difficulty"), "4.656542373906925e-10");
    EXPECT_EQ(block.find("previousblockhash"), nullptr);
}

TEST(ChainMethods, SaysWhatIsWrongAsBitcoinCore) {
    FakeNode node;
    EXPECT_EQ(node.call("getblockhash", "[1]"), "-8: Block height out of range");
    EXPECT_EQ(node.call("getblockhash", "[-1]"), "-8: Block height out of range");
    EXPECT_EQ(node.call("getblock", "[\"00\"]"),
              "-8: blockhash must be of length 64 (not 2, for '00')");
    EXPECT_EQ(node.call("getblock", "[\"" + std::string(64, '1') + "\"]"), "-5: Block not found");
    EXPECT_EQ(node.call("getblockhash", "[\"1\"]"),
              "-3: Wrong type passed:\n{\n    \"Position 1 (height)\": \"JSON value of type string "
              "is not of expected type number\"\n}");
    EXPECT_EQ(node.call("nosuch"), "-32601: Method not found");
    EXPECT_TRUE(node.call("getblock").starts_with("-1: ")) << "a parameter is missing";
    EXPECT_EQ(node.call("getblock", "{\"nosuch\":1}"), "-8: Unknown named parameter nosuch");
    EXPECT_EQ(node.call("gettxoutsetinfo", "[\"md5\"]"), "-8: 'md5' is not a valid hash_type");
}

TEST(ChainMethods, AnInvalidatedBlockLeavesAndComesBack) {
    FakeNode node;
    const auto hashes = node.value("generatetoaddress", generate(5));
    const std::string third = "[\"" + hashes.items[2].text + "\"]";
    EXPECT_EQ(node.call("invalidateblock", third), "null");
    EXPECT_EQ(node.call("getblockcount"), "2");
    const auto tips = node.value("getchaintips");
    ASSERT_EQ(tips.items.size(), 2u);
    EXPECT_EQ(text(tips.items[0], "status"), "invalid");
    EXPECT_EQ(text(tips.items[0], "branchlen"), "3");
    EXPECT_EQ(text(tips.items[1], "status"), "active");
    EXPECT_EQ(text(node.value("getblockheader", third), "confirmations"), "-1");
    EXPECT_EQ(node.call("reconsiderblock", third), "null");
    EXPECT_EQ(node.call("getblockcount"), "5");
}

TEST(ChainMethods, ANewBlockAfterAnInvalidatedOneIsAnotherBlock) {
    FakeNode node;
    const auto first = node.value("generatetoaddress", generate(1)).items[0].text;
    EXPECT_EQ(node.call("invalidateblock", "[\"" + first + "\"]"), "null");
    const auto second = node.value("generatetoaddress", generate(1));
    ASSERT_EQ(second.items.size(), 1u);
    EXPECT_NE(second.items[0].text, first);
}

TEST(ChainMethods, WaitsForAHeightNoLongerThanItIsTold) {
    FakeNode node;
    EXPECT_EQ(text(node.value("waitforblockheight", "[5,1000]"), "height"), "0");
    EXPECT_EQ(text(node.value("waitforblockheight", "[0,1000]"), "height"), "0");
    EXPECT_EQ(node.call("waitfornewblock", "[-1]"), "-1: Negative timeout");
}

TEST(ChainMethods, FindsCoinsByDescriptor) {
    FakeNode node;
    node.call("generatetoaddress", generate(3));
    const auto found = node.value("scantxoutset", "[\"start\",[\"addr(" + address() + ")\"]]");
    EXPECT_EQ(text(found, "success"), "true");
    EXPECT_EQ(text(found, "total_amount"), "150.00000000");
    ASSERT_EQ(found.find("unspents")->items.size(), 3u);
    EXPECT_EQ(text(found.find("unspents")->items[0], "coinbase"), "true");
    EXPECT_EQ(node.call("scantxoutset", "[\"status\"]"), "null");
    EXPECT_EQ(node.call("scantxoutset", "[\"abort\"]"), "false");
    for (const char* range : {"[5,4]", "[-1,5]", "[0,1000000]", "-1", "2147483647", "\"5\""}) {
        const std::string object =
            std::string("[\"start\",[{\"desc\":\"raw(51)\",\"range\":") + range + "}]]";
        EXPECT_TRUE(node.call("scantxoutset", object).starts_with("-8: ")) << range;
    }
}

TEST(ChainMethods, StopsWhenAskedAndAnswersFirst) {
    FakeNode node;
    EXPECT_EQ(node.call("uptime"), "7");
    EXPECT_EQ(node.call("stop"), "\"Starling stopping\"");
    EXPECT_TRUE(node.stop_requested);
}

TEST(ChainMethods, ABatchIsCarriedOutInItsOrder) {
    FakeNode node;
    std::string body =
        "[{\"method\":\"generatetoaddress\",\"params\":" + generate(2) + ",\"id\":1}";
    // Thousands of answers that come at once: the stack must not grow with them.
    for (int i = 0; i < 10'000; ++i)
        body += ",{\"jsonrpc\":\"2.0\",\"method\":\"getblockcount\"}";
    body += ",{\"jsonrpc\":\"2.0\",\"method\":\"getblockcount\",\"id\":2}]";
    const rpc::HttpAnswer answer = node.post(body);
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.body.ends_with(",{\"jsonrpc\":\"2.0\",\"result\":2,\"id\":2}]\n"));
}

}  // namespace
}  // namespace starling::node
