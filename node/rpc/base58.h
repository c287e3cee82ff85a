#pragma once

#include "consensus/bytes.h"

#include <optional>
#include <string>
#include <string_view>

namespace starling::rpc {

// Base58 with a checksum of four bytes, as extended keys are written (BIP 32).
std::string base58check(ByteView payload);

// The payload; nothing for a foreign character, a wrong checksum, or more than `bytes_max` bytes
// of payload (decoding takes quadratic time).
std::optional<Bytes> from_base58check(std::string_view text, std::size_t bytes_max);

}  // namespace starling::rpc
