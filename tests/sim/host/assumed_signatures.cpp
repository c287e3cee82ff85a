#include "sim/host/assumed_signatures.h"

#include <algorithm>
#include <string>

namespace starling::sim {
namespace {

bool is_forged(const TxIn& input) {
    return input.witness.size() == 1 && std::ranges::equal(input.witness.front(), kForgedSignature);
}

}  // namespace

bool has_forgery(const Transaction& tx) {
    return std::ranges::any_of(tx.inputs(), is_forged);
}

Result<Unit, Reject> assume_scripts(const ScriptBatch& batch) {
    for (const ScriptCheck& check : batch.checks) {
        if (!has_forgery(*check.transaction)) continue;
        const bool block = batch.rules == ScriptRules::consensus;
        return Failure{
            Reject{RejectKind::invalid,
                   block ? "block-script-verify-flag-failed" : "mempool-script-verify-flag-failed",
                   std::string(describe(ScriptError::schnorr_sig))}};
    }
    return Unit{};
}

}  // namespace starling::sim
