#include "p2p/crypto/curve.h"

#include "consensus/hash.h"
#include "support/hex_array.h"
#include "support/json_vectors.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

using test::hex_array;

// The order of the group.
constexpr std::string_view kOrder =
    "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
constexpr std::string_view kGenerator =
    "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

SecretKey one() {
    SecretKey secret{};
    secret.back() = 1;
    return secret;
}

Hash256 digest_of(std::string_view text) {
    return sha256(Bytes(text.begin(), text.end()));
}

CompressedKey no_point() {
    CompressedKey key = hex_array<CompressedKey>(kGenerator);
    std::fill(key.begin() + 1, key.end(), std::uint8_t{0xff});  // x is not below the field's size
    return key;
}

// The other s of the same signature: order - s.
EcdsaSignature mirrored(EcdsaSignature signature) {
    const auto order = hex_array<std::array<std::uint8_t, 32>>(kOrder);
    int borrow = 0;
    for (std::size_t i = 32; i-- > 0;) {
        const int difference = order[i] - signature[32 + i] - borrow;
        borrow = difference < 0 ? 1 : 0;
        signature[32 + i] = static_cast<std::uint8_t>(difference + 256 * borrow);
    }
    return signature;
}

TEST(Curve, MakesTheKeyOfASecret) {
    EXPECT_EQ(hex(*compressed_key(one())), kGenerator);
    EXPECT_EQ(compressed_key({}), std::nullopt);
    EXPECT_EQ(compressed_key(hex_array<SecretKey>(kOrder)), std::nullopt);
}

TEST(Curve, GivesTheCoordinatesOfAPoint) {
    EXPECT_EQ(hex(*coordinates(hex_array<CompressedKey>(kGenerator))),
              "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
              "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8");
    EXPECT_EQ(coordinates(no_point()), std::nullopt);
    CompressedKey odd_prefix = hex_array<CompressedKey>(kGenerator);
    odd_prefix[0] = 0x04;
    EXPECT_EQ(coordinates(odd_prefix), std::nullopt);
}

// The known answer for RFC 6979 on this curve, with SHA-256.
TEST(Curve, SignsWithoutChance) {
    const EcdsaSignature signature = sign_ecdsa(one(), digest_of("Satoshi Nakamoto"));
    EXPECT_EQ(hex(signature),
              "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
              "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5");
    EXPECT_EQ(sign_ecdsa(one(), digest_of("Satoshi Nakamoto")), signature);
}

TEST(Curve, RefusesASignatureOfOtherBytesOrAnotherKey) {
    const CompressedKey key = *compressed_key(one());
    SecretKey other = one();
    other.back() = 2;
    const Hash256 digest = digest_of("a record");
    const EcdsaSignature signature = sign_ecdsa(one(), digest);
    EXPECT_TRUE(verify_ecdsa(key, digest, signature));
    EXPECT_FALSE(verify_ecdsa(key, digest_of("another"), signature));
    EXPECT_FALSE(verify_ecdsa(*compressed_key(other), digest, signature));
    EXPECT_FALSE(verify_ecdsa(no_point(), digest, signature));
    for (std::size_t i = 0; i < signature.size(); ++i) {
        EcdsaSignature changed = signature;
        changed[i] ^= 1;
        EXPECT_FALSE(verify_ecdsa(key, digest, changed)) << "byte " << i;
    }
}

TEST(Curve, AcceptsAHighS) {
    const Hash256 digest = digest_of("a record");
    const EcdsaSignature signature = sign_ecdsa(one(), digest);
    EXPECT_TRUE(verify_ecdsa(*compressed_key(one()), digest, mirrored(signature)));
}

TEST(Curve, RefusesASignatureOutOfRange) {
    EcdsaSignature signature{};
    EXPECT_FALSE(verify_ecdsa(*compressed_key(one()), digest_of("a record"), signature));
    signature.fill(0xff);
    EXPECT_FALSE(verify_ecdsa(*compressed_key(one()), digest_of("a record"), signature));
}

TEST(Curve, AgreesOnASharedPointFromBothSides) {
    const auto a = hex_array<SecretKey>(std::string(64, '3'));
    const auto b = hex_array<SecretKey>(std::string(64, '7'));
    const auto point = shared_point(*compressed_key(a), b);
    EXPECT_EQ(shared_point(*compressed_key(b), a), point);
    EXPECT_EQ(shared_secret(*compressed_key(b), a), sha256(*point).bytes);
}

TEST(Curve, ExchangesNothingWithAnInvalidKey) {
    const CompressedKey key = *compressed_key(one());
    EXPECT_EQ(shared_point(no_point(), one()), std::nullopt);
    EXPECT_EQ(shared_secret(no_point(), one()), std::nullopt);
    EXPECT_EQ(shared_point(key, {}), std::nullopt);
    EXPECT_EQ(shared_secret(key, hex_array<SecretKey>(kOrder)), std::nullopt);
}

TEST(Curve, GivesTheSharedPointOfDiscv5) {
    const auto vectors = test::json_vectors("vectors/discv5.json");
    if (vectors.is_null()) GTEST_SKIP() << "no vectors/discv5.json";
    const auto& known = vectors.at("primitives").at("ECDH");
    const auto key = hex_array<CompressedKey>(known.at("public-key").as_string());
    const auto secret = hex_array<SecretKey>(known.at("secret-key").as_string());
    EXPECT_EQ(hex(*shared_point(key, secret)), known.at("shared-secret").as_string());
}

TEST(Curve, GivesTheIdSignatureOfDiscv5) {
    const auto vectors = test::json_vectors("vectors/discv5.json");
    if (vectors.is_null()) GTEST_SKIP() << "no vectors/discv5.json";
    const auto& known = vectors.at("primitives").at("ID Nonce Signing");
    const std::string_view label = "discovery v5 identity proof";
    Bytes proof(label.begin(), label.end());
    for (const char* part : {"challenge-data", "ephemeral-pubkey", "node-id-B"}) {
        const Bytes bytes = test::json_bytes(known, part);
        proof.insert(proof.end(), bytes.begin(), bytes.end());
    }
    const auto secret = hex_array<SecretKey>(known.at("static-key").as_string());
    EXPECT_EQ(hex(sign_ecdsa(secret, sha256(proof))), known.at("id-signature").as_string());
}

}  // namespace
}  // namespace starling::p2p
