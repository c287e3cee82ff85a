#include "wallet-cli/mnemonic.h"

#include "consensus/hex.h"
#include "support/shared_data.h"

#include <gtest/gtest.h>

#include <fstream>

namespace starling::wallet {
namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

TEST(MnemonicTest, TheWordListIsThePublishedOne) {
    std::ifstream published(test::shared_data("vectors/bip-0039-english.txt"));
    if (!published) GTEST_SKIP() << "vectors/bip-0039-english.txt is not there";
    std::size_t count = 0;
    for (std::string word; std::getline(published, word); ++count)
        EXPECT_EQ(kWords.at(count), word);
    EXPECT_EQ(count, kWords.size());
}

struct Known {
    const char* entropy;
    const char* sentence;
    const char* seed;  // with the passphrase TREZOR
};

// From the reference vectors that BIP 39 names.
constexpr Known kKnown[] = {
    {"00000000000000000000000000000000",
     "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon "
     "about",
     "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf"
     "1"
     "41630c7a3c4ab7c81b2f001698e7463b04"},
    {"7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f",
     "legal winner thank year wave sausage worth useful legal winner thank yellow",
     "2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6fa457fe1296106559a3c80937a1c10"
     "6"
     "9be3a3a5bd381ee6260e8d9739fce1f607"},
    {"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo "
     "vote",
     "dd48c104698c30cfe2b6142103248622fb7bb0ff692eebb00089b32d22484e1613912f0a5b694407be899ffd31ed3"
     "9"
     "92c456cdf60f5d4564b8ba3f05a69890ad"},
};

TEST(MnemonicTest, GivesTheWordsAndSeedsOfTheReferenceVectors) {
    for (const Known& known : kKnown) {
        const auto words = words_of(*from_hex(known.entropy));
        EXPECT_EQ(joined(words), known.sentence);
        EXPECT_EQ(hex(seed_of(words, "TREZOR").view()), known.seed);
    }
}

TEST(MnemonicTest, ReadsWhatAPersonTypes) {
    const auto words = parse_words(
        "  Legal winner thank\tyear wave sausage worth useful LEGAL\n"
        "winner thank yellow ");
    ASSERT_TRUE(words.ok());
    EXPECT_EQ(joined(*words), kKnown[1].sentence);
}

TEST(MnemonicTest, NamesTheWordThatIsWrong) {
    const auto words =
        parse_words("legal winner thank year wave sausege worth useful legal winner thank yellow");
    ASSERT_FALSE(words.ok());
    EXPECT_NE(words.error().find("word 6, \"sausege\""), std::string::npos);
}

TEST(MnemonicTest, RefusesAWrongChecksumAndAWrongCount) {
    EXPECT_FALSE(
        parse_words("legal winner thank year wave sausage worth useful legal winner "
                    "thank thank"));
    EXPECT_FALSE(parse_words("legal winner thank"));
    EXPECT_FALSE(parse_words(""));
}

TEST(MnemonicTest, RoundTripsEveryLength) {
    for (std::size_t size = 16; size <= 32; size += 4) {
        for (std::uint8_t fill = 0; fill < 50; ++fill) {
            Bytes entropy(size, fill);
            entropy[size / 2] = static_cast<std::uint8_t>(7 * fill + 3);
            const auto words = words_of(entropy);
            EXPECT_EQ(words.size(), size * 3 / 4);
            const auto parsed = parse_words(joined(words));
            ASSERT_TRUE(parsed.ok());
            EXPECT_EQ(*parsed, words);
        }
    }
}

}  // namespace
}  // namespace starling::wallet
