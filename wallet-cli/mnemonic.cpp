#include "wallet-cli/mnemonic.h"

#include "consensus/hash.h"

#include <algorithm>
#include <cassert>
#include <cctype>
#include <cstddef>
#include <optional>

namespace starling::wallet {

namespace {

constexpr std::size_t kBitsPerWord = 11;
constexpr unsigned kRounds = 2048;

bool bit_at(ByteView bytes, std::size_t index) {
    return (bytes[index / 8] >> (7 - index % 8) & 1) != 0;
}

std::optional<std::size_t> index_of(std::string_view word) {
    const auto* const found = std::ranges::lower_bound(kWords, word);
    if (found == kWords.end() || *found != word) return std::nullopt;
    return static_cast<std::size_t>(found - kWords.begin());
}

std::vector<std::string> split(std::string_view sentence) {
    std::vector<std::string> words(1);
    for (const char c : sentence) {
        const auto u = static_cast<unsigned char>(c);
        if (std::isspace(u) == 0) {
            words.back() += static_cast<char>(std::tolower(u));
        } else if (!words.back().empty()) {
            words.emplace_back();
        }
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

}  // namespace

std::vector<std::string> words_of(ByteView entropy) {
    assert(entropy.size() >= 16 && entropy.size() <= 32 && entropy.size() % 4 == 0);
    Bytes bits(entropy.begin(), entropy.end());
    bits.push_back(sha256(entropy).bytes[0]);  // the checksum is its first size / 4 bits
    std::vector<std::string> words;
    for (std::size_t word = 0; word < entropy.size() * 3 / 4; ++word) {
        std::size_t index = 0;
        for (std::size_t bit = 0; bit < kBitsPerWord; ++bit)
            index = index * 2 + (bit_at(bits, word * kBitsPerWord + bit) ? 1 : 0);
        words.emplace_back(kWords.at(index));
    }
    return words;
}

Result<std::vector<std::string>, std::string> parse_words(std::string_view sentence) {
    std::vector<std::string> words = split(sentence);
    if (words.size() < 12 || words.size() > 24 || words.size() % 3 != 0) {
        return Failure{"a sentence has 12, 15, 18, 21 or 24 words; this one has " +
                       std::to_string(words.size())};
    }
    Bytes entropy(words.size() * 4 / 3);
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto index = index_of(words[i]);
        if (!index) {
            return Failure{"word " + std::to_string(i + 1) + ", \"" + words[i] +
                           "\", is not in the English list of BIP 39"};
        }
        for (std::size_t bit = 0; bit < kBitsPerWord; ++bit) {
            const std::size_t at = i * kBitsPerWord + bit;
            if (at / 8 >= entropy.size()) break;  // the checksum's bits
            const unsigned value = *index >> (kBitsPerWord - 1 - bit) & 1;
            entropy[at / 8] = static_cast<std::uint8_t>(entropy[at / 8] | value << (7 - at % 8));
        }
    }
    if (words_of(entropy) != words)
        return Failure{std::string("the checksum is wrong: a word is mistaken or misplaced")};
    return words;
}

SecretBytes seed_of(const std::vector<std::string>& words, std::string_view passphrase) {
    std::string sentence;
    for (const std::string& word : words)
        sentence += (sentence.empty() ? "" : " ") + word;
    const std::string salt = "mnemonic" + std::string(passphrase);
    return pbkdf2_sha512(sentence, Bytes(salt.begin(), salt.end()), kRounds, 64);
}

}  // namespace starling::wallet
