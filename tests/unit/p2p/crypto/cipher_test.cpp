#include "p2p/crypto/cipher.h"

#include "p2p/crypto/curve.h"
#include "support/hex_array.h"
#include "support/json_vectors.h"

#include <gtest/gtest.h>

#include <numeric>

namespace starling::p2p {
namespace {

using test::hex_array;

Bytes text(std::string_view s) {
    return {s.begin(), s.end()};
}

// `count` bytes that rise from `first`.
Bytes rising(std::uint8_t first, std::size_t count) {
    Bytes bytes(count);
    std::iota(bytes.begin(), bytes.end(), first);
    return bytes;
}

// RFC 8439, A.5: the one whose nonce begins with four zeros.
struct Rfc8439 : testing::Test {
    ChaChaPoly cipher{
        hex_array<ChaChaKey>("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0")};
    const std::uint64_t nonce = 0x0807'0605'0403'0201;
    const Bytes associated = *from_hex("f33388860000000000004e91");
    const Bytes plain = text(
        "Internet-Drafts are draft documents valid for a maximum of six months and may be updated, "
        "replaced, or obsoleted by other documents at any time. It is inappropriate to use "
        "Internet-Drafts as reference material or to cite them other than as /\u201cwork in "
        "progress./\u201d");
    const Bytes sealed = *from_hex(
        "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e38"
        "2d26b0bdb7b73c321b0100d4f03b7f355894cf332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f9"
        "82b1ff37c8559797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4b9166c767b804d"
        "46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523eaf4534d7f83fa1155b0047718cbc546a0d072b04"
        "b3564eea1b422273f548271a0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a1049"
        "e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29a6ad5cb4022b02709b"
        "eead9d67890cbb22392336fea1851f38");
};

TEST_F(Rfc8439, SealsAsPublished) {
    Bytes out(plain.size() + kTagBytes);
    cipher.seal(nonce, associated, plain, out);
    EXPECT_EQ(hex(out), hex(sealed));
}

TEST_F(Rfc8439, OpensAsPublished) {
    Bytes out(sealed.size() - kTagBytes);
    ASSERT_TRUE(cipher.open(nonce, associated, sealed, out));
    EXPECT_EQ(out, plain);
}

TEST_F(Rfc8439, RefusesWhateverWasChanged) {
    Bytes out(sealed.size() - kTagBytes);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        Bytes changed = sealed;
        changed[i] ^= 0x80;
        EXPECT_FALSE(cipher.open(nonce, associated, changed, out)) << "byte " << i;
    }
    EXPECT_FALSE(cipher.open(nonce + 1, associated, sealed, out));
    EXPECT_FALSE(cipher.open(nonce, {}, sealed, out));
    EXPECT_TRUE(cipher.open(nonce, associated, sealed, out))
        << "a refusal leaves the cipher usable";
}

TEST_F(Rfc8439, WorksInPlaceInEitherDirectionInAnyOrder) {
    Bytes frame = plain;
    frame.resize(plain.size() + kTagBytes);
    for (int round = 0; round < 3; ++round) {
        cipher.seal(nonce, associated, ByteView(frame).first(plain.size()), frame);
        EXPECT_EQ(frame, sealed);
        ASSERT_TRUE(cipher.open(nonce, associated, frame, std::span(frame).first(plain.size())));
        frame.resize(plain.size());
        EXPECT_EQ(frame, plain);
        frame.resize(plain.size() + kTagBytes);
    }
}

TEST(ChaChaPoly, SealsNothingIntoATag) {
    ChaChaPoly cipher(ChaChaKey{1});
    Bytes tag(kTagBytes);
    cipher.seal(0, text("only associated"), {}, tag);
    EXPECT_TRUE(cipher.open(0, text("only associated"), tag, {}));
    EXPECT_FALSE(cipher.open(0, text("Only associated"), tag, {}));
    ChaChaPoly moved = std::move(cipher);
    EXPECT_TRUE(moved.open(0, text("only associated"), tag, {}));
}

TEST(Gcm, GivesTheCiphertextOfDiscv5) {
    const auto vectors = test::json_vectors("vectors/discv5.json");
    if (vectors.is_null()) GTEST_SKIP() << "no vectors/discv5.json";
    const auto& known = vectors.at("primitives").at("Encryption/Decryption");
    const auto key = hex_array<AesKey>(known.at("encryption-key").as_string());
    const auto nonce = hex_array<GcmNonce>(known.at("nonce").as_string());
    const Bytes plain = test::json_bytes(known, "pt");
    const Bytes associated = test::json_bytes(known, "ad");
    const Bytes sealed = gcm_seal(key, nonce, plain, associated);
    EXPECT_EQ(hex(sealed), known.at("message-ciphertext").as_string());
    EXPECT_EQ(gcm_open(key, nonce, sealed, associated), plain);
}

TEST(Gcm, OpensNothingThatWasChanged) {
    const AesKey key{1};
    const GcmNonce nonce{2};
    const Bytes sealed = gcm_seal(key, nonce, text("a message"), text("a header"));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        Bytes changed = sealed;
        changed[i] ^= 1;
        EXPECT_EQ(gcm_open(key, nonce, changed, text("a header")), std::nullopt) << "byte " << i;
    }
    EXPECT_EQ(gcm_open(key, nonce, sealed, text("a Header")), std::nullopt);
    EXPECT_EQ(gcm_open(AesKey{2}, nonce, sealed, text("a header")), std::nullopt);
    EXPECT_EQ(gcm_open(key, GcmNonce{1}, sealed, text("a header")), std::nullopt);
    EXPECT_EQ(gcm_open(key, nonce, sealed, text("a header")), text("a message"));
}

TEST(Gcm, OpensNothingShorterThanATag) {
    for (std::size_t size = 0; size < kTagBytes; ++size)
        EXPECT_EQ(gcm_open({}, {}, Bytes(size), {}), std::nullopt);
    EXPECT_EQ(gcm_open({}, {}, gcm_seal({}, {}, {}, {}), {}), Bytes{});
}

// NIST SP 800-38A, F.5.1.
TEST(AesCtr, GivesThePublishedBlocks) {
    const auto key = hex_array<AesKey>("2b7e151628aed2a6abf7158809cf4f3c");
    const auto counter = hex_array<AesCounter>("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    Bytes bytes = *from_hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
    const Bytes plain = bytes;
    aes_ctr(key, counter, bytes);
    EXPECT_EQ(hex(bytes), "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff");
    aes_ctr(key, counter, bytes);
    EXPECT_EQ(bytes, plain);
    aes_ctr(key, counter, {});
}

// RFC 5869, A.1 to A.3.
TEST(Hkdf, GivesThePublishedKeys) {
    EXPECT_EQ(
        hex(hkdf_sha256(rising(0x00, 13), Bytes(22, 0x0b), rising(0xf0, 10), 42)),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    EXPECT_EQ(
        hex(hkdf_sha256(rising(0x60, 80), rising(0x00, 80), rising(0xb0, 80), 82)),
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41"
        "c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
    EXPECT_EQ(
        hex(hkdf_sha256({}, Bytes(22, 0x0b), {}, 42)),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hkdf, GivesAsMuchAsItsCounterAllows) {
    const Bytes all = hkdf_sha256({}, text("material"), {}, 8'160);
    EXPECT_EQ(all.size(), 8'160u);
    EXPECT_EQ(hkdf_sha256({}, text("material"), {}, 33), Bytes(all.begin(), all.begin() + 33));
    EXPECT_EQ(hkdf_sha256({}, text("material"), {}, 0), Bytes{});
}

TEST(Hkdf, DerivesTheSessionKeysOfDiscv5) {
    const auto vectors = test::json_vectors("vectors/discv5.json");
    if (vectors.is_null()) GTEST_SKIP() << "no vectors/discv5.json";
    const auto& known = vectors.at("primitives").at("Key Derivation");
    const auto secret = hex_array<SecretKey>(known.at("ephemeral-key").as_string());
    const auto key = hex_array<CompressedKey>(known.at("dest-pubkey").as_string());
    Bytes info = text("discovery v5 key agreement");
    for (const char* id : {"node-id-a", "node-id-b"}) {
        const Bytes bytes = test::json_bytes(known, id);
        info.insert(info.end(), bytes.begin(), bytes.end());
    }
    const Bytes challenge = test::json_bytes(known, "challenge-data");
    const Bytes keys = hkdf_sha256(challenge, *shared_point(key, secret), info, 32);
    EXPECT_EQ(hex(ByteView(keys).first(16)), known.at("initiator-key").as_string());
    EXPECT_EQ(hex(ByteView(keys).last(16)), known.at("recipient-key").as_string());
}

}  // namespace
}  // namespace starling::p2p
