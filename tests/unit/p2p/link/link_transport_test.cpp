#include "p2p/link/link_transport.h"

#include "support/link_keys.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace starling::p2p {
namespace {

using test::public_of;
using test::secret;

RawMessage message(std::string command, Bytes payload) {
    return {.command = std::move(command),
            .payload = std::make_shared<const Bytes>(std::move(payload))};
}

struct Pair {
    LinkTransport here = LinkTransport::dialler(secret(1), public_of(2), secret(3));
    LinkTransport there = LinkTransport::responder(secret(2), secret(4));

    void shake_hands() {
        const auto one = here.open({});
        const auto two = there.open(one.reply);
        EXPECT_FALSE(two.established);
        const auto three = here.open(two.reply);
        EXPECT_TRUE(three.established);
        const auto last = there.open(three.reply);
        EXPECT_TRUE(last.established);
        EXPECT_TRUE(last.reply.empty());
    }
};

void expect_equal(const std::vector<RawMessage>& got, const std::vector<RawMessage>& sent) {
    ASSERT_EQ(got.size(), sent.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        EXPECT_EQ(got[i].command, sent[i].command) << i;
        EXPECT_EQ(*got[i].payload, *sent[i].payload) << i;
        EXPECT_EQ(got[i].wire_bytes(), kLinkHeaderBytes + sent[i].payload->size()) << i;
        EXPECT_FALSE(got[i].checksum);
    }
}

// Feeds in pieces of at most `piece` bytes; gives all messages.
std::vector<RawMessage> fed(Transport& to, ByteView bytes, std::size_t piece, Random& random) {
    std::vector<RawMessage> out;
    while (!bytes.empty()) {
        const std::size_t size = std::min<std::size_t>(bytes.size(), 1 + random.below(piece));
        auto opened = to.open(bytes.first(size));
        EXPECT_FALSE(opened.error);
        std::ranges::move(opened.messages, std::back_inserter(out));
        bytes = bytes.subspan(size);
    }
    return out;
}

TEST(LinkTransport, LearnsEachOthersKeysAndNoSooner) {
    Pair pair;
    EXPECT_FALSE(pair.there.peer_key());
    pair.shake_hands();
    EXPECT_EQ(pair.there.peer_key(), public_of(1));
    EXPECT_EQ(pair.here.peer_key(), public_of(2));
}

TEST(LinkTransport, ShakesHandsHoweverTheActsAreCut) {
    Pair pair;
    const Bytes one = pair.here.open({}).reply;
    Bytes two;
    for (const std::uint8_t byte : one) {
        EXPECT_TRUE(two.empty());
        two = pair.there.open(ByteView(&byte, 1)).reply;
    }
    Bytes three;
    for (const std::uint8_t byte : two)
        three = pair.here.open(ByteView(&byte, 1)).reply;
    bool established = false;
    for (const std::uint8_t byte : three) {
        EXPECT_FALSE(established);
        established = pair.there.open(ByteView(&byte, 1)).established;
    }
    EXPECT_TRUE(established);
}

TEST(LinkTransport, TakesMessagesRightBehindTheThirdAct) {
    Pair pair;
    Bytes bytes = pair.here.open(pair.there.open(pair.here.open({}).reply).reply).reply;
    const std::vector<RawMessage> sent = {message("version", Bytes(100, 7))};
    const Bytes sealed = pair.here.seal(sent);
    bytes.insert(bytes.end(), sealed.begin(), sealed.end());
    const auto opened = pair.there.open(bytes);
    EXPECT_TRUE(opened.established);
    expect_equal(opened.messages, sent);
}

// The property: whatever is sent, in whatever batches, comes out the same however it is cut, in
// both directions and across rotations of the keys.
TEST(LinkTransport, GivesTheSameMessagesHoweverTheyAreSealedAndCut) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        test::SeededRandom random(seed);
        Pair pair;
        pair.shake_hands();
        for (int turn = 0; turn < 20; ++turn) {
            Transport& from = turn % 2 == 0 ? pair.here : pair.there;
            Transport& to = turn % 2 == 0 ? pair.there : pair.here;
            std::vector<RawMessage> sent;
            Bytes wire;
            while (random.below(3) > 0) {
                std::vector<RawMessage> batch;
                for (std::uint64_t i = random.below(5); i > 0; --i) {
                    const std::size_t most = random.below(12) == 0 ? 150'000 : 300;
                    batch.push_back(message(std::string(random.below(13), 'x'),
                                            Bytes(random.below(most), 0x5a)));
                }
                const Bytes sealed = from.seal(batch);
                wire.insert(wire.end(), sealed.begin(), sealed.end());
                sent.insert(sent.end(), batch.begin(), batch.end());
            }
            expect_equal(fed(to, wire, random.below(4) == 0 ? 40 : 100'000, random), sent);
        }
    }
}

// BOLT 8: each direction's key rotates by that direction's own count.
TEST(LinkTransport, RotatesEachDirectionByItself) {
    Pair pair;
    pair.shake_hands();
    for (std::uint8_t i = 0; i < 120; ++i) {
        for (int forth = 0; forth < 10; ++forth) {
            const std::vector<RawMessage> sent = {message("ping", Bytes(8, i))};
            expect_equal(pair.there.open(pair.here.seal(sent)).messages, sent);
        }
        for (int back = 0; back < 5; ++back) {
            const std::vector<RawMessage> sent = {message("pong", Bytes(9, i))};
            expect_equal(pair.here.open(pair.there.seal(sent)).messages, sent);
        }
    }
}

TEST(LinkTransport, CarriesTheLargestMessage) {
    Pair pair;
    pair.shake_hands();
    const std::vector<RawMessage> sent = {message("block", Bytes(kMessageBytesMax, 1)),
                                          message("ping", Bytes(8, 2))};
    const Bytes wire = pair.here.seal(sent);
    // Full frames but the last: 34 bytes for each 65,535.
    EXPECT_EQ(wire.size(), 2 * kLinkHeaderBytes + kMessageBytesMax + 8 + 62 * 34);
    test::SeededRandom random(1);
    expect_equal(fed(pair.there, wire, 300'000, random), sent);
}

TEST(LinkTransport, PutsSmallMessagesIntoOneFrame) {
    Pair pair;
    pair.shake_hands();
    const std::vector<RawMessage> sent(10, message("ping", Bytes(8, 1)));
    EXPECT_EQ(pair.here.seal(sent).size(), 10 * (kLinkHeaderBytes + 8) + 34);
}

TEST(LinkTransport, EndsAtAnyFlippedBitAndGivesNothing) {
    const auto wire_of = [](Pair& pair) {
        pair.shake_hands();
        return pair.here.seal(std::vector<RawMessage>(3, message("ping", Bytes(8, 1))));
    };
    Pair one;
    const std::size_t size = wire_of(one).size();
    for (std::size_t at = 0; at < size; ++at) {
        Pair pair;
        Bytes wire = wire_of(pair);
        wire[at] ^= static_cast<std::uint8_t>(1u << (at % 8));
        const auto opened = pair.there.open(wire);
        EXPECT_EQ(opened.error, TransportError::changed) << at;
        EXPECT_TRUE(opened.messages.empty());
        EXPECT_TRUE(opened.reply.empty());
    }
}

TEST(LinkTransport, AnswersNothingToAStranger) {
    test::SeededRandom random(3);
    for (int i = 0; i < 100; ++i) {
        Bytes garbage(50 + random.below(200));
        for (std::uint8_t& byte : garbage)
            byte = static_cast<std::uint8_t>(random.next());
        garbage[0] = 0;
        LinkTransport there = LinkTransport::responder(secret(2), secret(4));
        const auto opened = there.open(garbage);
        EXPECT_EQ(opened.error, TransportError::bad_handshake);
        EXPECT_TRUE(opened.reply.empty());
    }
}

TEST(LinkTransport, EndsAtACommandThatIsNoTextAndAMessageOverTheLimit) {
    std::vector<RawMessage> out;
    Bytes header(kLinkHeaderBytes);
    header[4] = 0x07;
    EXPECT_EQ(LinkCutter().feed(header, out), TransportError::bad_command);
    header[4] = 'x';
    for (std::size_t i = 0; i < 4; ++i)
        header[i] = static_cast<std::uint8_t>((kMessageBytesMax + 1) >> (8 * i));
    EXPECT_EQ(LinkCutter().feed(header, out), TransportError::too_long);
    EXPECT_TRUE(out.empty());
}

// HOSTILE 1: neither a message's claimed length nor a frame's moves memory.
TEST(LinkTransport, HoldsMemoryByWhatArrivedAndNotByWhatIsClaimed) {
    std::size_t held = 0;
    for (int connection = 0; connection < 125; ++connection) {
        FrameCipher sender(test::one_end().send, test::one_end().chaining);
        Bytes stream(kLinkHeaderBytes + 1'000);
        for (std::size_t i = 0; i < 4; ++i)
            stream[i] = static_cast<std::uint8_t>(kMessageBytesMax >> (8 * i));
        Bytes wire;
        sender.seal(stream, wire);
        sender.seal(Bytes(FrameCipher::kBodyBytesMax), wire);
        FrameReader reader(test::other_end());
        std::vector<RawMessage> out;
        // Of the second frame, the length and 100 bytes.
        const std::size_t whole = stream.size() + 34;
        ASSERT_FALSE(reader.feed(ByteView(wire).first(whole + 118), out));
        held += reader.held_bytes();
    }
    EXPECT_LT(held, 125u * 4'000);
}

TEST(LinkTransport, HoldsNothingBetweenMessages) {
    FrameWriter writer(test::one_end());
    FrameReader reader(test::other_end());
    std::vector<RawMessage> out;
    const std::vector<RawMessage> sent = {message("block", Bytes(100'000, 1))};
    const Bytes wire = writer.seal(sent);
    for (std::size_t at = 0; at < wire.size(); at += 1'000)
        ASSERT_FALSE(reader.feed(
            ByteView(wire).subspan(at, std::min<std::size_t>(1'000, wire.size() - at)), out));
    expect_equal(out, sent);
    EXPECT_LT(reader.held_bytes(), 100u);
}

}  // namespace
}  // namespace starling::p2p
