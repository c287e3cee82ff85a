#include "p2p/discovery/session_keys.h"

#include "consensus/hex.h"
#include "p2p/discovery/packet.h"
#include "support/read_file.h"
#include "support/seeded_random.h"
#include "support/shared_data.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace starling::p2p::discv5 {
namespace {

Bytes bytes_of(const boost::json::value& object, const char* name) {
    std::string_view text = object.at(name).as_string();
    if (text.starts_with("0x")) text.remove_prefix(2);
    return *from_hex(text);
}
template <std::size_t N>
std::array<std::uint8_t, N> fixed(const boost::json::value& object, const char* name) {
    const Bytes bytes = bytes_of(object, name);
    EXPECT_EQ(bytes.size(), N);
    std::array<std::uint8_t, N> out{};
    std::ranges::copy(bytes, out.begin());
    return out;
}

struct SessionKeyVectors : testing::Test {
    void SetUp() override {
        const Bytes text = test::read_file(test::shared_data("vectors/discv5.json"));
        if (text.empty()) GTEST_SKIP() << "no vectors/discv5.json";
        vectors = boost::json::parse(std::string(text.begin(), text.end()));
    }
    [[nodiscard]] const boost::json::value& primitive(const char* name) const {
        return vectors.at("primitives").at(name);
    }
    boost::json::value vectors;
};

TEST_F(SessionKeyVectors, TheSharedSecretIsTheCompressedPoint) {
    const auto& vector = primitive("ECDH");
    const auto secret =
        shared_point(fixed<33>(vector, "public-key"), fixed<32>(vector, "secret-key"));
    ASSERT_TRUE(secret);
    EXPECT_EQ(*secret, fixed<33>(vector, "shared-secret"));
}

TEST_F(SessionKeyVectors, KeysAreDerivedForEachSide) {
    const auto& vector = primitive("Key Derivation");
    const auto secret =
        shared_point(fixed<33>(vector, "dest-pubkey"), fixed<32>(vector, "ephemeral-key"));
    ASSERT_TRUE(secret);
    const NodeId a{fixed<32>(vector, "node-id-a")};
    const NodeId b{fixed<32>(vector, "node-id-b")};
    const Bytes challenge = bytes_of(vector, "challenge-data");
    const SessionKeys initiator = session_keys(*secret, challenge, a, b, Side::initiator);
    EXPECT_EQ(initiator.write, fixed<16>(vector, "initiator-key"));
    EXPECT_EQ(initiator.read, fixed<16>(vector, "recipient-key"));
    const SessionKeys recipient = session_keys(*secret, challenge, a, b, Side::recipient);
    EXPECT_EQ(recipient.write, initiator.read);
    EXPECT_EQ(recipient.read, initiator.write);
}

TEST_F(SessionKeyVectors, TheIdSignatureIsTheVectors) {
    const auto& vector = primitive("ID Nonce Signing");
    const auto secret = fixed<32>(vector, "static-key");
    const auto ephemeral = fixed<33>(vector, "ephemeral-pubkey");
    const NodeId recipient{fixed<32>(vector, "node-id-B")};
    Bytes challenge = bytes_of(vector, "challenge-data");
    const auto signature = sign_id(secret, challenge, ephemeral, recipient);
    EXPECT_EQ(signature, fixed<64>(vector, "id-signature"));
    EXPECT_TRUE(verify_id(*compressed_key(secret), signature, challenge, ephemeral, recipient));
    challenge[20] ^= 1;
    EXPECT_FALSE(verify_id(*compressed_key(secret), signature, challenge, ephemeral, recipient));
}

// The two handshake packets, as node B checks them.
TEST_F(SessionKeyVectors, HandshakePacketsProveTheirSenderAndGiveTheVectorsKeys) {
    const auto a = Identity::from(fixed<32>(vectors, "node_a_key"));
    const auto b = Identity::from(fixed<32>(vectors, "node_b_key"));
    ASSERT_TRUE(a && b);
    for (const std::size_t index : {2u, 3u}) {
        const auto& vector = vectors.at("packets").as_array()[index];
        const auto& fields = vector.at("fields");
        const auto packet = decode_packet(bytes_of(vector, "packet"), b->id);
        ASSERT_TRUE(packet.ok());
        const auto& auth = std::get<HandshakeAuth>(packet->auth);
        const Bytes challenge = bytes_of(fields, "whoareyou.challenge-data");
        EXPECT_EQ(auth.from, a->id);
        EXPECT_TRUE(verify_id(a->key, auth.signature, challenge, auth.ephemeral, b->id));
        const auto secret = shared_point(auth.ephemeral, b->secret);
        ASSERT_TRUE(secret);
        const auto keys = session_keys(*secret, challenge, a->id, b->id, Side::recipient);
        EXPECT_EQ(keys.read, fixed<16>(fields, "read-key"));
    }
}

TEST(SessionKeys, NoNonceComesTwiceAndNoneAfterTheCountRanOut) {
    test::SeededRandom random(1);
    SessionKeys keys;
    std::set<GcmNonce> seen;
    for (std::uint8_t i = 0; i < 200; ++i) {
        const auto nonce = next_nonce(keys, random);
        ASSERT_TRUE(nonce);
        EXPECT_EQ((*nonce)[3], i);
        EXPECT_TRUE(seen.insert(*nonce).second);
    }
    keys.sealed = 0xffff'fffe;
    const auto last = next_nonce(keys, random);
    ASSERT_TRUE(last);
    EXPECT_EQ((Bytes{last->begin(), last->begin() + 4}), (Bytes{0xff, 0xff, 0xff, 0xfe}));
    EXPECT_FALSE(next_nonce(keys, random));
    EXPECT_FALSE(next_nonce(keys, random));
}

}  // namespace
}  // namespace starling::p2p::discv5
