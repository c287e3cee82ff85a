#include "sim/host/assumed_signatures.h"

#include <algorithm>
#include <string>

namespace starling::sim {
namespace {

bool is_forged(const TxIn& input) {
    return input.witness.size() == 1 && std::ranges::equal(input.witness.front(), kForgedSignature);
}

}  // namespace

Result<Unit, Reject> assume_scripts(const ScriptBatch& batch) {
    for (const ScriptCheck& check : batch.checks) {
        if (std::ranges::none_of(check.transaction->inputs(), is_forged)) continue;
        const bool block = batch.rules == ScriptRules::consensus;
        return Failure{
            Reject{RejectKind::invalid,
                   block ? "block-script-verify-flag-failed" : "mempool-script-verify-flag-failed",
                   std::string(describe(ScriptError::schnorr_sig))}};
    }
    return Unit{};
}

}  // namespace starling::sim
