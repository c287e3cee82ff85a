#pragma once

#include "consensus/transaction.h"

#include <cstdint>

namespace starling {

// The signature operations that a script shows without being run, as Bitcoin counted them from the
// start: a CHECKSIG is one, a CHECKMULTISIG twenty. Counting ends where the script cannot be read
// on.
std::uint32_t legacy_sigops(ByteView script);
// Of all its input and output scripts.
std::uint32_t legacy_sigops(const TransactionData& tx);

}  // namespace starling
