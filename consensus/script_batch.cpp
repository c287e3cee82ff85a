#include "consensus/script_batch.h"

#include "consensus/verify_input.h"

#include <cassert>

namespace starling {

namespace {

Reject refusal(ScriptError error, ScriptRules rules) {
    const std::string detail(describe(error));
    if (rules == ScriptRules::consensus)
        return {RejectKind::invalid, "block-script-verify-flag-failed", detail};
    return {is_policy_only(error) ? RejectKind::policy : RejectKind::invalid,
            "mempool-script-verify-flag-failed", detail};
}

}  // namespace

Result<Unit, Reject> verify_scripts(const ScriptBatch& batch, std::size_t begin, std::size_t end) {
    assert(begin <= end && end <= batch.checks.size());
    for (std::size_t i = begin; i < end; ++i) {
        const ScriptCheck& check = batch.checks[i];
        const TransactionData& tx = check.transaction->data();
        assert(check.spent.size() == tx.inputs.size());
        const SighashContext context(tx, check.spent);
        for (std::size_t index = 0; index < tx.inputs.size(); ++index) {
            const ScriptError error = verify_input(context, index, batch.rules);
            if (error != ScriptError::ok) return Failure{refusal(error, batch.rules)};
        }
    }
    return Unit{};
}

}  // namespace starling
