#pragma once

#include "consensus/bytes.h"

#include <optional>
#include <string>
#include <string_view>

namespace starling {

// Lower-case hexadecimal, two digits a byte.
std::string hex(ByteView bytes);

// Accepts both cases; nothing for an odd length or a foreign digit.
std::optional<Bytes> from_hex(std::string_view text);

}  // namespace starling
