#include "p2p/discovery/requests.h"

#include "support/discovery_world.h"

#include <gtest/gtest.h>

#include <map>

namespace starling {
namespace {

using namespace p2p::discv5;
using namespace std::chrono_literals;

class DiscoveryRequests : public testing::Test {
protected:
    static Shared<p2p::Record> node(std::uint64_t number) {
        static std::map<std::uint64_t, Shared<p2p::Record>> made;
        auto& record = made[number];
        if (record) return record;
        p2p::RecordFields fields;
        fields.network = p2p::network_tag(local());
        fields.udp = address(number);
        return record = p2p::Record::sign(fields, test::identity(number));
    }
    static p2p::Endpoint address(std::uint64_t number) {
        return p2p::Endpoint::ipv4({10, 1, static_cast<std::uint8_t>(number), 1}, 9'000);
    }
    static Request ping(std::uint64_t number) {
        return {.purpose = Purpose::check, .record = node(number), .address = address(number)};
    }
    static Request find(std::uint64_t number, std::vector<unsigned> distances) {
        return {.purpose = Purpose::lookup,
                .record = node(number),
                .address = address(number),
                .distances = std::move(distances)};
    }
    // Every distance: nothing is refused for its place.
    static std::vector<unsigned> anywhere() {
        std::vector<unsigned> out;
        for (unsigned distance = 1; distance <= 256; ++distance)
            out.push_back(distance);
        return out;
    }
    static std::size_t found(const std::optional<Settled>& settled) {
        return std::get<std::vector<Shared<p2p::Record>>>(settled->reply).size();
    }

    Time now = Time{1'000'000s};
    Limits limits;
    test::SeededRandom random{1};
    KnownRecords known{100, random};
    RecordFilter filter{local(), test::identity(99).id, limits, known, random};
    Requests requests{filter, limits, random};
};

TEST_F(DiscoveryRequests, IdsHaveEightBytesAndDoNotBeginWithZero) {
    for (std::uint64_t i = 0; i < 1'000; ++i) {
        const auto id = requests.begin(ping(1 + i / 16), now);
        ASSERT_TRUE(id);
        EXPECT_EQ(id->size(), 8u);
        EXPECT_NE(id->view().front(), 0);
    }
}

TEST_F(DiscoveryRequests, HaveRoomForSoManyOfANodeAndSoManyInAll) {
    for (std::size_t i = 0; i < limits.requests_per_node_max; ++i)
        EXPECT_TRUE(requests.begin(ping(1), now));
    EXPECT_FALSE(requests.begin(ping(1), now));
    std::size_t all = limits.requests_per_node_max;
    for (std::uint64_t number = 2; all < limits.requests_max; ++number) {
        for (std::size_t i = 0; i < 16 && all < limits.requests_max; ++i, ++all)
            ASSERT_TRUE(requests.begin(ping(number), now));
    }
    EXPECT_FALSE(requests.begin(ping(200), now));
    EXPECT_EQ(requests.expired(now + limits.request_timeout).size(), all);
    EXPECT_TRUE(requests.begin(ping(1), now));
}

TEST_F(DiscoveryRequests, AreSettledOnceByWhoWasAskedWhereItWasAsked) {
    const auto id = requests.begin(ping(1), now);
    const Pong pong{*id, 1, address(99)};
    const p2p::NodeId asked = test::identity(1).id;
    EXPECT_FALSE(requests.received({test::identity(2).id, address(1)}, pong, now));
    EXPECT_FALSE(requests.received({asked, address(2)}, pong, now));
    EXPECT_FALSE(requests.received({asked, address(1)}, Nodes{*id, 1, {}}, now)) << "not the kind";
    EXPECT_FALSE(requests.received({asked, address(1)}, Pong{{1}, 1, address(99)}, now));
    EXPECT_TRUE(requests.received({asked, address(1)}, pong, now));
    EXPECT_FALSE(requests.received({asked, address(1)}, pong, now));
    EXPECT_EQ(requests.unsolicited(), 5u);
    EXPECT_TRUE(requests.expired(now + 1h).empty());
    EXPECT_FALSE(requests.next_wakeup());
}

TEST_F(DiscoveryRequests, ExpireInTheirOrder) {
    requests.begin(ping(1), now);
    requests.begin(ping(2), now + 100ms);
    EXPECT_EQ(requests.next_wakeup(), now + limits.request_timeout);
    EXPECT_TRUE(requests.expired(now + limits.request_timeout - 1ms).empty());
    const auto expired = requests.expired(now + limits.request_timeout);
    ASSERT_EQ(expired.size(), 1u);
    EXPECT_EQ(expired[0].request.record->id(), test::identity(1).id);
    EXPECT_TRUE(std::holds_alternative<NoAnswer>(expired[0].reply));
    EXPECT_EQ(requests.timeouts(), 1u);
}

TEST_F(DiscoveryRequests, JoinThePacketsOfAnAnswerThoughOneCameTwice) {
    const auto id = requests.begin(find(1, anywhere()), now);
    const Contact from{test::identity(1).id, address(1)};
    const Nodes first{*id, 3, {node(2)->bytes(), node(3)->bytes()}};
    EXPECT_FALSE(requests.received(from, first, now));
    EXPECT_FALSE(requests.received(from, first, now));
    EXPECT_FALSE(requests.received(from, Nodes{*id, 3, {node(4)->bytes()}}, now));
    const auto settled =
        requests.received(from, Nodes{*id, 3, {node(5)->bytes(), node(2)->bytes()}}, now);
    ASSERT_TRUE(settled);
    EXPECT_EQ(found(settled), 4u);
}

TEST_F(DiscoveryRequests, WhatCameIsTheAnswerWhenTimeIsUp) {
    requests.begin(find(1, anywhere()), now);
    const auto id = requests.begin(find(1, anywhere()), now);
    const Contact from{test::identity(1).id, address(1)};
    requests.received(from, Nodes{*id, 2, {node(2)->bytes()}}, now + 500ms);
    EXPECT_EQ(requests.expired(now + 700ms).size(), 1u) << "the one without any answer";
    const auto expired = requests.expired(now + 1'200ms);
    ASSERT_EQ(expired.size(), 1u);
    EXPECT_EQ(found(expired[0]), 1u);
    EXPECT_EQ(requests.timeouts(), 1u);
}

// geth #35043: a total of 0 let callers wait for ever; one of 2^64 would too.
TEST_F(DiscoveryRequests, TheTotalOfPacketsIsBoundedBothWays) {
    const Contact from{test::identity(1).id, address(1)};
    const auto none = requests.begin(find(1, anywhere()), now);
    EXPECT_TRUE(requests.received(from, Nodes{*none, 0, {}}, now));
    const auto many = requests.begin(find(1, anywhere()), now);
    for (std::size_t i = 1; i < limits.nodes_packets_max; ++i)
        EXPECT_FALSE(requests.received(from, Nodes{*many, ~0ull, {}}, now));
    EXPECT_TRUE(requests.received(from, Nodes{*many, ~0ull, {}}, now));
}

TEST_F(DiscoveryRequests, AnAnswerHasAtMostABucketOfRecords) {
    const Contact from{test::identity(1).id, address(1)};
    const auto id = requests.begin(find(1, anywhere()), now);
    Nodes nodes{*id, 5, {}};
    for (std::uint64_t number = 2; number < 40; ++number)
        nodes.records.push_back(node(number)->bytes());
    const auto settled = requests.received(from, nodes, now);
    ASSERT_TRUE(settled);
    EXPECT_EQ(found(settled), limits.bucket_nodes);
}

TEST_F(DiscoveryRequests, OnlyDistancesThatWereAskedForAreBelieved) {
    const Contact from{test::identity(1).id, address(1)};
    const unsigned right = p2p::log_distance(test::identity(1).id, test::identity(2).id);
    const auto good = requests.begin(find(1, {right}), now);
    EXPECT_EQ(found(requests.received(from, Nodes{*good, 1, {node(2)->bytes()}}, now)), 1u);
    const auto bad = requests.begin(find(1, {right - 1, right + 1}), now);
    EXPECT_EQ(found(requests.received(from, Nodes{*bad, 1, {node(2)->bytes()}}, now)), 0u);
    const auto itself = requests.begin(find(1, anywhere()), now);
    EXPECT_EQ(found(requests.received(from, Nodes{*itself, 1, {node(1)->bytes()}}, now)), 0u);
}

TEST_F(DiscoveryRequests, NeitherOurselvesNorStrangersNorNodesWithoutAddressAreBelieved) {
    const Contact from{test::identity(1).id, address(1)};
    p2p::RecordFields fields;
    fields.network = p2p::network_tag(local());
    const auto hidden = p2p::Record::sign(fields, test::identity(3));
    fields.udp = address(4);
    fields.network = p2p::network_tag(regtest());
    const auto foreign = p2p::Record::sign(fields, test::identity(4));
    const auto id = requests.begin(find(1, anywhere()), now);
    const Nodes nodes{*id, 1, {node(99)->bytes(), hidden->bytes(), foreign->bytes()}};
    EXPECT_EQ(found(requests.received(from, nodes, now)), 0u);
    EXPECT_EQ(filter.foreign_networks(), 1u);
}

}  // namespace
}  // namespace starling
