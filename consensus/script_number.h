#pragma once

#include "consensus/bytes.h"

#include <cstdint>
#include <optional>

namespace starling {

// Script's numbers: little-endian, the top bit of the last byte is the sign. Arithmetic takes at
// most 4 bytes (lock times 5), so its results fit 64 bits with room to spare.
std::optional<std::int64_t> script_number(ByteView bytes, std::size_t size_max = 4);
// Whether no shorter encoding has the same value. Zero is empty.
bool is_minimal_number(ByteView bytes);
Bytes script_number_bytes(std::int64_t value);

// Any byte that is not zero makes true, but for a sign alone (negative zero).
bool script_truth(ByteView bytes);

}  // namespace starling
