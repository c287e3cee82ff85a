#include "unit/node/methods/fake_node.h"

namespace starling::node {
namespace {

TEST(NetworkMethods, PassesOrdersAboutPeersToGossip) {
    FakeNode node;
    EXPECT_EQ(node.call("addnode", "[\"127.0.0.1:5\",\"add\"]"), "null");
    ASSERT_EQ(node.told.size(), 1u);
    EXPECT_TRUE(std::get<p2p::PeerAdded>(node.told[0]).keep);
    EXPECT_TRUE(node.call("addnode", "[\"127.0.0.1:5\",\"add\"]").starts_with("-23: "));
    EXPECT_EQ(node.call("addnode", "[\"127.0.0.1:5\",\"remove\"]"), "null");
    EXPECT_TRUE(node.call("addnode", "[\"127.0.0.1:5\",\"remove\"]").starts_with("-24: "));
    EXPECT_TRUE(node.call("addnode", "[\"example.org\",\"add\"]").starts_with("-8: "));
    EXPECT_EQ(node.call("disconnectnode", "[\"127.0.0.1:5\"]"),
              "-29: Node not found in connected nodes");
    EXPECT_TRUE(node.call("disconnectnode").starts_with("-32602: "));
    EXPECT_EQ(node.call("setnetworkactive", "[false]"), "false");
    EXPECT_EQ(node.call("setnetworkactive", "[true]"), "true");
}

TEST(NetworkMethods, CountsNobodyWhenNobodyIsThere) {
    FakeNode node;
    EXPECT_EQ(node.call("getpeerinfo"), "[]");
    EXPECT_EQ(node.call("getconnectioncount"), "0");
    EXPECT_EQ(node.value("getnetworkinfo").find("localservices")->text, "0000000000000009");
}

TEST(NetworkMethods, JudgesAddressesOfThisNetworkOnly) {
    FakeNode node;
    // The program of BIP 350's first vector for version 1, with this network's prefix.
    const auto good =
        node.value("validateaddress",
                   "[\"bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6\"]");
    const auto foreign = node.value(
        "validateaddress", "[\"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0\"]");
    EXPECT_FALSE(foreign.find("isvalid")->flag);
    EXPECT_NE(foreign.find("error"), nullptr);
    EXPECT_NE(good.find("isvalid"), nullptr);
}

TEST(NetworkMethods, EveryMethodHasHelp) {
    FakeNode node;
    const std::string list = node.call("help");
    EXPECT_NE(list.find("== Blockchain =="), std::string::npos);
    for (const char* method : {"getblock", "scantxoutset", "getblocktemplate", "addnode", "stop"})
        EXPECT_TRUE(node.call("help", "[\"" + std::string(method) + "\"]")
                        .starts_with("\"" + std::string(method)));
    EXPECT_EQ(node.call("help", "[\"nosuch\"]"), "\"help: unknown command: nosuch\"");
}

}  // namespace
}  // namespace starling::node
