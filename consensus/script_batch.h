#pragma once

#include "consensus/coin.h"
#include "consensus/reject.h"
#include "consensus/result.h"
#include "consensus/script_error.h"
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
    ScriptRules rules = ScriptRules::consensus;
};

// Runs every script of the checks from `begin` to `end` (indices into the batch; a worker may take
// a part). Pure, on any thread. The detail is the script error; the reason is Bitcoin Core's:
// "block-script-verify-flag-failed" by the rules of consensus, "mempool-script-verify-flag-failed"
// by those of policy, with the kind `policy` where a block could still hold the transaction.
Result<Unit, Reject> verify_scripts(const ScriptBatch& batch, std::size_t begin, std::size_t end);

}  // namespace starling
