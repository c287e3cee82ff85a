// BIP 340 by its published vectors.

#include "consensus/signature.h"

#include "consensus/hash.h"
#include "consensus/hex.h"
#include "support/seeded_random.h"
#include "support/shared_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace starling {
namespace {

template <class Array>
Array array_of(const std::string& text) {
    const Bytes bytes = from_hex(text).value();
    Array out{};
    EXPECT_EQ(bytes.size(), out.size());
    std::ranges::copy(bytes, out.begin());
    return out;
}

SecretKey drawn_key(Random& random) {
    SecretKey key{};
    for (std::uint8_t& byte : key)
        byte = static_cast<std::uint8_t>(random.next());
    return key;
}

// A row: index, secret key, public key, aux_rand, message, signature, verification result, comment.
void check_row(const std::vector<std::string>& row) {
    const Bytes message = from_hex(row.at(4)).value();
    const auto signature = array_of<SchnorrSignature>(row.at(5));
    const auto key = array_of<XOnlyKey>(row.at(2));
    EXPECT_EQ(verify_schnorr(key, message, signature), row.at(6) == "TRUE");
    if (row.at(1).empty()) return;
    const auto secret = array_of<SecretKey>(row.at(1));
    EXPECT_EQ(public_key(secret), key);
    EXPECT_EQ(sign_schnorr(secret, message, array_of<SecretKey>(row.at(3))), signature);
}

TEST(Signature, AgreesWithEveryRowOfBip340) {
    std::ifstream file(test::shared_data("vectors/bip-0340-test-vectors.csv"));
    if (!file) GTEST_SKIP() << "no vectors/bip-0340-test-vectors.csv";
    int rows = 0;
    std::string line;
    std::getline(file, line);  // the heading
    for (; std::getline(file, line); ++rows) {
        SCOPED_TRACE(line);
        std::vector<std::string> row;
        std::istringstream fields(line);
        for (std::string field; std::getline(fields, field, ',');)
            row.push_back(field);
        check_row(row);
    }
    EXPECT_GE(rows, 19);
}

TEST(Signature, CommitsToKeyAndMessage) {
    test::SeededRandom random(7);
    const SecretKey secret = drawn_key(random);
    const auto key = public_key(secret).value();
    const Hash256 message = sha256(key);
    const auto signature = sign_schnorr(secret, message.bytes, {}).value();
    EXPECT_TRUE(verify_schnorr(key, message.bytes, signature));
    for (std::size_t bit = 0; bit < 512; bit += 37) {
        auto flipped = signature;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        EXPECT_FALSE(verify_schnorr(key, message.bytes, flipped)) << bit;
    }
    EXPECT_FALSE(verify_schnorr(key, sha256(message.bytes).bytes, signature));
    EXPECT_FALSE(verify_schnorr(*public_key(drawn_key(random)), message.bytes, signature));
}

TEST(Signature, RefusesSecretsOutsideTheGroup) {
    SecretKey zero{};
    SecretKey above{};
    above.fill(0xff);
    for (const SecretKey& secret : {zero, above}) {
        EXPECT_FALSE(public_key(secret));
        EXPECT_FALSE(tweaked_secret(secret, {}));
        EXPECT_FALSE(sign_schnorr(secret, zero, {}));
    }
}

TEST(Signature, TweaksKeyAndSecretAlike) {
    test::SeededRandom random(11);
    for (int i = 0; i < 20; ++i) {
        const SecretKey secret = drawn_key(random);
        const auto key = public_key(secret).value();
        const Hash256 tweak = sha256(key);
        const auto tweaked = tweaked_key(key, tweak).value();
        EXPECT_EQ(public_key(tweaked_secret(secret, tweak).value()), tweaked.key);
        EXPECT_TRUE(is_tweaked(tweaked.key, tweaked.odd, key, tweak));
        EXPECT_FALSE(is_tweaked(tweaked.key, !tweaked.odd, key, tweak));
        EXPECT_FALSE(is_tweaked(tweaked.key, tweaked.odd, key, sha256(tweak.bytes)));
        EXPECT_FALSE(is_tweaked(key, tweaked.odd, key, tweak));
    }
}

}  // namespace
}  // namespace starling
