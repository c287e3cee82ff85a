// What any node of the protocol must do, under the names of geth's conformance suite
// (cmd/devp2p/internal/v5test), from outside.

#include "p2p/crypto/curve.h"
#include "p2p/discovery/session_keys.h"
#include "support/discovery_probe.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace starling {
namespace {

using namespace p2p::discv5;
using namespace std::chrono_literals;
using test::DiscoveryProbe;
using test::DiscoveryWorld;

class DiscoveryConformance : public testing::Test {
protected:
    DiscoveryWorld world;
    DiscoveryWorld::Index node = world.add({});
    DiscoveryProbe probe{world, 1};
};

constexpr std::size_t kWhoAreYouBytes = 63;

TEST_F(DiscoveryConformance, Ping) {
    const auto pong = probe.ask_for<Pong>(node, Ping{{1, 2, 3, 4}, 1});
    ASSERT_TRUE(pong);
    EXPECT_EQ(pong->id, (RequestId{1, 2, 3, 4}));
    EXPECT_EQ(pong->seen, probe.address());
    EXPECT_EQ(pong->sequence, world[node].record()->sequence());
}

TEST_F(DiscoveryConformance, RequestIdsComeBackByteForByte) {
    for (const RequestId& id :
         {RequestId{}, RequestId{0}, RequestId{0, 0, 7}, RequestId(Bytes(8, 0))}) {
        const auto pong = probe.ask_for<Pong>(node, Ping{id, 1});
        ASSERT_TRUE(pong);
        EXPECT_EQ(pong->id, id);
    }
}

// A handshake by hand, since our own encoder refuses such ids.
TEST_F(DiscoveryConformance, PingLargeRequestIDIsNotAnswered) {
    const auto answers_to = [&](std::uint8_t id_bytes) {
        probe.datagrams.clear();
        world.run_for(2s);  // earlier challenges expire
        world.inject(probe.address(), node, probe.stray_packet(node));
        world.run_for(100ms);
        const auto challenge = decode_packet(probe.datagrams.at(0), probe.identity().id);

        test::SeededRandom random(id_bytes);
        const EphemeralKey ephemeral = ephemeral_key(random);
        const p2p::Identity& to = world.identity(node);
        const auto secret = p2p::shared_point(to.key, ephemeral.secret);
        SessionKeys keys = session_keys(*secret, challenge->associated, probe.identity().id, to.id,
                                        Side::initiator);
        const auto signature =
            sign_id(probe.identity().secret, challenge->associated, ephemeral.key, to.id);
        Packet packet;
        packet.nonce = *next_nonce(keys, random);
        packet.auth =
            HandshakeAuth{probe.identity().id, signature, ephemeral.key, probe.record()->bytes()};
        Bytes ping{1, static_cast<std::uint8_t>(0xc2 + id_bytes)};  // RLP: [id, 1]
        ping.push_back(static_cast<std::uint8_t>(0x80 + id_bytes));
        ping.insert(ping.end(), id_bytes, 7);
        ping.push_back(1);
        packet.message = p2p::gcm_seal(keys.write, packet.nonce, ping, associated_of(packet));
        world.inject(probe.address(), node, encode_packet(packet, to.id));
        world.run_for(100ms);
        return probe.datagrams.size() - 1;
    };
    EXPECT_EQ(answers_to(9), 0u);
    EXPECT_EQ(answers_to(8), 1u) << "by hand it is answered otherwise";
}

TEST_F(DiscoveryConformance, PingMultiIPKeysAreOfOneAddressAlone) {
    ASSERT_TRUE(probe.ask_for<Pong>(node, Ping{{1}, 1}));
    ASSERT_TRUE(probe.ask_for<Pong>(node, Ping{{2}, 1}));
    DiscoveryProbe other(world, 2);  // hears what goes to the second address
    world.inject(other.address(), node, probe.sent.back());
    world.run_for(1s);
    ASSERT_EQ(other.datagrams.size(), 1u);
    EXPECT_EQ(other.datagrams.front().size(), kWhoAreYouBytes);
    EXPECT_TRUE(probe.ask_for<Pong>(node, Ping{{3}, 1})) << "the first session lives on";
}

TEST_F(DiscoveryConformance, HandshakeResendRepeatsTheFirstChallenge) {
    world.inject(probe.address(), node, probe.stray_packet(node));
    world.run_for(100ms);
    world.inject(probe.address(), node, probe.stray_packet(node));
    world.run_for(100ms);
    ASSERT_EQ(probe.datagrams.size(), 2u);
    EXPECT_EQ(probe.datagrams[0].size(), kWhoAreYouBytes);
    // Unmasked the same: nonce and id-nonce are those of the first.
    EXPECT_EQ(probe.datagrams[0], probe.datagrams[1]);
}

TEST_F(DiscoveryConformance, TalkRequest) {
    // An unknown protocol, an empty one: an empty answer, not silence.
    for (const Bytes& protocol : {Bytes{'x', 'y'}, Bytes{}}) {
        const auto response =
            probe.ask_for<TalkResponse>(node, TalkRequest{{9}, protocol, {1, 2, 3}});
        ASSERT_TRUE(response);
        EXPECT_EQ(response->id, RequestId{9});
        EXPECT_TRUE(response->response.empty());
    }
    world[node].serve("echo", [](const p2p::NodeId& from, ByteView request) {
        Bytes out(request.begin(), request.end());
        out.push_back(from.bytes[0]);
        return out;
    });
    const auto response =
        probe.ask_for<TalkResponse>(node, TalkRequest{{9}, {'e', 'c', 'h', 'o'}, {1, 2, 3}});
    ASSERT_TRUE(response);
    EXPECT_EQ(response->response, (Bytes{1, 2, 3, probe.identity().id.bytes[0]}));
}

TEST_F(DiscoveryConformance, FindnodeZeroDistanceGivesItsOwnRecord) {
    const auto nodes = probe.ask_for<Nodes>(node, FindNode{{5}, {0}});
    ASSERT_TRUE(nodes);
    EXPECT_EQ(nodes->total, 1u);
    ASSERT_EQ(nodes->records.size(), 1u);
    EXPECT_EQ(nodes->records.front(), world[node].record()->bytes());
}

TEST_F(DiscoveryConformance, FindnodeWithoutResultsIsOneEmptyPacket) {
    for (const std::vector<unsigned>& distances :
         {std::vector<unsigned>{}, std::vector<unsigned>{256}}) {
        const auto nodes = probe.ask_for<Nodes>(node, FindNode{{5}, distances});
        ASSERT_TRUE(nodes);
        EXPECT_EQ(nodes->total, 1u);
        EXPECT_TRUE(nodes->records.empty());
    }
}

// Bystanders that answered are told of, at their distances, in packets that fit.
TEST_F(DiscoveryConformance, FindnodeResults) {
    constexpr std::size_t kBystanders = 12;
    for (std::size_t i = 0; i < kBystanders; ++i)
        world.add({.bootnodes = {world[node].record()}});
    ASSERT_TRUE(world.run_until([&] { return world[node].table().size() == kBystanders; }, 60s));

    std::map<unsigned, std::set<Bytes>> expected;
    for (const BucketView& bucket : world[node].table().buckets()) {
        for (const TableNode& there : bucket.nodes)
            expected[bucket.distance].insert(there.record->bytes());
    }
    for (const auto& [distance, records] : expected) {
        std::set<Bytes> told;
        std::uint64_t total = 0;
        const auto responses = probe.ask(node, FindNode{{7, 7}, {distance, distance}});
        for (const Message& response : responses) {
            const auto& nodes = std::get<Nodes>(response);
            EXPECT_EQ(nodes.id, (RequestId{7, 7}));
            total = nodes.total;
            told.insert(nodes.records.begin(), nodes.records.end());
        }
        EXPECT_EQ(total, responses.size());
        EXPECT_EQ(told, records);
        for (const Bytes& datagram : probe.datagrams)
            EXPECT_LE(datagram.size(), kPacketBytesMax);
    }
}

// HOSTILE 17: nothing larger than what came goes to an address that nobody proved.
TEST_F(DiscoveryConformance, AFloodFromUnprovenAddressesGetsLessThanItSent) {
    std::size_t sent = 0;
    for (int i = 0; i < 500; ++i) {
        Bytes stray = probe.stray_packet(node);
        sent += stray.size();
        world.inject(probe.address(), node, std::move(stray));
        world.run_for(5ms);
    }
    world.run_for(5s);
    std::size_t received = 0;
    for (const Bytes& datagram : probe.datagrams)
        received += datagram.size();
    EXPECT_GT(received, 0u);
    EXPECT_LE(received, sent);
}

TEST_F(DiscoveryConformance, UnsolicitedNodesAreIgnoredAndCounted) {
    ASSERT_TRUE(probe.ask_for<Pong>(node, Ping{{1}, 1}));
    DiscoveryProbe other(world, 2, DiscoveryProbe::fields_of(local()));
    probe.tell(node, Nodes{{1, 2, 3, 4, 5, 6, 7, 8}, 1, {other.record()->bytes()}});
    probe.tell(node, Pong{{1, 2, 3}, 9, probe.address()});
    world.run_for(10s);
    EXPECT_EQ(world[node].figures().unsolicited, 2u);
    EXPECT_EQ(world[node].table().size(), 0u);
    EXPECT_TRUE(other.datagrams.empty());
}

}  // namespace
}  // namespace starling
