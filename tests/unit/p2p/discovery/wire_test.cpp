// Rules of discovery's handshakes and sessions. The names of some are those of geth's conformance
// suite.

#include "p2p/discovery/wire.h"

#include "p2p/discovery/session_keys.h"
#include "support/wire_node.h"

#include <gtest/gtest.h>

namespace starling::p2p::discv5 {
namespace {

using namespace std::chrono_literals;
using test::WireNode;

const Time kStart{1'000'000ms};
const Ping kPing{{1, 2, 3}, 1};

Packet decoded(const Datagram& datagram, const WireNode& receiver) {
    auto packet = decode_packet(datagram.bytes, receiver.identity.id);
    EXPECT_TRUE(packet.ok());
    return packet ? std::move(*packet) : Packet{};
}

struct WirePair : testing::Test {
    // `from` asks; WHOAREYOU and handshake go back and forth without loss. False if anything but
    // one datagram each was sent.
    bool shake(WireNode& from, WireNode& to, const Message& message, Time now) {
        const auto request = from.ask(to, message, now);
        if (request.size() != 1) return false;
        const auto challenge = to.receive(from.address, request[0].bytes, now);
        if (challenge.size() != 1) return false;
        const auto handshake = from.receive(to.address, challenge[0].bytes, now);
        if (handshake.size() != 1) return false;
        return to.receive(from.address, handshake[0].bytes, now).empty();
    }
    // And `to` answers, which proves the session to `from`.
    void meet(WireNode& from, WireNode& to, Time now) {
        ASSERT_TRUE(shake(from, to, kPing, now));
        const Pong pong{kPing.id, 1, from.address};
        const auto answer = to.answer(from.contact(), pong, now);
        ASSERT_EQ(answer.size(), 1u);
        EXPECT_TRUE(from.receive(to.address, answer[0].bytes, now).empty());
        ASSERT_EQ(from.heard.size(), 1u);
        EXPECT_EQ(std::get<Pong>(from.heard[0].message), pong);
        from.heard.clear();
        to.heard.clear();
    }

    WireNode a{1}, b{2};
};

TEST_F(WirePair, Ping) {
    ASSERT_TRUE(shake(a, b, kPing, kStart));
    ASSERT_EQ(b.heard.size(), 1u);
    EXPECT_EQ(b.heard[0].from, a.contact());
    EXPECT_EQ(std::get<discv5::Ping>(b.heard[0].message), kPing);
    ASSERT_TRUE(b.heard[0].record);
    EXPECT_EQ(b.heard[0].record->bytes(), a.record->bytes());
    EXPECT_EQ(b.wire.queues().sessions, 1u);
    EXPECT_EQ(b.wire.counters().handshakes, 1u);
}

TEST_F(WirePair, FurtherMessagesNeedNoHandshake) {
    meet(a, b, kStart);
    for (const auto& [from, to] : {std::pair(&a, &b), std::pair(&b, &a)}) {
        const auto request = from->ask(*to, kPing, kStart + 1s);
        ASSERT_EQ(request.size(), 1u);
        EXPECT_TRUE(to->receive(from->address, request[0].bytes, kStart + 1s).empty());
        ASSERT_EQ(to->heard.size(), 1u);
        EXPECT_FALSE(to->heard[0].record) << "only a handshake brings one";
    }
    EXPECT_EQ(a.wire.counters().handshakes, 1u);
}

TEST_F(WirePair, PingMultiIP) {
    meet(a, b, kStart);
    // The same node with the same keys from another address: a session is bound to both.
    const auto request = a.ask(b, kPing, kStart);
    const Endpoint elsewhere = Endpoint::ipv4({10, 9, 9, 9}, 9'000);
    const auto answer = b.receive(elsewhere, request[0].bytes, kStart);
    EXPECT_TRUE(b.heard.empty());
    ASSERT_EQ(answer.size(), 1u);
    EXPECT_EQ(answer[0].to, elsewhere);
    EXPECT_TRUE(std::holds_alternative<WhoAreYou>(decoded(answer[0], a).auth));
    // From another port too.
    Endpoint other_port = a.address;
    ++other_port.port;
    EXPECT_EQ(b.receive(other_port, request[0].bytes, kStart).size(), 1u);
    EXPECT_TRUE(b.heard.empty());
}

TEST_F(WirePair, PingLargeRequestID) {
    meet(a, b, kStart);
    // No encoder of ours writes nine bytes: sealed by hand, under keys that are known because the
    // handshake is done by hand too. Silence is the answer.
    const auto challenge =
        b.receive(Endpoint::ipv4({10, 3, 3, 3}, 1), a.ask(b, kPing, kStart)[0].bytes, kStart);
    const Packet whoareyou = decoded(challenge[0], a);
    const EphemeralKey ephemeral = ephemeral_key(a.random);
    SessionKeys keys =
        session_keys(*shared_point(b.identity.key, ephemeral.secret), whoareyou.associated,
                     a.identity.id, b.identity.id, Side::initiator);
    Packet packet{.nonce = *next_nonce(keys, a.random),
                  .auth = HandshakeAuth{a.identity.id,
                                        sign_id(a.identity.secret, whoareyou.associated,
                                                ephemeral.key, b.identity.id),
                                        ephemeral.key, a.record->bytes()}};
    const Bytes nine_bytes{1, 0xcb, 0x89, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1};
    packet.message = gcm_seal(keys.write, packet.nonce, nine_bytes, associated_of(packet));
    const auto out =
        b.receive(Endpoint::ipv4({10, 3, 3, 3}, 1), encode_packet(packet, b.identity.id), kStart);
    EXPECT_TRUE(out.empty());
    EXPECT_TRUE(b.heard.empty());
    EXPECT_EQ(b.dropped(Dropped::bad_message), 1u);
    EXPECT_EQ(b.wire.queues().sessions, 2u) << "the handshake was good";
}

TEST_F(WirePair, HandshakeResend) {
    const auto first = b.receive(a.address, a.ask(b, kPing, kStart)[0].bytes, kStart);
    const auto second = b.receive(a.address, a.ask(b, kPing, kStart)[0].bytes, kStart + 999ms);
    ASSERT_EQ(first.size(), 1u);
    ASSERT_EQ(second.size(), 1u);
    EXPECT_EQ(first[0].bytes, second[0].bytes) << "byte for byte, with the first packet's nonce";
    const auto later = b.receive(a.address, a.ask(b, kPing, kStart)[0].bytes, kStart + 1s);
    ASSERT_EQ(later.size(), 1u);
    EXPECT_NE(first[0].bytes, later[0].bytes) << "the challenge has run out";
}

TEST_F(WirePair, AChallengeOfAnyRequestUnderWayIsAnsweredAndTheOthersFollow) {
    const TalkRequest second{{2}, {'x'}, {}};
    const FindNode third{{3}, {0}};
    a.ask(b, kPing, kStart);  // lost
    const auto asked = a.ask(b, second, kStart);
    a.ask(b, third, kStart);  // lost
    const auto challenge = b.receive(a.address, asked[0].bytes, kStart);
    const auto handshake = a.receive(b.address, challenge[0].bytes, kStart);
    ASSERT_EQ(handshake.size(), 1u);
    b.receive(a.address, handshake[0].bytes, kStart);
    ASSERT_EQ(b.heard.size(), 1u);
    EXPECT_EQ(b.heard[0].message, Message{second});

    const auto answer = b.answer(a.contact(), TalkResponse{{2}, {}}, kStart);
    const auto others = a.receive(b.address, answer[0].bytes, kStart);
    ASSERT_EQ(others.size(), 2u);
    for (const Datagram& datagram : others)
        b.receive(a.address, datagram.bytes, kStart);
    ASSERT_EQ(b.heard.size(), 3u);
    EXPECT_EQ(b.heard[1].message, Message{kPing});
    EXPECT_EQ(b.heard[2].message, Message{third});
}

TEST_F(WirePair, AChallengeFromAnotherAddressThanAskedIsIgnored) {
    const auto asked = a.ask(b, kPing, kStart);
    const auto challenge = b.receive(a.address, asked[0].bytes, kStart);
    Endpoint other = b.address;
    ++other.port;
    EXPECT_TRUE(a.receive(other, challenge[0].bytes, kStart).empty());
    EXPECT_EQ(a.dropped(Dropped::unexpected), 1u);
    EXPECT_EQ(a.receive(b.address, challenge[0].bytes, kStart).size(), 1u);
}

TEST_F(WirePair, AChallengeOfNothingOrTooLateIsIgnored) {
    const auto asked = a.ask(b, kPing, kStart);
    const auto challenge = b.receive(a.address, asked[0].bytes, kStart);
    EXPECT_TRUE(a.receive(b.address, challenge[0].bytes, kStart + 1s).empty());
    EXPECT_EQ(a.dropped(Dropped::unexpected), 1u);
}

TEST_F(WirePair, ResponsesAreNeverChallengedIntoAHandshake) {
    meet(a, b, kStart);
    const auto response = a.answer(b.contact(), Pong{{1}, 1, b.address}, kStart);
    WireNode forgetful{2};  // b, without its sessions
    const auto challenge = forgetful.receive(a.address, response[0].bytes, kStart);
    ASSERT_EQ(challenge.size(), 1u);
    EXPECT_TRUE(a.receive(b.address, challenge[0].bytes, kStart).empty());
}

TEST_F(WirePair, ResponsesAreOnlySentWithinASession) {
    EXPECT_TRUE(a.answer(b.contact(), Pong{{1}, 1, b.address}, kStart).empty());
    // A handshake of ours that nothing has answered is none yet.
    const auto challenge = b.receive(a.address, a.ask(b, kPing, kStart)[0].bytes, kStart);
    EXPECT_EQ(a.receive(b.address, challenge[0].bytes, kStart).size(), 1u);
    EXPECT_TRUE(a.answer(b.contact(), Pong{{1}, 1, b.address}, kStart).empty());
    EXPECT_EQ(a.wire.queues().sessions, 0u);
}

TEST_F(WirePair, TheRecordGoesOnlyWhereItIsNotKnown) {
    b.known[a.identity.id] = a.record;
    ASSERT_TRUE(shake(a, b, kPing, kStart));
    ASSERT_EQ(b.heard.size(), 1u);
    EXPECT_FALSE(b.heard[0].record);

    WireNode c{3};
    c.known[a.identity.id] = a.record;
    a.publish(2);
    ASSERT_TRUE(shake(a, c, kPing, kStart));
    ASSERT_TRUE(c.heard[0].record);
    EXPECT_EQ(c.heard[0].record->sequence(), 2u);
}

// ChainSafe's 11.0.0 writes the sequence of a WHOAREYOU left-aligned: 1 is 2^56.
TEST_F(WirePair, ASequenceAboveOurOwnIsNoErrorAndGetsTheRecord) {
    const auto asked = decoded(a.ask(b, kPing, kStart)[0], b);
    for (const std::uint64_t claimed : {std::uint64_t{1} << 56, ~std::uint64_t{0}}) {
        const Packet whoareyou{.nonce = asked.nonce, .auth = WhoAreYou{{9}, claimed}};
        const auto out = a.receive(b.address, encode_packet(whoareyou, a.identity.id), kStart);
        ASSERT_EQ(out.size(), 1u);
        const Packet handshake = decoded(out[0], b);
        EXPECT_EQ(std::get<HandshakeAuth>(handshake.auth).record, a.record->bytes());
    }
}

TEST_F(WirePair, ARequestTooLongForAHandshakeFollowsAPing) {
    const TalkRequest talk{{5}, {'t'}, Bytes(1'024, 7)};
    ASSERT_TRUE(shake(a, b, talk, kStart));
    ASSERT_EQ(b.heard.size(), 1u);
    const auto* ping = std::get_if<discv5::Ping>(&b.heard[0].message);
    ASSERT_NE(ping, nullptr);
    const auto answer = b.answer(a.contact(), Pong{ping->id, 1, a.address}, kStart);
    const auto follows = a.receive(b.address, answer[0].bytes, kStart);
    ASSERT_EQ(follows.size(), 1u);
    b.receive(a.address, follows[0].bytes, kStart);
    ASSERT_EQ(b.heard.size(), 2u);
    EXPECT_EQ(b.heard[1].message, Message{talk});
}

TEST_F(WirePair, AHandshakePacketThatWasLostIsSentAgain) {
    const auto challenge = b.receive(a.address, a.ask(b, kPing, kStart)[0].bytes, kStart);
    const auto lost = a.receive(b.address, challenge[0].bytes, kStart);
    ASSERT_EQ(lost.size(), 1u);
    // An echo of the challenge alone causes nothing.
    EXPECT_TRUE(a.receive(b.address, challenge[0].bytes, kStart).empty());
    const auto retried = a.ask(b, kPing, kStart + 500ms);
    const auto again = b.receive(a.address, retried[0].bytes, kStart + 500ms);
    EXPECT_EQ(again[0].bytes, challenge[0].bytes);
    const auto handshake = a.receive(b.address, again[0].bytes, kStart + 500ms);
    ASSERT_EQ(handshake.size(), 1u);
    EXPECT_EQ(handshake[0].bytes, lost[0].bytes);
    b.receive(a.address, handshake[0].bytes, kStart + 500ms);
    ASSERT_EQ(b.heard.size(), 1u);
    const auto pong = b.answer(a.contact(), Pong{kPing.id, 1, a.address}, kStart + 500ms);
    EXPECT_EQ(a.receive(b.address, pong[0].bytes, kStart + 500ms).size(), 1u) << "the retry";
}

TEST_F(WirePair, HandshakesThatCrossLeaveBothSidesReadable) {
    const auto from_a = a.ask(b, kPing, kStart);
    const auto from_b = b.ask(a, kPing, kStart);
    const auto by_b = b.receive(a.address, from_a[0].bytes, kStart);
    const auto by_a = a.receive(b.address, from_b[0].bytes, kStart);
    const auto a_shakes = a.receive(b.address, by_b[0].bytes, kStart);
    const auto b_shakes = b.receive(a.address, by_a[0].bytes, kStart);
    EXPECT_TRUE(b.receive(a.address, a_shakes[0].bytes, kStart).empty());
    EXPECT_TRUE(a.receive(b.address, b_shakes[0].bytes, kStart).empty());
    ASSERT_EQ(a.heard.size(), 1u);
    ASSERT_EQ(b.heard.size(), 1u);
    const auto a_answers = a.answer(b.contact(), Pong{kPing.id, 1, b.address}, kStart);
    const auto b_answers = b.answer(a.contact(), Pong{kPing.id, 1, a.address}, kStart);
    b.receive(a.address, a_answers[0].bytes, kStart);
    a.receive(b.address, b_answers[0].bytes, kStart);
    EXPECT_EQ(a.heard.size(), 2u);
    EXPECT_EQ(b.heard.size(), 2u);
    for (int round = 0; round < 4; ++round) {
        WireNode& from = round % 2 == 0 ? a : b;
        WireNode& to = round % 2 == 0 ? b : a;
        const auto request = from.ask(to, kPing, kStart + 5s);
        EXPECT_TRUE(to.receive(from.address, request[0].bytes, kStart + 5s).empty());
    }
    EXPECT_EQ(a.heard.size(), 4u);
    EXPECT_EQ(b.heard.size(), 4u);
}

TEST_F(WirePair, ANodeThatLostItsSessionsIsMetAgain) {
    meet(a, b, kStart);
    WireNode restarted{2, {}, 1};
    ASSERT_TRUE(shake(a, restarted, kPing, kStart + 2s));
    EXPECT_EQ(restarted.heard.size(), 1u);
}

TEST_F(WirePair, AnIdleSessionEndsAfterADay) {
    meet(a, b, kStart);
    ASSERT_TRUE(a.wire.next_wakeup());
    a.wire.handle_timer(kStart + 23h);
    EXPECT_EQ(a.wire.queues().sessions, 1u);
    EXPECT_EQ(a.wire.next_wakeup(), kStart + 24h);
    a.wire.handle_timer(kStart + 24h);
    EXPECT_EQ(a.wire.queues().sessions, 0u);
    EXPECT_FALSE(a.wire.next_wakeup());
}

TEST_F(WirePair, WhatPretendsToComeFromOurselvesIsNoPacket) {
    const Packet packet{.auth = OrdinaryAuth{a.identity.id}, .message = Bytes(20, 1)};
    EXPECT_TRUE(a.receive(b.address, encode_packet(packet, a.identity.id), kStart).empty());
    EXPECT_EQ(a.dropped(Dropped::bad_packet), 1u);
}

}  // namespace
}  // namespace starling::p2p::discv5
