#pragma once

#include "consensus/result.h"
#include "consensus/serialize.h"
#include "consensus/transaction.h"

#include <string>
#include <string_view>

namespace starling::p2p {

// A transaction with its witness, parsed and hashed once by the worker that decoded it.
struct Tx {
    static constexpr std::string_view kCommand = "tx";

    Shared<Transaction> transaction;

    void encode(Writer& out) const;
    static Result<Tx, std::string> decode(Reader& in);
};

}  // namespace starling::p2p
