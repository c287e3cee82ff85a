#include "p2p/link/frame_cipher.h"

#include "consensus/hex.h"
#include "support/link_keys.h"
#include "support/read_file.h"
#include "support/shared_data.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <string>

namespace starling::p2p {
namespace {

const Bytes kHello = {'h', 'e', 'l', 'l', 'o'};

FrameCipher cipher() {
    return {test::one_end().send, test::one_end().chaining};
}
Bytes sealed(FrameCipher& sender, ByteView body) {
    Bytes out;
    sender.seal(body, out);
    return out;
}
// The body, or nothing.
std::optional<Bytes> opened(FrameCipher& receiver, ByteView frame) {
    const auto length = receiver.open_length(frame.first(FrameCipher::kSealedLengthBytes));
    if (!length) return std::nullopt;
    const ByteView rest = frame.subspan(FrameCipher::kSealedLengthBytes);
    EXPECT_EQ(rest.size(), *length + kTagBytes);
    Bytes body(*length);
    if (!receiver.open_body(rest, body)) return std::nullopt;
    return body;
}

template <std::size_t N>
std::array<std::uint8_t, N> array_of(const boost::json::value& from, const char* name) {
    const Bytes bytes = *from_hex(std::string_view(from.at(name).as_string()));
    std::array<std::uint8_t, N> out{};
    EXPECT_EQ(bytes.size(), N);
    std::copy_n(bytes.begin(), N, out.begin());
    return out;
}

TEST(FrameCipher, MeetsThePublishedMessages) {
    const Bytes text = test::read_file(test::shared_data("vectors/bolt8.json"));
    if (text.empty()) GTEST_SKIP() << "no vectors/bolt8.json";
    const auto all = boost::json::parse(std::string(text.begin(), text.end()));
    const auto& vector = all.at("messages");
    const Bytes plain = *from_hex(std::string_view(vector.at("plaintext").as_string()));
    FrameCipher sender(array_of<32>(vector, "sk"), array_of<32>(vector, "ck"));
    FrameCipher receiver(array_of<32>(vector, "sk"), array_of<32>(vector, "ck"));
    std::size_t compared = 0;
    for (std::int64_t i = 0; i < vector.at("count").as_int64(); ++i) {
        const Bytes frame = sealed(sender, plain);
        const auto* expected = vector.at("output").as_object().if_contains(std::to_string(i));
        if (expected != nullptr) {
            EXPECT_EQ(hex(frame), std::string(expected->as_string())) << i;
            ++compared;
        }
        ASSERT_EQ(opened(receiver, frame), plain) << i;
    }
    EXPECT_EQ(compared, 6u);
}

TEST(FrameCipher, OpensWhatItSealedAcrossRotationsAtAnySize) {
    FrameCipher sender = cipher();
    FrameCipher receiver = cipher();
    for (std::size_t i = 0; i < 1'100; ++i) {
        const Bytes body(i % 7 == 0 ? 0 : i, static_cast<std::uint8_t>(i));
        ASSERT_EQ(opened(receiver, sealed(sender, body)), body) << i;
    }
    const Bytes largest(FrameCipher::kBodyBytesMax, 0xab);
    EXPECT_EQ(opened(receiver, sealed(sender, largest)), largest);
}

// BOLT 8: a key seals 1,000 times, which is 500 frames. Whoever holds only the first key and its
// first nonces reads nothing after that.
TEST(FrameCipher, RotatesAtNonceOneThousandAndNoEarlier) {
    FrameCipher sender = cipher();
    ChaChaPoly first_key(test::one_end().send);
    for (std::size_t i = 0; i < 501; ++i) {
        const Bytes frame = sealed(sender, kHello);
        const ByteView length = ByteView(frame).first(FrameCipher::kSealedLengthBytes);
        std::array<std::uint8_t, 2> plain{};
        EXPECT_EQ(first_key.open(2 * i, {}, length, plain), i < 500) << i;
        EXPECT_FALSE(i == 500 && first_key.open(0, {}, length, plain));
    }
}

TEST(FrameCipher, RefusesAFrameWithAnyByteFlipped) {
    FrameCipher sender = cipher();
    const Bytes frame = sealed(sender, kHello);
    for (std::size_t at = 0; at < frame.size(); ++at) {
        Bytes changed = frame;
        changed[at] ^= static_cast<std::uint8_t>(1u << (at % 8));
        FrameCipher receiver = cipher();
        EXPECT_FALSE(opened(receiver, changed)) << at;
    }
}

TEST(FrameCipher, RefusesAFrameTwiceOrOutOfTurn) {
    FrameCipher sender = cipher();
    const Bytes first = sealed(sender, kHello);
    const Bytes second = sealed(sender, kHello);
    FrameCipher receiver = cipher();
    ASSERT_TRUE(opened(receiver, first));
    EXPECT_FALSE(opened(receiver, first));
    FrameCipher impatient = cipher();
    EXPECT_FALSE(opened(impatient, second));
}

}  // namespace
}  // namespace starling::p2p
