// What strangers can make a Wire send, hold and compute.

#include "p2p/discovery/datagram_allowance.h"
#include "p2p/discovery/sealed_wire_state.h"
#include "p2p/discovery/session_keys.h"
#include "support/wire_node.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace starling::p2p::discv5 {
namespace {

using namespace std::chrono_literals;
using test::WireNode;

const Time kStart{1'000'000ms};
const Ping kPing{{1, 2, 3}, 1};

Endpoint stranger(std::uint64_t number) {
    return Endpoint::ipv4(
        {static_cast<std::uint8_t>(11 + (number >> 24)), static_cast<std::uint8_t>(number >> 16),
         static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)},
        7'000);
}

Bytes chance(Random& random, std::size_t size) {
    Bytes bytes(size);
    std::ranges::generate(bytes, [&] { return static_cast<std::uint8_t>(random.next()); });
    return bytes;
}

// An ordinary packet of a node that nobody knows, with a message of chance.
Bytes undecryptable(Random& random, const WireNode& to) {
    const Packet packet{.masking_iv = random_array<16>(random),
                        .nonce = random_array<12>(random),
                        .auth = OrdinaryAuth{{random_array<32>(random)}},
                        .message = chance(random, 16 + random.below(100))};
    return encode_packet(packet, to.identity.id);
}

// HOSTILE: UDP discovery answered a small forged packet with a larger one.
TEST(WireHostile, NoAnswerIsLargerThanItsRequestBeforeTheAddressIsProven) {
    test::SeededRandom random(3);
    WireNode victim{1}, honest{2};
    // What an eavesdropper has: all packets of a handshake with the honest node.
    std::vector<Bytes> recorded;
    const auto request = honest.ask(victim, kPing, kStart);
    recorded.push_back(request[0].bytes);
    const auto challenge = victim.receive(honest.address, request[0].bytes, kStart);
    const auto handshake = honest.receive(victim.address, challenge[0].bytes, kStart);
    recorded.push_back(handshake[0].bytes);
    recorded.push_back(challenge[0].bytes);
    victim.receive(honest.address, handshake[0].bytes, kStart);

    std::map<Endpoint, std::size_t> in, out;
    for (int i = 0; i < 5'000; ++i) {
        const Time now = kStart + Duration{i};
        const Endpoint from = stranger(random.below(300));
        Bytes datagram;
        switch (random.below(4)) {
            case 0:
                datagram = chance(random, random.below(1'400));
                break;
            case 1:
                datagram = recorded[random.below(recorded.size())];
                break;
            case 2:
                datagram = recorded[random.below(recorded.size())];
                datagram[random.below(datagram.size())] ^= 1;
                break;
            default:
                datagram = undecryptable(random, victim);
        }
        in[from] += datagram.size();
        for (const Datagram& answer : victim.receive(from, datagram, now)) {
            EXPECT_LE(answer.bytes.size(), datagram.size());
            out[answer.to] += answer.bytes.size();
        }
    }
    EXPECT_FALSE(out.empty()) << "challenges at least";
    for (const auto& [to, bytes] : out)
        EXPECT_LE(bytes, in[to]) << to_string(to);
    EXPECT_EQ(victim.heard.size(), 1u) << "the honest node's message, once";
}

TEST(WireHostile, FloodsFromManyAddressesHoldABoundedMemory) {
    test::SeededRandom random(4);
    Limits limits;
    limits.challenges_max = 100;
    limits.addresses_tracked_max = 200;
    limits.packets_per_second = 1e6;
    limits.packets_burst = 1e6;
    WireNode victim{1, limits};
    Challenges challenges(limits, random);
    DatagramAllowance allowance(limits, random);
    for (std::uint64_t i = 0; i < 5'000; ++i) {
        const Time now = kStart + Duration{static_cast<std::int64_t>(i) / 100};
        EXPECT_LE(victim.receive(stranger(i), undecryptable(random, victim), now).size(), 1u);
        // Of these two the machine above is made; their bounds are seen from outside here.
        allowance.take_of_sender(stranger(i), now);
        challenges.add({{random_array<32>(random)}, stranger(i)}, {}, now);
    }
    EXPECT_EQ(challenges.size(), 100u);
    EXPECT_EQ(allowance.tracked(), 200u);
    EXPECT_EQ(victim.wire.queues().sessions, 0u);
    // When the flood is over nothing is left to wait for.
    victim.wire.handle_timer(kStart + 10s);
    EXPECT_FALSE(victim.wire.next_wakeup());
}

TEST(WireHostile, AnHonestHandshakeSucceedsInAFloodFromManyAddresses) {
    test::SeededRandom random(5);
    WireNode victim{1}, honest{2};
    std::uint64_t strangers = 0;
    const auto flood = [&](Time now) {  // 150 ms at nearly the whole rate that is taken in
        for (int i = 0; i < 290; ++i)
            victim.receive(stranger(++strangers), undecryptable(random, victim), now);
    };
    flood(kStart);
    const auto challenge =
        victim.receive(honest.address, honest.ask(victim, kPing, kStart)[0].bytes, kStart);
    ASSERT_EQ(challenge.size(), 1u);
    for (int i = 1; i <= 2; ++i)
        flood(kStart + i * 150ms);
    const auto handshake = honest.receive(victim.address, challenge[0].bytes, kStart + 300ms);
    victim.receive(honest.address, handshake[0].bytes, kStart + 300ms);
    EXPECT_EQ(victim.heard.size(), 1u);
}

TEST(WireHostile, AFloodFromManyAddressesDoesNotCutOffWhomWeSpeakWith) {
    test::SeededRandom random(9);
    WireNode victim{1}, peer{2}, asked{3};
    const auto challenge =
        victim.receive(peer.address, peer.ask(victim, kPing, kStart)[0].bytes, kStart);
    victim.receive(peer.address, peer.receive(victim.address, challenge[0].bytes, kStart)[0].bytes,
                   kStart);
    const auto pong = victim.answer(peer.contact(), Pong{{1}, 1, peer.address}, kStart);
    peer.receive(victim.address, pong[0].bytes, kStart);
    const auto request = victim.ask(asked, kPing, kStart);
    for (std::uint64_t i = 0; i < 5'000; ++i)
        victim.receive(stranger(i), undecryptable(random, victim), kStart);
    EXPECT_GE(victim.dropped(Dropped::rate_limited), 1'000u);

    victim.receive(peer.address, peer.ask(victim, kPing, kStart)[0].bytes, kStart);
    EXPECT_EQ(victim.heard.size(), 2u);
    const auto asks_back = asked.receive(victim.address, request[0].bytes, kStart);
    EXPECT_EQ(victim.receive(asked.address, asks_back[0].bytes, kStart).size(), 1u)
        << "our own handshake";
}

TEST(WireHostile, OneAddressHoldsFewChallenges) {
    test::SeededRandom random(6);
    WireNode victim{1};
    Endpoint from = stranger(1);
    std::size_t answered = 0;
    for (int i = 0; i < 100; ++i) {
        ++from.port;  // ports are free to choose
        answered += victim.receive(from, undecryptable(random, victim), kStart).size();
    }
    EXPECT_EQ(answered, victim.limits.challenges_per_address_max);
    EXPECT_EQ(victim.dropped(Dropped::challenges_full), 100 - answered);
    EXPECT_EQ(victim.receive(stranger(2), undecryptable(random, victim), kStart).size(), 1u);
    EXPECT_EQ(victim.receive(from, undecryptable(random, victim), kStart + 1s).size(), 1u);
}

TEST(WireHostile, AChallengeThatWasForgottenCountsNoMore) {
    Limits limits;
    limits.challenges_max = 1;
    test::SeededRandom random(5);
    Challenges challenges(limits, random);
    for (std::uint8_t i = 0; i < 100; ++i)
        EXPECT_TRUE(challenges.add({{{i}}, stranger(i % 2)}, {}, kStart)) << int{i};
    EXPECT_EQ(challenges.size(), 1u);
}

TEST(WireHostile, OneAddressDoesNotStarveTheOthers) {
    test::SeededRandom random(7);
    WireNode victim{1}, honest{2};
    for (int i = 0; i < 5'000; ++i) {
        Endpoint from = stranger(1);
        from.port = static_cast<std::uint16_t>(1 + random.below(60'000));
        victim.receive(from, chance(random, 100), kStart);
    }
    EXPECT_GE(victim.dropped(Dropped::rate_limited), 4'500u);
    EXPECT_EQ(
        victim.receive(honest.address, honest.ask(victim, kPing, kStart)[0].bytes, kStart).size(),
        1u);
}

TEST(WireHostile, OnLoopbackNodesAreToldApartByTheirPorts) {
    const Endpoint one = Endpoint::ipv4({127, 0, 0, 1}, 1);
    const Endpoint two = Endpoint::ipv4({127, 0, 0, 1}, 2);
    EXPECT_NE(sender_of(one), sender_of(two));
    EXPECT_EQ(sender_of(Endpoint::ipv4({12, 0, 0, 1}, 1)),
              sender_of(Endpoint::ipv4({12, 0, 0, 1}, 2)));
    EXPECT_EQ(sender_of(*parse_endpoint("[2001:db8:1:2::1]:1", 1)),
              sender_of(*parse_endpoint("[2001:db8:1:2:ffff::7]:9", 1)));
    EXPECT_NE(sender_of(*parse_endpoint("[2001:db8:1:2::1]:1", 1)),
              sender_of(*parse_endpoint("[2001:db8:1:3::1]:1", 1)));
    EXPECT_NE(sender_of(*parse_endpoint("[::1]:1", 1)), sender_of(*parse_endpoint("[::1]:2", 1)));
}

TEST(WireHostile, ReplayedHandshakePacketsDoNothing) {
    WireNode a{1}, b{2};
    const auto request = a.ask(b, kPing, kStart);
    const auto challenge = b.receive(a.address, request[0].bytes, kStart);
    const auto handshake = a.receive(b.address, challenge[0].bytes, kStart);
    b.receive(a.address, handshake[0].bytes, kStart);
    ASSERT_EQ(b.heard.size(), 1u);
    for (int i = 0; i < 50; ++i)
        EXPECT_TRUE(b.receive(a.address, handshake[0].bytes, kStart + i * 10ms).empty());
    EXPECT_EQ(b.dropped(Dropped::unexpected), 50u);
    EXPECT_EQ(b.wire.counters().handshakes, 1u);
    // Nor within another challenge: the old signature is over the old one.
    b.wire.handle_timer(kStart + 25h);
    ASSERT_EQ(b.receive(a.address, request[0].bytes, kStart + 25h).size(), 1u);
    EXPECT_TRUE(b.receive(a.address, handshake[0].bytes, kStart + 25h).empty());
    EXPECT_EQ(b.dropped(Dropped::bad_handshake), 1u);
    EXPECT_EQ(b.wire.queues().sessions, 0u);
    EXPECT_EQ(b.heard.size(), 1u);
}

// A handshake packet with one thing wrong.
struct ForgedHandshake : testing::Test {
    void SetUp() override {
        const auto challenge = b.receive(a.address, a.ask(b, kPing, kStart)[0].bytes, kStart);
        auto decoded = decode_packet(challenge[0].bytes, a.identity.id);
        ASSERT_TRUE(decoded.ok());
        whoareyou = std::move(*decoded);
        ephemeral = ephemeral_key(a.random);
        auth = {.from = a.identity.id,
                .signature =
                    sign_id(a.identity.secret, whoareyou.associated, ephemeral.key, b.identity.id),
                .ephemeral = ephemeral.key,
                .record = a.record->bytes()};
    }
    void expect(Dropped reason, std::size_t heard) {
        SessionKeys keys =
            session_keys(*shared_point(b.identity.key, ephemeral.secret), whoareyou.associated,
                         a.identity.id, b.identity.id, Side::initiator);
        Packet packet{.nonce = *next_nonce(keys, a.random), .auth = auth};
        packet.message = gcm_seal(keys.write, packet.nonce, encode(kPing), associated_of(packet));
        EXPECT_TRUE(b.receive(a.address, encode_packet(packet, b.identity.id), kStart).empty());
        EXPECT_EQ(b.heard.size(), heard);
        EXPECT_EQ(b.wire.queues().sessions, heard);
        EXPECT_EQ(b.dropped(reason), 1 - heard);
    }

    WireNode a{1}, b{2}, c{3};
    Packet whoareyou;
    EphemeralKey ephemeral;
    HandshakeAuth auth;
};

TEST_F(ForgedHandshake, WithoutAFaultItIsTaken) {
    expect(Dropped::bad_handshake, 1);
}
TEST_F(ForgedHandshake, ASignatureOfAnotherIsRefused) {
    auth.signature = sign_id(c.identity.secret, whoareyou.associated, ephemeral.key, b.identity.id);
    expect(Dropped::bad_handshake, 0);
}
TEST_F(ForgedHandshake, ARecordOfAnotherIsRefused) {
    auth.record = c.record->bytes();
    expect(Dropped::bad_handshake, 0);
}
// All is signed correctly, but by another node than the packet says.
TEST_F(ForgedHandshake, ANodeCannotTakeTheIdOfAnother) {
    auth.record = c.record->bytes();
    auth.signature = sign_id(c.identity.secret, whoareyou.associated, ephemeral.key, b.identity.id);
    expect(Dropped::bad_handshake, 0);
}
TEST_F(ForgedHandshake, ADamagedRecordIsRefused) {
    auth.record.back() ^= 1;
    expect(Dropped::bad_handshake, 0);
}
TEST_F(ForgedHandshake, WithoutARecordTheKeyMustBeKnown) {
    auth.record.clear();
    expect(Dropped::bad_handshake, 0);
}
TEST_F(ForgedHandshake, AKeyThatIsNoPointIsRefused) {
    auth.ephemeral.fill(0xff);
    auth.signature =
        sign_id(a.identity.secret, whoareyou.associated, auth.ephemeral, b.identity.id);
    expect(Dropped::bad_handshake, 0);
}
TEST_F(ForgedHandshake, AnotherKeyThanSignedIsRefused) {
    auth.ephemeral = c.identity.key;
    expect(Dropped::bad_handshake, 0);
}

TEST(WireHostile, OneChallengePaysForOneCheckOfAHandshake) {
    test::SeededRandom random(8);
    WireNode victim{1}, liar{2};
    const auto challenge =
        victim.receive(liar.address, liar.ask(victim, kPing, kStart)[0].bytes, kStart);
    auto handshake = liar.receive(victim.address, challenge[0].bytes, kStart)[0].bytes;
    handshake.back() ^= 1;  // the message's tag
    for (int i = 0; i < 20; ++i)
        victim.receive(liar.address, handshake, kStart);
    EXPECT_EQ(victim.dropped(Dropped::bad_handshake), 1u);
    EXPECT_EQ(victim.dropped(Dropped::unexpected), 19u);
}

TEST(WireHostile, HandshakesAreCheckedAtABoundedRate) {
    Limits limits;
    limits.handshakes_burst = 5;
    limits.handshakes_per_second = 5;
    WireNode victim{1, limits};
    std::size_t heard = 0;
    for (std::uint8_t i = 2; i < 32; ++i) {
        WireNode other{i};
        const auto challenge =
            victim.receive(other.address, other.ask(victim, kPing, kStart)[0].bytes, kStart);
        ASSERT_EQ(challenge.size(), 1u);
        const auto handshake = other.receive(victim.address, challenge[0].bytes, kStart);
        victim.receive(other.address, handshake[0].bytes, kStart);
        heard = victim.heard.size();
    }
    EXPECT_EQ(heard, 5u);
    EXPECT_EQ(victim.dropped(Dropped::rate_limited), 25u);
}

TEST(WireHostile, AChallengerThatNeverAcceptsCostsFewHandshakes) {
    WireNode a{1}, b{2};
    std::size_t sent = 0;
    for (int i = 0; i < 50; ++i) {
        const auto request = a.ask(b, kPing, kStart);
        WireNode forgetful{2, {}, static_cast<std::uint64_t>(i + 1)};  // another challenge each
        const auto challenge = forgetful.receive(a.address, request[0].bytes, kStart);
        sent += a.receive(b.address, challenge[0].bytes, kStart).size();
    }
    EXPECT_EQ(sent, 4u);
}

TEST(WireHostile, RequestsUnderWayAreBoundedToANodeAndInTotal) {
    Limits limits;
    limits.requests_max = 20;
    limits.requests_per_node_max = 3;
    Flights flights(limits);
    std::uint8_t number = 0;
    const auto add = [&](std::uint8_t node) {
        return flights.add(
            {.to = {{{node}}, stranger(node)}, .nonce = {++number}, .since = kStart});
    };
    const auto first = add(1);
    EXPECT_EQ(flights.named({1}), first);
    for (int i = 0; i < 3; ++i)
        add(1);
    EXPECT_FALSE(flights.named({1})) << "the oldest to this node";
    EXPECT_EQ(flights.size(), 3u);
    for (std::uint8_t node = 2; node < 100; ++node)
        add(node);
    EXPECT_EQ(flights.size(), 20u);
    flights.expire(kStart + 999ms);
    EXPECT_EQ(flights.size(), 20u);
    flights.expire(kStart + 1s);
    EXPECT_EQ(flights.size(), 0u);
}

TEST(WireHostile, TheLeastRecentlyUsedSessionLeaves) {
    Limits limits;
    limits.sessions_max = 3;
    WireNode hub{1, limits};
    std::vector<std::unique_ptr<WireNode>> others;
    const auto meet = [&](WireNode& other, Time now) {
        const auto challenge = hub.receive(other.address, other.ask(hub, kPing, now)[0].bytes, now);
        const auto handshake = other.receive(hub.address, challenge[0].bytes, now);
        hub.receive(other.address, handshake[0].bytes, now);
    };
    for (std::uint8_t i = 2; i < 5; ++i) {
        others.push_back(std::make_unique<WireNode>(i));
        meet(*others.back(), kStart);
    }
    const Pong pong{{1}, 1, hub.address};
    EXPECT_EQ(hub.answer(others[0]->contact(), pong, kStart + 1s).size(), 1u);  // used
    others.push_back(std::make_unique<WireNode>(9));
    meet(*others.back(), kStart + 2s);
    EXPECT_EQ(hub.wire.queues().sessions, 3u);
    EXPECT_EQ(hub.answer(others[0]->contact(), pong, kStart + 2s).size(), 1u);
    EXPECT_EQ(hub.answer(others[1]->contact(), pong, kStart + 2s).size(), 0u);
}

}  // namespace
}  // namespace starling::p2p::discv5
