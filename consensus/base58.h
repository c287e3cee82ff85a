#pragma once

#include "consensus/bytes.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace starling {

// Base58Check: bytes and the first four of their SHA-256d, as a number of base 58 whose digits
// cannot be mistaken for each other. Each leading zero byte is a leading "1".

std::string base58check(ByteView bytes);
// Nothing for foreign characters, a wrong checksum, or more than `bytes_max` bytes (which also
// bounds the work: it grows with the square of the length).
std::optional<Bytes> from_base58check(std::string_view text, std::size_t bytes_max);

}  // namespace starling
