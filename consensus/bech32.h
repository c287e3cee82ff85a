#pragma once

#include "consensus/bytes.h"
#include "consensus/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace starling {

struct AddressError {
    std::string message;             // for a person, in Bitcoin Core's words
    std::vector<std::size_t> where;  // positions of characters, where they are known
};

enum class Bech32Checksum : std::uint8_t { bech32, bech32m };

// A text of BIP 173 or BIP 350, taken apart. Digits have 5 bits.
struct Bech32 {
    static constexpr std::size_t kCharactersMax = 90;

    std::string prefix;  // the human-readable part, in lower case
    Bytes digits;        // without the checksum
    Bech32Checksum checksum = Bech32Checksum::bech32m;
};

std::string encode_bech32(const Bech32& parts);
Result<Bech32, AddressError> decode_bech32(std::string_view text);

// Bytes as digits of 5 bits, the last one filled with zeros.
Bytes to_digits(ByteView bytes);
// Nothing unless the digits are what to_digits gives.
std::optional<Bytes> from_digits(ByteView digits);

}  // namespace starling
