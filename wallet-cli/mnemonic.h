#pragma once

#include "consensus/bytes.h"
#include "consensus/result.h"
#include "wallet-cli/secrets.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace starling::wallet {

// BIP 39's English list, in its order, which is the alphabet's.
extern const std::array<std::string_view, 2048> kWords;

// The words for 16, 20, 24, 28 or 32 bytes of entropy: 12 to 24 words.
std::vector<std::string> words_of(ByteView entropy);

// The words of a sentence, however they are spaced and capitalised, if each is in the list and
// their checksum is right; otherwise a reason for a person, which names the first wrong word.
Result<std::vector<std::string>, std::string> parse_words(std::string_view sentence);

// BIP 39: PBKDF2-HMAC-SHA512 over the sentence, 2,048 rounds, 64 bytes. Passphrases of the BIP 39
// kind (a "25th word") must be ASCII, because others would need Unicode normalisation.
SecretBytes seed_of(const std::vector<std::string>& words, std::string_view passphrase = "");

}  // namespace starling::wallet
