#pragma once

#include "consensus/bytes.h"

#include <string>

namespace starling {

// The script in words as Bitcoin Core's RPC writes it: pushes of up to 4 bytes as numbers, longer
// ones in hexadecimal, "[error]" where it cannot be read on.
std::string script_asm(ByteView script);

}  // namespace starling
