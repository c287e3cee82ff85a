// Whom we remember for their conduct, and what it costs them.

#include "p2p/discouraged.h"

#include "support/lone_gossip.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::LoneGossip;

Endpoint endpoint(std::string_view text) {
    return *parse_endpoint(text, 0);
}

// A peer that was dropped from there.
Peer peer_at(std::string_view address, std::optional<NodeId> node = {}) {
    return {.id = {1}, .address = endpoint(address), .node = node};
}

TEST(Discouraged, KnowsANodeAndAPublicAddressAgain) {
    test::SeededRandom random(1);
    Discouraged discouraged({}, random);
    const NodeId bad = test::identity(1).id, other = test::identity(2).id;
    discouraged.add(peer_at("80.1.2.3:4000", bad));
    EXPECT_TRUE(discouraged.contains(endpoint("90.1.2.3:1"), bad));
    EXPECT_TRUE(discouraged.contains(endpoint("80.1.2.3:9"), other));
    EXPECT_TRUE(discouraged.contains(endpoint("80.1.2.3:9"), {}));
    EXPECT_FALSE(discouraged.contains(endpoint("80.1.2.4:4000"), other));
    discouraged.add(peer_at("[2a00:1:2:3::1]:4000"));
    EXPECT_TRUE(discouraged.contains(endpoint("[2a00:1:2:3:ffff::2]:1"), {}));
    EXPECT_FALSE(discouraged.contains(endpoint("[2a00:1:2:4::1]:4000"), {}));
}

TEST(Discouraged, KnowsNodesOfOneMachineApart) {
    test::SeededRandom random(1);
    Discouraged discouraged({}, random);
    const NodeId bad = test::identity(1).id, other = test::identity(2).id;
    discouraged.add(peer_at("127.0.0.1:4000", bad));
    EXPECT_TRUE(discouraged.contains(endpoint("127.0.0.1:5000"), bad));
    EXPECT_FALSE(discouraged.contains(endpoint("127.0.0.1:4000"), other));
    discouraged.add(peer_at("192.168.0.5:4000"));
    EXPECT_TRUE(discouraged.contains(endpoint("192.168.0.5:4000"), {}));
    EXPECT_FALSE(discouraged.contains(endpoint("192.168.0.5:4001"), {}));
}

// 6.
TEST(Discouraged, AMillionAddressesStayBounded) {
    test::SeededRandom random(1);
    const Limits limits{.discouraged_max = 1'000};
    Discouraged discouraged(limits, random);
    Peer peer = peer_at("80.0.0.0:1");
    for (std::uint32_t n = 0; n < 1'000'000; ++n) {
        for (std::size_t i = 0; i < 4; ++i)
            peer.address.address[12 + i] = static_cast<std::uint8_t>((n * 2'654'435'761u) >> 8 * i);
        discouraged.add(peer);
    }
    EXPECT_LE(discouraged.size(), 2 * limits.discouraged_max);
    EXPECT_TRUE(discouraged.contains(peer.address, {}));
}

void misbehave(LoneGossip& node, PeerId peer) {
    node.say(peer, Malformed{"inv", "trailing bytes"});
    EXPECT_FALSE(node.connected(peer));
}

TEST(Discouraged, ANodeDroppedForItsConductGetsNoneOfTheLastPlaces) {
    LoneGossip node(regtest(), Limits{.inbound_max = 3});
    misbehave(node, node.join(Direction::inbound, test::identity(1)));
    const PeerId again = node.connect(Direction::inbound, test::identity(1));
    EXPECT_TRUE(node.connected(again)) << "while there is room it is no ban";
    node.feed(PeerLost{again});
    node.connect(Direction::inbound, test::identity(2));
    node.connect(Direction::inbound, test::identity(3));
    EXPECT_FALSE(node.connected(node.connect(Direction::inbound, test::identity(1))));
    EXPECT_EQ(node.gossip().refusals().at("discouraged, and hardly a place is free"), 1u);
    EXPECT_TRUE(node.connected(node.connect(Direction::inbound, test::identity(4))));
}

TEST(Discouraged, GivesItsPlaceFirst) {
    LoneGossip node(regtest(), Limits{.inbound_max = 20});
    misbehave(node, node.join(Direction::inbound, test::identity(1)));
    std::vector<PeerId> peers;
    for (std::uint64_t n = 0; n < 20; ++n) {
        node.pass(1s);
        peers.push_back(node.connect(Direction::inbound, test::identity(n == 15 ? 1 : 100 + n)));
    }
    const auto caused = node.feed(PeerConnected{
        {999}, Direction::inbound, endpoint("10.0.0.3:1"), false, test::identity(999).key});
    ASSERT_EQ(caused.of(Event::Kind::inbound_evicted).size(), 1u);
    EXPECT_EQ(caused.of(Event::Kind::inbound_evicted)[0].peer, peers[15]);
    EXPECT_EQ(caused.of(Event::Kind::inbound_evicted)[0].other, PeerId{999});
    EXPECT_EQ(node.gossip().refusals().at("gave its place to a newcomer"), 1u);
}

TEST(Discouraged, IsNotDialledButForAPerson) {
    LoneGossip node;
    const Identity bad = test::identity(1);
    const auto address = endpoint("10.0.0.9:1");
    misbehave(node, node.join(Direction::inbound, bad));
    node.feed(CandidatesFound{{{test::record_of(bad, address), Origin::overlay, {}}}});
    node.feed(CandidatesFound{
        {{test::record_of(test::identity(2), endpoint("10.1.0.9:1")), Origin::overlay, {}}}});
    EXPECT_EQ(node.wait(1min).dialled, std::vector{endpoint("10.1.0.9:1")});
    EXPECT_EQ(node.feed(PeerAdded{address, true, bad.key}).dialled, std::vector{address});
}

TEST(Discouraged, WhomAPersonAskedForIsDroppedWithoutIt) {
    LoneGossip node(regtest(), Limits{.inbound_max = 1});
    const Identity friendly = test::identity(1);
    node.feed(
        PeerConnected{{500}, Direction::outbound, endpoint("10.0.0.9:1"), true, friendly.key});
    node.say({500}, LoneGossip::honest_version());
    misbehave(node, {500});
    EXPECT_TRUE(node.connected(node.connect(Direction::inbound, friendly)));
}

TEST(Discouraged, IsNeitherABanNorLiftedByOne) {
    LoneGossip node;
    const Identity bad = test::identity(1);
    misbehave(node, node.join(Direction::inbound, bad));
    EXPECT_TRUE(node.gossip().refused_nodes().empty());
    node.feed(NodeRefused{bad.id});
    EXPECT_FALSE(node.connected(node.connect(Direction::inbound, bad)));
    node.feed(NodeRefused{bad.id, false});
    EXPECT_TRUE(node.connected(node.connect(Direction::inbound, bad)));
}

// A peer that costs us more than it may is dropped, and remembered for it.
class Budget {
public:
    explicit Budget(Limits limits = {}) : node(regtest(), with_one_place(limits)) {}
    LoneGossip node;
    Identity spender = test::identity(1);
    PeerId peer = node.join(Direction::inbound, spender);

    bool discourages() {
        return !node.connected(peer) && !node.connected(node.connect(Direction::inbound, spender));
    }

private:
    static Limits with_one_place(Limits limits) {
        limits.inbound_max = 1;
        return limits;
    }
};

TEST(Budgets, UnknownMessagesBeyondTheirsDiscourage) {
    Budget budget({.unknown_messages_max = 10});
    for (int n = 0; n < 20; ++n)
        budget.node.say(budget.peer, Unknown{"newer"});
    EXPECT_TRUE(budget.discourages());
}

TEST(Budgets, ChecksBeyondTheirsDiscourage) {
    Budget budget({.check_weight_max = 1, .check_weight_per_second = 1});
    for (std::int64_t n = 0; n < 100; ++n) {
        EXPECT_TRUE(budget.node.connected(budget.peer)) << n;
        budget.node.say(budget.peer, Tx{test::shared(test::spend({OutPoint{}}, {Amount{1 + n}}))});
    }
    EXPECT_TRUE(budget.discourages());
}

TEST(Budgets, RequestsBeyondTheirsDiscourage) {
    Budget budget({.send_queue_bytes_max = 0, .upload_items_max = 10});
    const GetData request{std::vector<InventoryItem>(11, InventoryItem::witness_block({}))};
    for (int n = 0; n < 5; ++n)
        budget.node.say(budget.peer, request);
    EXPECT_TRUE(budget.discourages());
}

TEST(Budgets, RecordsBeyondTheirsDiscourage) {
    Budget budget;
    Records message;
    for (std::uint64_t n = 0; n < 2; ++n)
        message.records.emplace_back(
            test::record_of(test::identity(50 + n), endpoint("10.0.0.9:1")));
    for (int n = 0; n < 6; ++n)
        budget.node.say(budget.peer, message);
    EXPECT_TRUE(budget.discourages());
}

}  // namespace
}  // namespace starling::p2p
