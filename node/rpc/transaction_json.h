#pragma once

#include "consensus/coin.h"
#include "consensus/transaction.h"
#include "node/rpc/json_writer.h"

#include <optional>
#include <string_view>
#include <vector>

namespace starling::rpc {

// How much of a transaction is shown.
struct TransactionDetail {
    std::string_view address_prefix;
    bool hex = false;       // the serialised form at the end
    bool prevouts = false;  // what each input spends
    // The coins that the inputs spend, in their order, where they are known: gives the fee.
    const std::vector<Coin>* spent = nullptr;
};

// Writes the fields of a transaction, as decoderawtransaction has them, into an open object.
void write_transaction(JsonWriter& out, const Transaction& tx, const TransactionDetail& detail);

// Writes {"asm", "desc", "hex", "address", "type"} as a value.
void write_script_pubkey(JsonWriter& out, ByteView script, std::string_view address_prefix);

}  // namespace starling::rpc
