// Where an identity has a price, who did not pay it is let in nowhere.

#include "p2p/discovery/record_filter.h"
#include "support/discovery_probe.h"
#include "support/lone_gossip.h"
#include "support/public_network.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::LoneGossip;
using test::paid_for;
using test::record_of;

constexpr std::uint8_t kBits = 4;

const Parameters& network() {
    static const Parameters parameters = test::priced_network(kBits);
    return parameters;
}

Endpoint at(std::uint8_t n) {
    return Endpoint::ipv4({10, 0, n, 1}, 9'000);
}

// A record that is wrong in its last byte and in its first, which are fields and signature.
Bytes forged(const Record& record) {
    Bytes bytes = record.bytes();
    bytes[10] = static_cast<std::uint8_t>(bytes[10] ^ 1);  // of the signature
    return bytes;
}

TEST(IdentityPrice, IsAskedForBeforeTheSignature) {
    const auto cheap = record_of(paid_for(1, kBits, false), at(1), 1, network());
    const auto paid = record_of(paid_for(1, kBits), at(1), 1, network());
    EXPECT_EQ(Record::decode(forged(*cheap)).error(), RecordError::bad_signature);
    EXPECT_EQ(Record::decode(forged(*cheap), kBits).error(), RecordError::cheap_identity);
    EXPECT_EQ(Record::decode(forged(*paid), kBits).error(), RecordError::bad_signature);
    EXPECT_TRUE(Record::decode(cheap->bytes()).ok()) << "elsewhere it is as good as any";
    EXPECT_TRUE(Record::decode(paid->bytes(), kBits).ok());
}

TEST(IdentityPrice, RecordsBelowItAreNotBelievedInAnswersWhateverTheWire) {
    test::SeededRandom random(1);
    const discv5::Limits limits;
    const Identity own = paid_for(1'000, kBits), teller = paid_for(2'000, kBits);
    discv5::KnownRecords known(100, random, kBits);
    discv5::RecordFilter filter(network(), own.id, limits, known, random);
    discv5::Request request{.purpose = discv5::Purpose::lookup,
                            .record = record_of(teller, at(9), 1, network()),
                            .address = at(9)};
    for (unsigned distance = 0; distance <= 256; ++distance)
        request.distances.push_back(distance);
    std::size_t paid = 0;
    discv5::Nodes sealed, open;
    for (std::uint64_t n = 1; n <= 100; ++n) {
        const Identity identity = test::identity(n);
        const auto record = record_of(identity, at(std::uint8_t(n)), 1, network());
        paid += is_paid_for(identity.key, kBits) ? 1U : 0U;
        sealed.records.push_back(record->bytes());
        open.checked.push_back(record);
    }
    ASSERT_GT(paid, 0U);
    ASSERT_LT(paid, 50U);
    for (const auto& nodes : {sealed, open}) {
        const auto believed = filter.believed(request, nodes, 100, Time{});
        EXPECT_EQ(believed.size(), paid);
        for (const auto& record : believed)
            EXPECT_TRUE(is_paid_for(record->key(), kBits));
    }
    EXPECT_EQ(known.cheap_identities(), 100 - paid);
    EXPECT_EQ(filter.cheap_identities(), 100 - paid);
    EXPECT_EQ(filter.foreign_networks(), 0U);
}

TEST(IdentityPrice, WhoDidNotPayIsInNoTableThoughItAsks) {
    test::DiscoveryWorld world;
    const auto node = world.add({.parameters = &network()});
    std::vector<std::unique_ptr<test::DiscoveryProbe>> probes;  // the world keeps hold of them
    // Some of them have the work by chance.
    for (std::uint64_t n = 1; n <= 8; ++n) {
        probes.push_back(std::make_unique<test::DiscoveryProbe>(
            world, n, test::DiscoveryProbe::fields_of(network())));
        test::DiscoveryProbe& probe = *probes.back();
        probe.answer = [&](const discv5::Message& message) -> std::vector<discv5::Message> {
            const auto* ping = std::get_if<discv5::Ping>(&message);
            if (ping == nullptr) return {};
            return {discv5::Pong{ping->id, 1, world.address(node)}};
        };
        const auto answers = probe.ask(node, discv5::Ping{});
        EXPECT_FALSE(answers.empty()) << "a stranger's question is answered";
        world.run_for(2s);
        const bool paid = is_paid_for(probe.identity().key, kBits);
        EXPECT_EQ(world[node].table().find(probe.identity().id) != nullptr, paid) << n;
    }
    EXPECT_GT(world[node].figures().cheap_identities, 4U);
}

TEST(IdentityPrice, LinksOfThoseBelowItAreRefusedInBothDirections) {
    LoneGossip node(network());
    for (const Direction direction : {Direction::inbound, Direction::outbound}) {
        const std::uint64_t from = direction == Direction::inbound ? 1 : 500;
        EXPECT_FALSE(node.connected(node.connect(direction, paid_for(from, kBits, false))));
        EXPECT_TRUE(node.connected(node.connect(direction, paid_for(from, kBits))));
    }
    EXPECT_EQ(node.gossip().refusals().at("identity without proof of work"), 2U);
}

TEST(IdentityPrice, NodesBelowItAreNoCandidates) {
    LoneGossip node(network());
    const auto cheap = record_of(paid_for(1, kBits, false), at(1), 1, network());
    const auto paid = record_of(paid_for(1, kBits), at(2), 1, network());
    node.feed(CandidatesFound{{{cheap, Origin::overlay, at(9)}}});
    EXPECT_EQ(node.gossip().candidates(node.now()).known, 0U);
    node.feed(CandidatesFound{{{paid, Origin::overlay, at(9)}}});
    EXPECT_EQ(node.gossip().candidates(node.now()).known, 1U);
}

TEST(IdentityPrice, TellingOfNodesBelowItIsAnOffenceAndTheyAreNotPassedOn) {
    LoneGossip node(network());
    node.feed(OwnRecordChanged{record_of(paid_for(9'000, kBits), at(200), 1, network())});
    const PeerId peer = node.join(Direction::outbound, paid_for(1, kBits));
    const auto cheap = record_of(paid_for(100, kBits, false), at(1), 1, network());
    const auto paid = record_of(paid_for(100, kBits), at(2), 1, network());
    const auto good = node.say(peer, Records{{ToldRecord(paid->bytes())}});
    EXPECT_EQ(good.heard.size(), 1U);
    for (const ToldRecord& told : {ToldRecord(cheap->bytes()), ToldRecord(cheap)}) {
        const auto bad = node.say(peer, Records{{told}});
        EXPECT_TRUE(bad.heard.empty());
        EXPECT_EQ(bad.of(Event::Kind::misbehaved).size(), 1U);
    }
}

// What starlingd pays for its identity, and what a test may not pay a hundred times.
TEST(IdentityPrice, OfTestnetIsSixteenBits) {
    EXPECT_EQ(testnet().identity_bits, 16);
    test::SeededRandom random(7);
    const auto identity = paid_identity(random, testnet().identity_bits);
    ASSERT_TRUE(identity);
    EXPECT_TRUE(Record::decode(record_of(*identity, at(1), 1, testnet())->bytes(), 16).ok());
}

}  // namespace
}  // namespace starling::p2p
