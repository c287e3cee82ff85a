// The wire of the simulator: what it must have in common with the sealed one.

#include "p2p/discovery/open_wire.h"

#include "p2p/discovery/packet.h"
#include "support/wire_node.h"

#include <gtest/gtest.h>

#include <map>

namespace starling {
namespace {

using namespace p2p;
using namespace p2p::discv5;
using namespace std::chrono_literals;
using test::WireNode;

constexpr Time kNow{1h};
const Message kPing = Ping{{1}, 1};
const Message kPong = Pong{{1}, 1, Endpoint::ipv4({1, 2, 3, 4}, 5)};

// An OpenWire with an identity, a record and an address, and what it gave out.
struct OpenNode {
    explicit OpenNode(std::uint8_t number, const Limits& bounds = {})
        : limits(bounds),
          address(Endpoint::ipv4({10, 0, number, 1}, 9'000)),
          identity(test::identity(100U + number)),
          random(number),
          wire(identity.id, limits, random, [this](const NodeId& id) {
              const auto it = known.find(id);
              return it == known.end() ? nullptr : it->second;
          }) {
        publish(1);
    }
    OpenNode(const OpenNode&) = delete;
    OpenNode& operator=(const OpenNode&) = delete;

    void publish(std::uint64_t sequence) {
        record = Record::sign({.sequence = sequence, .udp = address}, identity);
        wire.set_record(record);
    }
    [[nodiscard]] Contact contact() const { return {identity.id, address}; }

    Datagram ask(const OpenNode& other, const Message& message, Time now) {
        std::vector<Datagram> out;
        wire.send_request(other.contact(), other.identity.key, message, now, out);
        return out.at(0);
    }
    std::vector<Datagram> answer(const Contact& to, const Message& message, Time now) {
        std::vector<Datagram> out;
        wire.send_response(to, message, now, out);
        return out;
    }
    // Whether it was delivered; nothing is ever sent by it.
    bool receive(const Endpoint& from, const Datagram& datagram, Time now) {
        std::vector<Datagram> out;
        const std::size_t before = heard.size();
        wire.received({from, datagram.bytes, datagram.open}, now, out, heard);
        EXPECT_TRUE(out.empty());
        return heard.size() > before;
    }
    [[nodiscard]] std::uint64_t dropped(Dropped reason) const {
        return wire.counters().dropped[static_cast<std::size_t>(reason)];
    }

    Limits limits;
    Endpoint address;
    Identity identity;
    std::map<NodeId, Shared<Record>> known;
    Shared<Record> record;
    test::SeededRandom random;
    OpenWire wire;
    std::vector<Delivered> heard;
};

TEST(OpenWire, CarriesTheMessageItself) {
    OpenNode asking(1), asked(2);
    const Datagram datagram = asking.ask(asked, kPing, kNow);
    EXPECT_TRUE(datagram.bytes.empty());
    ASSERT_TRUE(asked.receive(asking.address, datagram, kNow));
    EXPECT_EQ(asked.heard[0].from, asking.contact());
    EXPECT_EQ(asked.heard[0].message, kPing);
    const auto answer = asked.answer(asking.contact(), kPong, kNow);
    ASSERT_EQ(answer.size(), 1u);
    EXPECT_EQ(answer[0].to, asking.address);
    EXPECT_TRUE(asking.receive(asked.address, answer[0], kNow));
}

TEST(OpenWire, DeliversTheRecordOfWhoSpeaksFirstWhereItIsNews) {
    OpenNode asking(1), asked(2);
    ASSERT_TRUE(asked.receive(asking.address, asking.ask(asked, kPing, kNow), kNow));
    EXPECT_EQ(asked.heard[0].record, asking.record);
    ASSERT_TRUE(asked.receive(asking.address, asking.ask(asked, kPing, kNow), kNow));
    EXPECT_EQ(asked.heard[1].record, nullptr) << "within the session";

    OpenNode informed(3);
    informed.known[asking.identity.id] = asking.record;
    ASSERT_TRUE(informed.receive(asking.address, asking.ask(informed, kPing, kNow), kNow));
    EXPECT_EQ(informed.heard[0].record, nullptr) << "it was known";
    asking.publish(2);
    const Endpoint elsewhere = Endpoint::ipv4({10, 0, 9, 1}, 9'000);
    ASSERT_TRUE(informed.receive(elsewhere, asking.ask(informed, kPing, kNow), kNow));
    EXPECT_EQ(informed.heard[1].record, asking.record) << "another address is another contact";
}

TEST(OpenWire, SendsResponsesWithinASessionOnly) {
    OpenNode asking(1), asked(2);
    EXPECT_TRUE(asked.answer(asking.contact(), kPong, kNow).empty());
    asked.receive(asking.address, asking.ask(asked, kPing, kNow), kNow);
    EXPECT_EQ(asked.answer(asking.contact(), kPong, kNow).size(), 1u);
    EXPECT_TRUE(
        asked.answer(asking.contact(), kPong, kNow + asked.limits.session_idle_max).empty());
}

TEST(OpenWire, DropsWhatIsForAnotherNodeOrOfAForeignRecord) {
    OpenNode asking(1), asked(2), other(3);
    EXPECT_FALSE(other.receive(asking.address, asking.ask(asked, kPing, kNow), kNow));
    EXPECT_FALSE(asked.receive(asking.address, {asked.address, Bytes(80)}, kNow));
    EXPECT_EQ(other.dropped(Dropped::bad_packet) + asked.dropped(Dropped::bad_packet), 2u);
    asking.wire.set_record(other.record);
    EXPECT_FALSE(asked.receive(asking.address, asking.ask(asked, kPing, kNow), kNow));
    asking.wire.set_record(nullptr);
    EXPECT_FALSE(asked.receive(asking.address, asking.ask(asked, kPing, kNow), kNow));
    EXPECT_EQ(asked.dropped(Dropped::bad_handshake), 2u);
    EXPECT_EQ(asked.wire.queues().sessions, 0u);
}

TEST(OpenWire, DropsMessagesThatNoBytesCouldCarry) {
    OpenNode asking(1), asked(2);
    for (const Message& message :
         {Message(FindNode{{1}, {300}}), Message(TalkRequest{{1}, {}, Bytes(kPlainBytesMax)})}) {
        const Datagram datagram{asked.address,
                                {},
                                std::make_shared<const OpenPacket>(
                                    asking.identity.id, asked.identity.id, asking.record, message)};
        EXPECT_FALSE(asked.receive(asking.address, datagram, kNow));
    }
    EXPECT_EQ(asked.dropped(Dropped::bad_message), 2u);
}

TEST(OpenWire, TakesStrangersAndHandshakesAtTheRatesOfTheSealedWire) {
    Limits limits;
    limits.handshakes_burst = 5;
    limits.address_packets_burst = 20;
    OpenNode asking(1), asked(2, limits);
    // Another address each time is another contact each time.
    std::size_t taken = 0;
    for (std::uint8_t i = 0; i < 10; ++i) {
        const Endpoint from = Endpoint::ipv4({10, 1, i, 1}, 9'000);
        if (asked.receive(from, asking.ask(asked, kPing, kNow), kNow)) ++taken;
    }
    EXPECT_EQ(taken, 5u);
    taken = 0;
    for (int i = 0; i < 30; ++i) {
        const Endpoint from = Endpoint::ipv4({10, 1, 0, 1}, 9'000);
        if (asked.receive(from, asking.ask(asked, kPing, kNow), kNow)) ++taken;
    }
    EXPECT_EQ(taken, 19u) << "twenty of one address, the first before";
}

TEST(OpenWire, ForgetsTheSessionUsedLongestAgo) {
    Limits limits;
    limits.sessions_max = 2;
    OpenNode asked(0, limits), first(1), second(2), third(3);
    Time now = kNow;
    for (OpenNode* node : {&first, &second, &first, &third}) {
        now += 1s;
        ASSERT_TRUE(asked.receive(node->address, node->ask(asked, kPing, now), now));
    }
    EXPECT_EQ(asked.wire.queues().sessions, 2u);
    EXPECT_EQ(asked.answer(first.contact(), kPong, now).size(), 1u);
    EXPECT_EQ(asked.answer(second.contact(), kPong, now).size(), 0u);
}

TEST(OpenWire, CountsTheBytesOfTheSealedPacket) {
    WireNode sealed(1), other(2);
    sealed.known[other.identity.id] = other.record;
    auto sent = sealed.ask(other, kPing, kNow);
    sent = other.receive(sealed.address, sent.at(0).bytes, kNow);
    sent = sealed.receive(other.address, sent.at(0).bytes, kNow);
    other.receive(sealed.address, sent.at(0).bytes, kNow);
    ASSERT_EQ(other.heard.size(), 1u);
    const Message nodes = Nodes{{1, 2}, 3, {}, {sealed.record, other.record}};
    for (const Message& message : {kPong, nodes, Message(TalkResponse{{1}, Bytes(500)})}) {
        sent = other.answer(sealed.contact(), message, kNow);
        ASSERT_EQ(sent.size(), 1u);
        EXPECT_EQ(wire_bytes({other.identity.id, sealed.identity.id, nullptr, message}),
                  sent[0].bytes.size());
    }
}

}  // namespace
}  // namespace starling
