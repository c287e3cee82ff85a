#pragma once

#include <cstdint>
#include <string_view>

namespace starling {

// Why a script refuses a spend.
enum class ScriptError : std::uint8_t {
    ok,
    eval_false,
    op_return,
    push_size,
    stack_size,
    verify,
    equal_verify,
    num_equal_verify,
    check_sig_verify,
    bad_opcode,
    invalid_stack_operation,
    invalid_altstack_operation,
    unbalanced_conditional,
    number_overflow,
    negative_locktime,
    unsatisfied_locktime,
    minimal_if,
    clean_stack,
    witness_program_witness_empty,
    witness_program_mismatch,
    witness_malleated,
    schnorr_sig_size,
    schnorr_sig_hash_type,
    schnorr_sig,
    taproot_wrong_control_size,
    tapscript_validation_weight,
    tapscript_check_multisig,
    tapscript_empty_pubkey,
    unspendable_output,  // ours: legacy and version-0 outputs cannot be spent here

    // By policy alone.
    minimal_data,
    number_not_minimal,
    discourage_upgradable_nops,
    discourage_upgradable_witness_program,
    discourage_upgradable_taproot_version,
    discourage_op_success,
    discourage_upgradable_pubkey_type,
};

// Bitcoin Core's words for it (ScriptErrorString), so that verdicts can be compared.
std::string_view describe(ScriptError error);

// Policy refuses, beside what is invalid, what a later rule may give a meaning (BIP 341, 342:
// unknown witness versions, leaf versions, key types, OP_SUCCESS, NOPs), and pushes and numbers
// that could be written shorter, as a third party could rewrite them.
enum class ScriptRules : std::uint8_t { consensus, policy };

// Whether a block may hold the spend that policy refused so. Policy only ever stops a script
// earlier, so any other error of it is one of consensus too.
constexpr bool is_policy_only(ScriptError error) {
    return error >= ScriptError::minimal_data;
}

}  // namespace starling
