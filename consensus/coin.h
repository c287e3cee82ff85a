#pragma once

#include "consensus/height.h"
#include "consensus/transaction.h"

#include <optional>

namespace starling {

// An unspent output and what its spender must know of its origin.
struct Coin {
    TxOut output;
    Height height;
    bool coinbase = false;

    friend bool operator==(const Coin&, const Coin&) = default;
};

// Outputs that can provably never be spent are not kept: OP_RETURN and scripts over 10,000 bytes.
bool is_unspendable(ByteView script_pubkey);

}  // namespace starling
