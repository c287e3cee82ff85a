#include "consensus/hex.h"
#include "unit/node/methods/fake_node.h"

namespace starling::node {
namespace {

std::string key_of(std::uint8_t number) {
    return hex(FakeOverlay::identity_of(number).key);
}

TEST(NetworkMethods, PassesOrdersAboutPeersToGossip) {
    FakeNode node;
    node.fake_overlay().over_plain = true;
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

TEST(NetworkMethods, OverEncryptedLinksAPeerIsAddedWithItsKeyOrRecord) {
    FakeNode node;
    EXPECT_TRUE(node.call("addnode", "[\"127.0.0.1:5\",\"add\"]").starts_with("-8: "));
    EXPECT_EQ(node.call("addnode", "[\"" + key_of(2) + "@127.0.0.1:5\",\"add\"]"), "null");
    EXPECT_EQ(hex(*std::get<p2p::PeerAdded>(node.told.back()).key), key_of(2));
    const std::string record = FakeOverlay::node(3, regtest())->text();
    EXPECT_EQ(node.call("addnode", "[\"" + record + "\",\"onetry\"]"), "null");
    const auto added = std::get<p2p::PeerAdded>(node.told.back());
    EXPECT_EQ(hex(*added.key), key_of(3));
    EXPECT_EQ(to_string(added.address), "127.0.0.1:3");
    EXPECT_EQ(node.call("addnode", "[\"127.0.0.1:5\",\"remove\"]"), "null");
}

TEST(NetworkMethods, ANodeIsBannedByItsIdAndAnAddressIsNone) {
    FakeNode node;
    const std::string id = to_string(FakeOverlay::identity_of(2).id);
    const auto setban = [&](const std::string& whom, const std::string& command) {
        return node.call("setban", "[\"" + whom + "\",\"" + command + "\"]");
    };
    EXPECT_TRUE(setban("127.0.0.1", "add").starts_with("-30: "));
    EXPECT_TRUE(setban(id, "perhaps").starts_with("-1: "));
    EXPECT_TRUE(setban(id, "remove").starts_with("-30: "));
    EXPECT_EQ(setban(id, "add"), "null");
    EXPECT_TRUE(setban(id, "add").starts_with("-23: "));
    EXPECT_EQ(node.call("listbanned"), "[{\"nodeid\":\"" + id + "\"}]");
    EXPECT_EQ(setban(id, "remove"), "null");
    EXPECT_EQ(setban(id, "add"), "null");
    EXPECT_EQ(node.call("clearbanned"), "null");
    EXPECT_EQ(node.call("listbanned"), "[]");
}

TEST(NetworkMethods, AnEclipseAlarmIsAWarningToWhoeverAsks) {
    FakeNode node;
    p2p::EclipseReport& seen = node.fake_overlay().eclipsed;
    for (const char* method : {"getnetworkinfo", "getblockchaininfo", "getmininginfo"}) {
        seen.level = p2p::EclipseLevel::watch;
        EXPECT_NE(node.call(method).find("\"warnings\":[]"), std::string::npos) << method;
        seen.level = p2p::EclipseLevel::alarm;
        const std::string warned = node.call(method);
        EXPECT_NE(warned.find("\"warnings\":[\"This node may be cut off"), std::string::npos)
            << warned;
        EXPECT_NE(warned.find("alarm, 0 of 100"), std::string::npos) << warned;
    }
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
