#include "consensus/hex.h"
#include "support/chain_builder.h"
#include "support/read_file.h"
#include "support/shared_data.h"
#include "unit/node/methods/fake_node.h"

namespace starling::node {
namespace {

std::string proposal(std::string_view block) {
    return "[{\"mode\":\"proposal\",\"data\":\"" + std::string(block) + "\"}]";
}

// "valid" or the reason, without what follows it in brackets.
std::string reason_of(std::string verdict) {
    if (verdict == "null") return "valid";
    if (verdict.starts_with("-22: ")) verdict.replace(0, 5, "rpc: ");
    std::erase(verdict, '"');
    return verdict.substr(0, verdict.find(" ("));
}

TEST(MiningMethods, JudgesProposalsAsTheReferenceNode) {
    const Bytes file = test::read_file(test::shared_data("cases/chain.dat"));
    const Bytes text = test::read_file(test::shared_data("cases/block-cases.json"));
    if (file.empty() || text.empty()) GTEST_SKIP() << "no cases/block-cases.json";
    FakeNode node;
    Reader in(file);
    while (in.remaining() > 0) {
        in.u32();
        const auto bytes = std::make_shared<const Bytes>(in.bytes(in.u32()));
        ASSERT_EQ(node.feed(*check_block(bytes, regtest())), "");
    }
    const auto parsed = rpc::parse_json(std::string(text.begin(), text.end()));
    ASSERT_TRUE(parsed);
    std::size_t count = 0;
    for (const rpc::JsonValue& one : parsed->find("cases")->items) {
        const std::string verdict =
            node.call("getblocktemplate", proposal(one.find("block")->text));
        EXPECT_EQ(reason_of(verdict), reason_of(one.find("verdict")->text))
            << one.find("name")->text;
        ++count;
    }
    EXPECT_EQ(count, 100u);
    EXPECT_EQ(node.call("getblockcount"), "117") << "judging changes nothing";
    const std::string set = node.call("gettxoutsetinfo", "[\"muhash\"]");
    EXPECT_NE(set.find("8316a159031c10d11d4b69891587ecc2ae252cd27678afe2f1d79952f3e62b15"),
              std::string::npos);
    EXPECT_NE(set.find("\"txouts\":219"), std::string::npos);
    EXPECT_NE(set.find("\"total_amount\":5802.00000000"), std::string::npos);
}

TEST(MiningMethods, ASubmittedBlockIsAnsweredByBip22) {
    FakeNode node;
    test::ChainBuilder builder;
    const auto submit = [&](const Bytes& block) {
        return node.call("submitblock", "[\"" + hex(block) + "\"]");
    };
    const Bytes first = builder.mine_bytes(builder.genesis());
    EXPECT_EQ(submit(first), "null");
    EXPECT_EQ(submit(first), "\"duplicate\"");
    EXPECT_EQ(submit(builder.mine_bytes(builder.genesis())), "\"inconclusive\"")
        << "first seen wins a tie";
    const Bytes greedy = builder.mine_bytes(builder.genesis(), {}, {.claimed_more = Amount{1}});
    (void)submit(greedy);
    EXPECT_EQ(node.call("submitblock", "[\"00\"]"), "-22: Block decode failed");
    EXPECT_EQ(node.call("submitblock", "[\"zz\"]"), "-22: Block decode failed");
    EXPECT_EQ(node.call("getblockcount"), "1");

    const BlockHash tip = hash_of(decode_block(first)->header);
    EXPECT_EQ(reason_of(submit(builder.mine_bytes(tip, {}, {.claimed_more = Amount{1}}))),
              "bad-cb-amount");
    EXPECT_EQ(reason_of(submit(
                  builder.mine_bytes(tip, {}, {.edit_header = [](Header& h) { h.bits -= 1; }}))),
              "bad-diffbits");
}

TEST(MiningMethods, AProposalMustBuildOnTheTip) {
    FakeNode node;
    test::ChainBuilder builder;
    const auto first = builder.mine(builder.genesis());
    const Bytes second = builder.mine_bytes(first->hash);
    EXPECT_EQ(node.call("getblocktemplate", proposal(hex(second))),
              "\"inconclusive-not-best-prevblk\"");
    EXPECT_EQ(node.feed(first), "");
    EXPECT_EQ(node.call("getblocktemplate", proposal(hex(second))), "null");
    EXPECT_EQ(node.call("getblocktemplate", proposal(hex(*first->bytes))), "\"duplicate\"");
    EXPECT_EQ(node.call("getblocktemplate", "[{\"mode\":\"proposal\"}]"),
              "-3: Missing data String key for proposal");
    EXPECT_TRUE(node.call("getblocktemplate", "[{}]").starts_with("-8: "));
}

TEST(MiningMethods, GivesUpAfterTheTriesItWasGiven) {
    FakeNode node(testnet());
    const std::string address =
        testnet().address_prefix + "1";  // no address: the arguments are judged first
    EXPECT_EQ(node.call("generatetoaddress", "[1,\"" + address + "\"]"),
              "-5: Error: Invalid address");
    const auto info = node.value("getmininginfo");
    EXPECT_EQ(info.find("chain")->text, "testnet");
}

}  // namespace
}  // namespace starling::node
