#include "node/rpc/extended_key.h"

#include "consensus/hex.h"

#include <gtest/gtest.h>

namespace starling::rpc {
namespace {

using Prefix = ExtendedKey::Prefix;

// BIP 32, test vector 1: the master key's public form.
constexpr const char* kMasterPublic =
    "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7"
    "us"
    "UDFdp6W1EGMcet8";

ExtendedKey master() {
    return *ExtendedKey::from_seed(*from_hex("000102030405060708090a0b0c0d0e0f"));
}

TEST(ExtendedKeyTest, GivesTheMasterKeyOfThePublishedVector) {
    EXPECT_EQ(master().neutered().text(Prefix::main), kMasterPublic);
    EXPECT_EQ(hex(*master().secret()),
              "e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35");
}

TEST(ExtendedKeyTest, PublicAndPrivateDerivationAgree) {
    for (const std::uint32_t index : {0u, 1u, 7u, 0x7fff'ffffu}) {
        const auto of_private = master().child(index);
        const auto of_public = master().neutered().child(index);
        ASSERT_TRUE(of_private && of_public);
        EXPECT_EQ(of_private->neutered(), *of_public);
    }
}

TEST(ExtendedKeyTest, HardenedChildrenNeedThePrivateKey) {
    EXPECT_TRUE(master().child(kHardened));
    EXPECT_FALSE(master().neutered().child(kHardened));
}

TEST(ExtendedKeyTest, ReadsBackWhatItWrites) {
    const auto key = master().descendant(*parse_path("m/86h/1'/0H"));
    ASSERT_TRUE(key);
    for (const Prefix prefix : {Prefix::main, Prefix::test}) {
        EXPECT_EQ(ExtendedKey::parse(key->text(prefix)), key);
        EXPECT_EQ(ExtendedKey::parse(key->neutered().text(prefix)), key->neutered());
    }
    EXPECT_TRUE(key->text(Prefix::test).starts_with("tprv"));
}

TEST(ExtendedKeyTest, RefusesAChangedCharacterAnywhere) {
    const std::string good = kMasterPublic;
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] = bad[i] == '2' ? '3' : '2';
        EXPECT_FALSE(ExtendedKey::parse(bad)) << i;
    }
    EXPECT_FALSE(ExtendedKey::parse(""));
    EXPECT_FALSE(ExtendedKey::parse(good + "1"));
}

TEST(ExtendedKeyTest, RefusesPathsThatAreNone) {
    for (const char* path : {"", "m", "/", "1/", "1//2", "x", "2147483648", "-1", "1h'"}) {
        const auto parsed = parse_path(path);
        EXPECT_TRUE(!parsed || parsed->empty()) << path;
    }
}

}  // namespace
}  // namespace starling::rpc
