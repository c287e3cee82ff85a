// Signed records on links that proved a key.

#include "p2p/record_exchange.h"

#include "support/lone_gossip.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::identity;
using test::LoneGossip;
using test::record_of;

const Endpoint kOwnAddress = *parse_endpoint("10.0.0.1:1", 0);

struct Node : LoneGossip {
    explicit Node(const Limits& limits = {.outbound_full_max = 0, .outbound_block_only_max = 0})
        : LoneGossip(regtest(), limits) {
        feed(OwnRecordChanged{record_of(identity(999), kOwnAddress)});
    }
};

// A record of the node, reachable where its connection came from.
Shared<Record> at_its_address(std::uint64_t n, PeerId peer, std::uint64_t sequence = 1) {
    return record_of(identity(n), LoneGossip::address_of(peer), sequence);
}

TEST(RecordExchange, BothSidesTellTheirRecordAfterVerack) {
    Node node;
    for (const Direction direction : {Direction::inbound, Direction::outbound}) {
        const bool inbound = direction == Direction::inbound;
        const PeerId peer = node.connect(direction, identity(inbound ? 1 : 2));
        EXPECT_TRUE(node.say(peer, LoneGossip::honest_version()).to<RecordMessage>(peer).empty());
        const auto caused = node.say(peer, Verack{});
        ASSERT_EQ(caused.to<RecordMessage>(peer).size(), 1u);
        EXPECT_EQ(caused.to<RecordMessage>(peer)[0].record.check().value()->id(), identity(999).id);
        EXPECT_EQ(caused.to<GetRecords>(peer).size(), inbound ? 0u : 1u);
    }
}

TEST(RecordExchange, PlainPeersGetNoRecordsAndMaySendNone) {
    Node node;
    const PeerId peer = node.connect(Direction::outbound);
    node.say(peer, LoneGossip::honest_version());
    auto caused = node.say(peer, Verack{});
    EXPECT_TRUE(caused.to<RecordMessage>(peer).empty());
    EXPECT_TRUE(caused.to<GetRecords>(peer).empty());
    caused = node.feed(OwnRecordChanged{record_of(identity(999), kOwnAddress, 2)});
    EXPECT_TRUE(caused.sent.empty());
    caused = node.say(peer, GetRecords{});
    EXPECT_TRUE(caused.sent.empty());
    EXPECT_GT(caused.bytes_reported, 0u) << "an offence";
    EXPECT_TRUE(node.say(peer, RecordMessage{at_its_address(1, peer)}).heard.empty());
    EXPECT_TRUE(node.say(peer, Records{{at_its_address(1, peer)}}).heard.empty());
}

TEST(RecordExchange, KeyedPeersNegotiateNoAddresses) {
    Node node;
    const PeerId peer = node.connect(Direction::inbound, identity(1));
    const auto answer = node.say(peer, LoneGossip::honest_version());
    EXPECT_TRUE(answer.to<SendAddrV2>(peer).empty());
    node.say(peer, Verack{});
    EXPECT_TRUE(node.say(peer, GetAddr{}).to<AddrV2>(peer).empty());
}

TEST(RecordExchange, DropsALiarWhoseRecordHasAnotherKey) {
    Node node;
    const PeerId liar = node.join(Direction::inbound, identity(1));
    const auto caused = node.say(liar, RecordMessage{at_its_address(2, liar)});
    EXPECT_TRUE(caused.dropped.contains(liar));
    EXPECT_TRUE(caused.heard.empty());
    EXPECT_EQ(node.gossip().refusals().at("record of another key"), 1u);
}

TEST(RecordExchange, DropsAPeerOfAnotherNetwork) {
    Node node;
    const PeerId stranger = node.join(Direction::inbound, identity(1));
    const auto caused =
        node.say(stranger, RecordMessage{record_of(identity(1), kOwnAddress, 1, local())});
    EXPECT_TRUE(caused.dropped.contains(stranger));
    EXPECT_EQ(node.gossip().refusals().at("another network"), 1u);
}

TEST(RecordExchange, TellsDiscoveryOfAPeerOnceAndOfItsNewerRecords) {
    Node node;
    const PeerId peer = node.join(Direction::inbound, identity(1));
    const auto first = node.say(peer, RecordMessage{at_its_address(1, peer, 5)});
    ASSERT_EQ(first.heard.size(), 1u);
    EXPECT_EQ(first.heard[0].origin, Origin::inbound);
    EXPECT_EQ(first.heard[0].source, LoneGossip::address_of(peer));
    EXPECT_TRUE(node.say(peer, RecordMessage{at_its_address(1, peer, 5)}).heard.empty());
    EXPECT_TRUE(node.say(peer, RecordMessage{at_its_address(1, peer, 4)}).heard.empty());
    EXPECT_EQ(node.view(peer)->record->sequence(), 5u);
    EXPECT_EQ(node.say(peer, RecordMessage{at_its_address(1, peer, 6)}).heard.size(), 1u);
    EXPECT_EQ(node.view(peer)->record->sequence(), 6u);
}

TEST(RecordExchange, TellsPeersOfOurChangesNotTooOften) {
    Node node;
    const PeerId peer = node.join(Direction::inbound, identity(1));
    node.wait(1min);
    std::vector<RecordMessage> told;
    const auto collect = [&](const LoneGossip::Caused& caused) {
        std::ranges::copy(caused.to<RecordMessage>(peer), std::back_inserter(told));
    };
    for (std::uint64_t sequence = 2; sequence < 20; ++sequence) {
        collect(node.feed(OwnRecordChanged{record_of(identity(999), kOwnAddress, sequence)}));
        collect(node.wait(1s));
    }
    collect(node.wait(1min));
    ASSERT_EQ(told.size(), 3u) << "in 18 seconds";
    EXPECT_EQ(told.back().record.check().value()->sequence(), 19u);
}

TEST(RecordExchange, APeerThatChangesItsRecordAllTheTimeIsDropped) {
    Node node;
    const PeerId peer = node.join(Direction::inbound, identity(1));
    std::size_t heard = 0;
    for (std::uint64_t sequence = 1; sequence <= 1'000 && node.connected(peer); ++sequence) {
        heard += node.say(peer, RecordMessage{at_its_address(1, peer, sequence)}).heard.size();
        node.wait(1ms);
    }
    EXPECT_FALSE(node.connected(peer));
    EXPECT_EQ(heard, Limits{}.own_records_max);
}

TEST(RecordExchange, OneThatChangesItNowAndThenIsNot) {
    Node node;
    const PeerId peer = node.join(Direction::inbound, identity(1));
    for (std::uint64_t sequence = 1; sequence <= 60; ++sequence) {
        const auto caused = node.say(peer, RecordMessage{at_its_address(1, peer, sequence)});
        EXPECT_EQ(caused.heard.size(), 1u) << sequence;
        node.wait(10s);
    }
}

Records some_records(std::uint64_t from, std::size_t count) {
    Records message;
    for (std::uint64_t n = 0; n < count; ++n)
        message.records.push_back(record_of(identity(from + n), parse_endpoint("10.9.9.9:9", 0)));
    return message;
}

TEST(RecordExchange, WhatPeersTellGoesToDiscoveryOnly) {
    Node node;
    const PeerId peer = node.join(Direction::outbound, identity(1));
    const auto caused = node.say(peer, some_records(100, 3));
    ASSERT_EQ(caused.heard.size(), 3u);
    EXPECT_EQ(caused.heard[0].origin, Origin::gossiped);
    EXPECT_EQ(caused.heard[0].source, LoneGossip::address_of(peer));
    EXPECT_EQ(node.gossip().candidates(node.now()).known, 0u);
}

TEST(RecordExchange, APeerMayTellAThousandRecordsAndOneInTenSecondsAfterThat) {
    Node node;
    const PeerId peer = node.join(Direction::outbound, identity(1));
    const Records message = some_records(100, 50);
    std::size_t heard = 0;
    for (int i = 0; i < 20; ++i)
        heard += node.say(peer, message).heard.size();
    EXPECT_EQ(heard, 1'000u);
    EXPECT_TRUE(node.say(peer, message).heard.empty());
    node.wait(20s);
    EXPECT_EQ(node.say(peer, Records{some_records(100, 2)}).heard.size(), 2u);
    EXPECT_TRUE(node.connected(peer));
}

// 3, 14.
TEST(RecordExchange, AFloodOfRecordsEndsTheConnectionSoon) {
    Node node;
    const PeerId asked = node.join(Direction::outbound, identity(1));
    const PeerId unasked = node.join(Direction::inbound, identity(2));
    const Records message = some_records(100, Records::kCountMax);
    for (const PeerId peer : {asked, unasked}) {
        std::size_t heard = 0, messages = 0, bytes = 0;
        for (; messages < 1'000 && node.connected(peer); ++messages) {
            const auto caused = node.say(peer, message);
            heard += caused.heard.size();
            bytes += caused.bytes_sent + caused.bytes_reported;
        }
        EXPECT_EQ(heard, peer == asked ? 1'000u : 1u);
        EXPECT_LE(messages, peer == asked ? 21u : 5u) << "each is a check of 64 signatures";
        EXPECT_LT(bytes, 2'000u);
        EXPECT_FALSE(node.connected(peer));
    }
}

// A record that no key signed, so that whoever checks it notices.
ToldRecord unsigned_record() {
    Bytes bytes = record_of(identity(5), kOwnAddress)->bytes();
    bytes[10] ^= 1;
    return ToldRecord(bytes);
}

TEST(RecordExchange, SignaturesAreCheckedOnlyOfWhatAPeerMayTell) {
    Node node;
    const PeerId unasked = node.join(Direction::inbound, identity(2));
    Records message = some_records(100, 1);
    message.records.push_back(unsigned_record());
    const auto caused = node.say(unasked, message);
    EXPECT_EQ(caused.heard.size(), 1u);
    ASSERT_EQ(caused.of(Event::Kind::misbehaved).size(), 1u);
    EXPECT_EQ(caused.of(Event::Kind::misbehaved)[0].offence, Offence::too_many_requests);
    EXPECT_TRUE(caused.dropped.empty());
}

TEST(RecordExchange, ARecordThatNoKeySignedEndsTheConnection) {
    Node node;
    const PeerId liar = node.join(Direction::outbound, identity(1));
    EXPECT_TRUE(node.say(liar, Records{{unsigned_record()}}).dropped.contains(liar));
    const PeerId other = node.join(Direction::outbound, identity(3));
    EXPECT_TRUE(node.say(other, RecordMessage{unsigned_record()}).dropped.contains(other));
}

TEST(RecordExchange, RecordsOfOtherNetworksAreAnOffence) {
    Node node;
    const PeerId peer = node.join(Direction::outbound, identity(1));
    const Records foreign{{record_of(identity(5), kOwnAddress, 1, local())}};
    for (int i = 0; i < 4; ++i)
        EXPECT_TRUE(node.say(peer, foreign).dropped.empty());
    const auto caused = node.say(peer, foreign);
    EXPECT_TRUE(caused.dropped.contains(peer));
    EXPECT_TRUE(caused.heard.empty());
}

TEST(RecordExchange, AnswersOnceAndOnlyInboundPeersWithNodesThatWereProven) {
    Node node({.outbound_full_max = 1, .outbound_block_only_max = 0});
    node.feed(CandidatesFound{{{record_of(identity(50), kOwnAddress), Origin::overlay, {}}}});
    const PeerId proven = node.join(Direction::outbound, identity(1));
    node.say(proven, RecordMessage{at_its_address(1, proven)});
    const PeerId elsewhere = node.join(Direction::outbound, identity(2));
    node.say(elsewhere, RecordMessage{record_of(identity(2), kOwnAddress)});

    EXPECT_TRUE(node.say(proven, GetRecords{}).sent.empty()) << "we dialled it";
    const PeerId peer = node.join(Direction::inbound, identity(3));
    node.say(peer, RecordMessage{at_its_address(3, peer)});
    const auto answer = node.say(peer, GetRecords{}).to<Records>(peer);
    ASSERT_EQ(answer.size(), 1u);
    ASSERT_EQ(answer[0].records.size(), 1u);
    EXPECT_EQ(answer[0].records[0].check().value()->id(), identity(1).id);
    std::size_t bytes = 0;
    for (int i = 0; i < 1'000; ++i)
        bytes += node.say(peer, GetRecords{}).bytes_sent;
    EXPECT_EQ(bytes, 0u);
}

// One that was connected to so many nodes.
struct Experienced : Node {
    explicit Experienced(std::uint64_t count)
        : Node({.inbound_max = 20,
                .outbound_full_max = 400,
                .outbound_block_only_max = 0,
                .manual_max = 400}) {
        for (std::uint64_t n = 1; n <= count; ++n)
            meet(n);
    }
    void meet(std::uint64_t n) {
        const PeerId peer = join(Direction::outbound, identity(n));
        say(peer, RecordMessage{at_its_address(n, peer)});
        feed(PeerLost{peer});
    }
    // What an inbound peer hears.
    Records asked_by(std::uint64_t n) {
        const PeerId peer = join(Direction::inbound, identity(n));
        return say(peer, GetRecords{}).to<Records>(peer).at(0);
    }
};

TEST(RecordExchange, AnAnswerIsABoundedSampleOfWhatIsKnown) {
    EXPECT_EQ(Experienced(16).asked_by(900).records.size(), 16u) << "all";
    EXPECT_EQ(Experienced(17).asked_by(900).records.size(), 16u);
    const Records one = Experienced(150).asked_by(900);
    EXPECT_EQ(one.records.size(), 34u) << "23 of 100";
    EXPECT_EQ(one, Experienced(150).asked_by(900)) << "chance is a seed's";
    EXPECT_EQ(Experienced(300).asked_by(900).records.size(), Records::kCountMax);
}

TEST(RecordExchange, WhoAsksTwiceUnderTwoIdentitiesHearsTheSame) {
    Experienced node(100);
    const Records first = node.asked_by(900);
    EXPECT_EQ(first, node.asked_by(901));
    for (std::uint64_t n = 101; n <= 120; ++n)
        node.meet(n);
    EXPECT_EQ(first, node.asked_by(902)) << "whom we were connected to since is not to be seen";
    node.pass(RecordExchange::kSampleLife - 1s);
    EXPECT_EQ(first, node.asked_by(903));
    node.pass(RecordExchange::kSampleLifeSpread + 1s);
    const Records later = node.asked_by(904);
    EXPECT_NE(first, later);
    EXPECT_EQ(later, node.asked_by(905));
}

TEST(RecordExchange, NoneIsToldOfWhomAPersonRefuses) {
    Experienced node(3);
    node.feed(NodeRefused{identity(2).id});
    const Records told = node.asked_by(900);
    ASSERT_EQ(told.records.size(), 2u);
    for (const ToldRecord& record : told.records)
        EXPECT_NE(record.check().value()->id(), identity(2).id);
    node.feed(NodeRefused{identity(2).id, false});
    EXPECT_EQ(node.asked_by(901).records.size(), 3u);
}

TEST(RecordExchange, WhereFewAreKnownAllAreTold) {
    Experienced node(1);
    for (std::uint64_t n = 2; n <= RecordExchange::kAllToldMax; ++n) {
        EXPECT_EQ(node.asked_by(900 + n).records.size(), n - 1);
        node.meet(n);
    }
}

}  // namespace
}  // namespace starling::p2p
