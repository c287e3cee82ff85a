#pragma once

#include "consensus/bytes.h"

#include <optional>
#include <string>
#include <string_view>

namespace starling::p2p {

// RFC 4648, section 5, without padding: the text of node records.
std::string base64url(ByteView bytes);

// Nothing for a foreign character, a length that no bytes have, or bits behind the last byte that
// are not zero, so that bytes have one text only.
std::optional<Bytes> from_base64url(std::string_view text);

}  // namespace starling::p2p
