#include "p2p/plain_transport.h"

#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace starling::p2p {
namespace {

const Parameters& net() {
    return regtest();
}

Bytes frame(std::string_view command, const Bytes& payload) {
    return encode_plain(net().magic, command, payload);
}

TEST(PlainTransport, FramesAsBitcoinDoes) {
    // Bitcoin's wiki: a verack on the main network.
    const Bytes wire = encode_plain({0xf9, 0xbe, 0xb4, 0xd9}, Verack{});
    const Bytes expected = {0xf9, 0xbe, 0xb4, 0xd9, 'v', 'e', 'r', 'a', 'c',  'k',  0,    0,
                            0,    0,    0,    0,    0,   0,   0,   0,   0x5d, 0xf6, 0xe0, 0xe2};
    EXPECT_EQ(wire, expected);
}

TEST(PlainTransport, GivesTheSameFramesHoweverTheBytesAreCut) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        test::SeededRandom random(seed);
        Bytes wire;
        std::vector<Bytes> payloads;
        for (int i = 0; i < 5; ++i) {
            payloads.emplace_back(random.below(200), static_cast<std::uint8_t>(i));
            const Bytes one = frame("ping", payloads.back());
            wire.insert(wire.end(), one.begin(), one.end());
        }
        PlainDecoder decoder(net().magic);
        std::vector<RawMessage> frames;
        for (ByteView rest = wire; !rest.empty();) {
            const std::size_t size = random.below(std::min<std::size_t>(rest.size(), 90)) + 1;
            ASSERT_FALSE(decoder.feed(rest.first(size), frames));
            rest = rest.subspan(size);
        }
        ASSERT_EQ(frames.size(), payloads.size());
        for (std::size_t i = 0; i < frames.size(); ++i)
            EXPECT_EQ(*frames[i].payload, payloads[i]);
    }
}

TEST(PlainTransport, EndsAtTheFirstForeignByte) {
    for (std::size_t good = 0; good < 4; ++good) {
        Bytes wire(net().magic.begin(), net().magic.begin() + static_cast<long>(good));
        wire.push_back(static_cast<std::uint8_t>(net().magic[good] ^ 1));
        PlainDecoder decoder(net().magic);
        std::vector<RawMessage> frames;
        EXPECT_EQ(decoder.feed(wire, frames), TransportError::foreign_magic);
        EXPECT_TRUE(frames.empty());
    }
}

TEST(PlainTransport, EndsAtAMessageOverTheLimit) {
    Bytes wire = frame("block", {});
    const std::uint32_t length = kMessageBytesMax + 1;
    for (std::size_t i = 0; i < 4; ++i)
        wire[16 + i] = static_cast<std::uint8_t>(length >> (8 * i));
    PlainDecoder decoder(net().magic);
    std::vector<RawMessage> frames;
    EXPECT_EQ(decoder.feed(wire, frames), TransportError::too_long);
}

TEST(PlainTransport, EndsAtACommandThatIsNoText) {
    for (const std::size_t at : {4u, 9u}) {
        Bytes wire = frame("ping", {});
        wire[at] = at == 4 ? 0x07 : 'x';  // a control character; a letter behind the padding
        PlainDecoder decoder(net().magic);
        std::vector<RawMessage> frames;
        EXPECT_EQ(decoder.feed(wire, frames), TransportError::bad_command);
    }
}

TEST(PlainTransport, MakesAWrongChecksumMalformed) {
    Bytes wire = frame("ping", Bytes(8, 1));
    wire.back() ^= 1;
    PlainDecoder decoder(net().magic);
    std::vector<RawMessage> frames;
    ASSERT_FALSE(decoder.feed(wire, frames));
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_TRUE(std::holds_alternative<Malformed>(decode(frames[0], net())));
}

// HOSTILE 1.
TEST(PlainTransport, ReservesMemoryByWhatArrivedAndNotByWhatIsClaimed) {
    Bytes wire = frame("block", {});
    for (std::size_t i = 0; i < 4; ++i)
        wire[16 + i] = static_cast<std::uint8_t>(std::uint32_t{kMessageBytesMax} >> (8 * i));
    std::size_t held = 0;
    for (int connection = 0; connection < 125; ++connection) {
        PlainDecoder decoder(net().magic);
        std::vector<RawMessage> frames;
        ASSERT_FALSE(decoder.feed(wire, frames));
        ASSERT_FALSE(decoder.feed(Bytes(1'000), frames));
        held += decoder.held_bytes();
    }
    EXPECT_LT(held, 125u * 4'000);
}

}  // namespace
}  // namespace starling::p2p
