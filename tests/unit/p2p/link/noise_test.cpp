#include "p2p/link/noise.h"

#include "consensus/hex.h"
#include "support/link_keys.h"
#include "support/read_file.h"
#include "support/shared_data.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <string>

namespace starling::p2p {
namespace {

using test::public_of;
using test::secret;

// ---- the published vectors ----

template <std::size_t N>
std::array<std::uint8_t, N> array_of(const boost::json::object& from, const char* name) {
    const Bytes bytes = *from_hex(std::string_view(from.at(name).as_string()));
    std::array<std::uint8_t, N> out{};
    EXPECT_EQ(bytes.size(), N);
    std::copy_n(bytes.begin(), N, out.begin());
    return out;
}

// One side of a recorded handshake: takes each input when it comes, gives what a step should show.
class VectorSide {
public:
    explicit VectorSide(const boost::json::object& vector)
        : dialler_(vector.contains("rs_pub")),
          handshake_(dialler_ ? NoiseHandshake::dialler(array_of<32>(vector, "ls_priv"),
                                                        array_of<33>(vector, "rs_pub"),
                                                        array_of<32>(vector, "e_priv"))
                              : NoiseHandshake::responder(array_of<32>(vector, "ls_priv"),
                                                          array_of<32>(vector, "e_priv"))) {
        if (dialler_) said_ = handshake_.act_one();
    }

    void take(const Bytes& input) {
        said_ = std::nullopt;
        if (dialler_) {
            said_ = handshake_.act_three(input);
            done_ = said_.has_value();
        } else if (!answered_) {
            said_ = handshake_.act_two(input);
            answered_ = true;
        } else {
            done_ = handshake_.finish(input);
        }
    }

    // What the vectors write for the state after the last input; `said` is shown once.
    std::string shown() {
        if (said_) return hex(*std::exchange(said_, std::nullopt));
        if (!done_) return "ERROR";
        const std::string send = hex(handshake_.keys().send);
        const std::string receive = hex(handshake_.keys().receive);
        return dialler_ ? "sk,rk=0x" + send + ",0x" + receive : "rk,sk=0x" + receive + ",0x" + send;
    }

private:
    bool dialler_;
    NoiseHandshake handshake_;
    std::optional<Bytes> said_;
    bool answered_ = false;
    bool done_ = false;
};

TEST(Noise, MeetsThePublishedHandshakes) {
    const Bytes text = test::read_file(test::shared_data("vectors/bolt8.json"));
    if (text.empty()) GTEST_SKIP() << "no vectors/bolt8.json";
    const auto vectors = boost::json::parse(std::string(text.begin(), text.end()));
    std::size_t played = 0;
    for (const auto& entry : vectors.at("handshake").as_array()) {
        const auto& vector = entry.as_object();
        SCOPED_TRACE(vector.at("name").as_string().c_str());
        VectorSide side(vector);
        for (const auto& step : vector.at("steps").as_array()) {
            if (const auto* input = step.as_object().if_contains("input")) {
                side.take(*from_hex(std::string_view(input->as_string())));
                continue;
            }
            const std::string expected = step.at("output").as_string().c_str();
            // The vectors also name the reason; we have one for all and tell nobody.
            EXPECT_EQ(side.shown(), expected.starts_with("ERROR") ? "ERROR" : expected);
        }
        ++played;
    }
    EXPECT_EQ(played, 15u);
}

// ---- hostile acts ----

Bytes flipped(Bytes bytes, std::size_t at) {
    bytes[at] ^= static_cast<std::uint8_t>(1u << (at % 8));
    return bytes;
}

NoiseHandshake dialler() {
    return NoiseHandshake::dialler(secret(1), public_of(2), secret(3));
}
NoiseHandshake responder() {
    return NoiseHandshake::responder(secret(2), secret(4));
}

TEST(Noise, BothSidesHoldTheSameKeysCrosswise) {
    NoiseHandshake here = dialler();
    NoiseHandshake there = responder();
    ASSERT_TRUE(there.finish(*here.act_three(*there.act_two(*here.act_one()))));
    EXPECT_EQ(here.keys().send, there.keys().receive);
    EXPECT_EQ(here.keys().receive, there.keys().send);
    EXPECT_EQ(here.keys().chaining, there.keys().chaining);
    EXPECT_NE(here.keys().send, here.keys().receive);
    EXPECT_EQ(there.peer_key(), public_of(1));
    EXPECT_EQ(here.peer_key(), public_of(2));
}

TEST(Noise, RefusesAnActWithAnyByteFlipped) {
    const Bytes one = *dialler().act_one();
    const Bytes two = *responder().act_two(one);
    NoiseHandshake finished = dialler();
    static_cast<void>(finished.act_one());
    const Bytes three = *finished.act_three(two);
    for (std::size_t at = 0; at < one.size(); ++at)
        EXPECT_FALSE(responder().act_two(flipped(one, at))) << at;
    for (std::size_t at = 0; at < two.size(); ++at) {
        NoiseHandshake side = dialler();
        static_cast<void>(side.act_one());
        EXPECT_FALSE(side.act_three(flipped(two, at))) << at;
    }
    for (std::size_t at = 0; at < three.size(); ++at) {
        NoiseHandshake side = responder();
        static_cast<void>(side.act_two(one));
        EXPECT_FALSE(side.finish(flipped(three, at))) << at;
    }
}

TEST(Noise, RefusesAnActOfAnyOtherLength) {
    const Bytes one = *dialler().act_one();
    for (std::size_t size = 0; size < 2 * one.size(); ++size) {
        if (size == one.size()) continue;
        Bytes other = one;
        other.resize(size);
        EXPECT_FALSE(responder().act_two(other)) << size;
    }
}

TEST(Noise, AnswersNobodyWhoExpectsAnotherKey) {
    NoiseHandshake mistaken = NoiseHandshake::dialler(secret(1), public_of(9), secret(3));
    EXPECT_FALSE(responder().act_two(*mistaken.act_one()));
}

TEST(Noise, BeginsNothingWithAKeyThatIsNoPoint) {
    CompressedKey none{};
    none[0] = 2;
    none[32] = 5;  // no point has x = 5
    EXPECT_FALSE(NoiseHandshake::dialler(secret(1), none, secret(3)).act_one());
}

TEST(Noise, RefusesAnActOfAnEarlierConnection) {
    NoiseHandshake first = dialler();
    NoiseHandshake there = responder();
    const Bytes three = *first.act_three(*there.act_two(*first.act_one()));
    NoiseHandshake again = NoiseHandshake::responder(secret(2), secret(5));
    NoiseHandshake replayed = dialler();
    ASSERT_TRUE(again.act_two(*replayed.act_one()));
    EXPECT_FALSE(again.finish(three));
}

}  // namespace
}  // namespace starling::p2p
