#pragma once

#include "consensus/coin.h"
#include "consensus/reject.h"
#include "consensus/result.h"
#include "consensus/transaction.h"

#include <vector>

namespace starling {

// One transaction with the outputs that it spends, in the order of its inputs: all that its scripts
// need to be checked, on any thread.
struct ScriptCheck {
    Shared<Transaction> transaction;
    std::vector<TxOut> spent;
};

struct ScriptBatch {
    std::vector<ScriptCheck> checks;
};

// Runs every script of the checks from `begin` to `end` (indices into the batch; a worker may take
// a part). Pure, on any thread. The reason is "block-script-verify-flag-failed" (or
// "mandatory-script-verify-flag-failed" for a single transaction); the detail is the script error.
Result<Unit, Reject> verify_scripts(const ScriptBatch& batch, std::size_t begin, std::size_t end);

}  // namespace starling
