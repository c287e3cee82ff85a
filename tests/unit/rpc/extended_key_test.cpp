#include "node/rpc/extended_key.h"

#include "consensus/hex.h"

#include <gtest/gtest.h>

namespace starling::rpc {
namespace {

using Prefix = ExtendedKey::Prefix;

// BIP 32, test vector 1: the master key's public form.
constexpr const char* kMasterPublic =
    "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg"
    "7usUDFdp6W1EGMcet8";

ExtendedKey master() {
    return *ExtendedKey::from_seed(*from_hex("000102030405060708090a0b0c0d0e0f"));
}

TEST(ExtendedKeyTest, GivesTheMasterKeyOfThePublishedVector) {
    EXPECT_EQ(master().neutered().text(Prefix::main), kMasterPublic);
    EXPECT_EQ(hex(*master().secret()),
              "e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35");
}

TEST(ExtendedKeyTest, GivesTheChildrenOfThePublishedVector) {
    const std::pair<const char*, const char*> chain[] = {
        {"m/0h",
         "xpub68Gmy5EdvgibQVfPdqkBBCHxA5htiqg55crXYuXoQRKfDBFA1WEjWgP6LHhwBZeNK1VTsfTFUHCdrfp1bgwQ9"
         "xv5ski8PX9rL2dZXvgGDnw"},
        {"m/0h/1",
         "xpub6ASuArnXKPbfEwhqN6e3mwBcDTgzisQN1wXN9BJcM47sSikHjJf3UFHKkNAWbWMiGj7Wf5uMash7SyYq527Hq"
         "ck2AxYysAA7xmALppuCkwQ"},
        {"m/0h/1/2h",
         "xpub6D4BDPcP2GT577Vvch3R8wDkScZWzQzMMUm3PWbmWvVJrZwQY4VUNgqFJPMM3No2dFDFGTsxxpG5uJh7n7epu"
         "4trkrX7x7DogT5Uv6fcLW5"},
        {"m/0h/1/2h/2",
         "xpub6FHa3pjLCk84BayeJxFW2SP4XRrFd1JYnxeLeU8EqN3vDfZmbqBqaGJAyiLjTAwm6ZLRQUMv1ZACTj37sR62c"
         "fN7fe5JnJ7dh8zL4fiyLHV"},
        {"m/0h/1/2h/2/1000000000",
         "xpub6H1LXWLaKsWFhvm6RVpEL9P4KfRZSW7abD2ttkWP3SSQvnyA8FSVqNTEcYFgJS2UaFcxupHiYkro49S8yGasT"
         "vXEYBVPamhGW6cFJodrTHy"},
    };
    for (const auto& [path, expected] : chain) {
        const auto key = master().descendant(*parse_path(path));
        ASSERT_TRUE(key) << path;
        EXPECT_EQ(key->neutered().text(Prefix::main), expected) << path;
    }
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
