#include "consensus/tapscript.h"

#include "consensus/hash.h"
#include "consensus/script_number.h"
#include "consensus/signature.h"

#include <algorithm>
#include <utility>

namespace starling {

namespace {

// BIP 342: opcodes that make a script succeed, whatever else stands in it.
bool is_success(std::uint8_t op) {
    return op == 80 || op == 98 || (op >= 126 && op <= 129) || (op >= 131 && op <= 134) ||
           (op >= 137 && op <= 138) || (op >= 141 && op <= 142) || (op >= 149 && op <= 153) ||
           (op >= 187 && op <= 254);
}

// BIP 62's rule 3: the shortest way to push these bytes.
bool is_minimal(const Instruction& instruction) {
    const ByteView data = instruction.pushed;
    if (data.empty()) return instruction.opcode == OP_0;
    if (data.size() == 1 && ((data[0] >= 1 && data[0] <= 16) || data[0] == 0x81)) return false;
    if (data.size() < OP_PUSHDATA1) return instruction.opcode == data.size();
    if (data.size() <= 0xff) return instruction.opcode == OP_PUSHDATA1;
    return instruction.opcode == OP_PUSHDATA2;
}

}  // namespace

ScriptError check_signature(ByteView signature,
                            ByteView key,
                            const SighashContext& context,
                            const SighashInput& input) {
    if (signature.size() != 64 && signature.size() != 65) return ScriptError::schnorr_sig_size;
    std::uint8_t hash_type = kSighashDefault;
    if (signature.size() == 65) {
        hash_type = signature[64];
        if (hash_type == kSighashDefault) return ScriptError::schnorr_sig_hash_type;
    }
    const auto message = taproot_sighash(context, input, hash_type);
    if (!message) return ScriptError::schnorr_sig_hash_type;
    return verify_schnorr(key, message->bytes, signature.first(64)) ? ScriptError::ok
                                                                    : ScriptError::schnorr_sig;
}

Tapscript::Tapscript(const SighashContext& context,
                     const SighashInput& input,
                     const Hash256& leaf,
                     std::int64_t budget,
                     ScriptRules rules)
    : context_(context), input_(input), leaf_{.leaf = leaf}, budget_(budget), rules_(rules) {
    input_.tapscript = &leaf_;
}

ScriptError Tapscript::run(ByteView script, std::vector<Bytes> stack) {
    switch (find_success(script)) {
        case Success::found:
            return rules_ == ScriptRules::policy ? ScriptError::discourage_op_success
                                                 : ScriptError::ok;
        case Success::undecodable:
            return ScriptError::bad_opcode;
        case Success::none:
            break;
    }
    if (stack.size() > kStackElementsMax) return ScriptError::stack_size;
    if (std::ranges::any_of(stack, [](const Bytes& b) { return b.size() > kElementBytesMax; }))
        return ScriptError::push_size;

    stack_ = std::move(stack);
    ScriptReader reader(script);
    for (; !reader.at_end(); ++position_) {
        const ScriptError error = step(*reader.next());
        if (error != ScriptError::ok) return error;
        if (stack_.size() + alternative_.size() > kStackElementsMax) return ScriptError::stack_size;
    }
    if (depth_ != 0) return ScriptError::unbalanced_conditional;
    if (stack_.size() != 1) return ScriptError::clean_stack;
    return script_truth(stack_[0]) ? ScriptError::ok : ScriptError::eval_false;
}

Tapscript::Success Tapscript::find_success(ByteView script) {
    ScriptReader reader(script);
    while (const auto instruction = reader.next()) {
        if (is_success(instruction->opcode)) return Success::found;
    }
    return reader.at_end() ? Success::none : Success::undecodable;
}

ScriptError Tapscript::step(const Instruction& instruction) {
    const std::uint8_t op = instruction.opcode;
    if (instruction.pushed.size() > kElementBytesMax) return ScriptError::push_size;
    if (op >= OP_IF && op <= OP_ENDIF) return branch(op);
    if (!executing()) return ScriptError::ok;
    return op <= OP_16 ? push(instruction) : execute(op);
}

ScriptError Tapscript::push(const Instruction& instruction) {
    const std::uint8_t op = instruction.opcode;
    if (op <= OP_PUSHDATA4) {
        if (rules_ == ScriptRules::policy && !is_minimal(instruction))
            return ScriptError::minimal_data;
        stack_.emplace_back(instruction.pushed.begin(), instruction.pushed.end());
    } else {
        stack_.push_back(script_number_bytes(int{op} - (OP_1 - 1)));
    }
    return ScriptError::ok;
}

ScriptError Tapscript::execute(std::uint8_t op) {
    if (op >= OP_TOALTSTACK && op <= OP_TUCK)
        return op == OP_PICK || op == OP_ROLL ? shuffle_by_number(op) : shuffle(op);
    if (op >= OP_1ADD && op <= OP_0NOTEQUAL) return arithmetic_one(op);
    if (op >= OP_ADD && op <= OP_MAX) return arithmetic_two(op);
    if (op >= OP_RIPEMD160 && op <= OP_HASH256) return hash(op);
    switch (op) {
        case OP_SIZE:
            if (stack_.empty()) return ScriptError::invalid_stack_operation;
            stack_.push_back(script_number_bytes(static_cast<std::int64_t>(top().size())));
            return ScriptError::ok;
        case OP_EQUAL:
        case OP_EQUALVERIFY:
            return compare(op);
        case OP_WITHIN:
            return within();
        case OP_CHECKSIG:
        case OP_CHECKSIGVERIFY:
            return check(op);
        case OP_CHECKSIGADD:
            return check_add();
        case OP_CHECKMULTISIG:
        case OP_CHECKMULTISIGVERIFY:
            return ScriptError::tapscript_check_multisig;
        default:
            return control(op);
    }
}

ScriptError Tapscript::branch(std::uint8_t op) {
    if (op == OP_IF || op == OP_NOTIF) {
        ++depth_;
        if (!executing()) return ScriptError::ok;
        if (stack_.empty()) return ScriptError::unbalanced_conditional;
        const Bytes condition = pop();
        // BIP 342: exactly the empty vector or the byte 1.
        if (condition.size() > 1 || (condition.size() == 1 && condition[0] != 1))
            return ScriptError::minimal_if;
        if (condition.empty() == (op == OP_IF)) skipped_from_ = depth_;
        return ScriptError::ok;
    }
    if (op != OP_ELSE && op != OP_ENDIF) return ScriptError::bad_opcode;  // VERIF, VERNOTIF
    if (depth_ == 0) return ScriptError::unbalanced_conditional;
    if (op == OP_ENDIF) {
        if (skipped_from_ == depth_) skipped_from_ = 0;
        --depth_;
    } else if (executing()) {
        skipped_from_ = depth_;
    } else if (skipped_from_ == depth_) {
        skipped_from_ = 0;
    }
    return ScriptError::ok;
}

ScriptError Tapscript::control(std::uint8_t op) {
    switch (op) {
        case OP_NOP:
            return ScriptError::ok;
        case OP_VERIFY:
            if (stack_.empty()) return ScriptError::invalid_stack_operation;
            return script_truth(pop()) ? ScriptError::ok : ScriptError::verify;
        case OP_RETURN:
            return ScriptError::op_return;
        case OP_CODESEPARATOR:
            leaf_.code_separator = position_;
            return ScriptError::ok;
        case OP_CHECKLOCKTIMEVERIFY:
            return lock_time();
        case OP_CHECKSEQUENCEVERIFY:
            return lock_sequence();
        default:
            break;
    }
    if (op < OP_NOP1 || op > OP_NOP10) return ScriptError::bad_opcode;
    return rules_ == ScriptRules::policy ? ScriptError::discourage_upgradable_nops
                                         : ScriptError::ok;
}

// BIP 65. The argument has up to 5 bytes and stays on the stack.
ScriptError Tapscript::lock_time() {
    constexpr std::int64_t kTimesFrom = 500'000'000;  // smaller lock times are heights
    constexpr std::uint32_t kFinal = 0xffff'ffff;
    if (stack_.empty()) return ScriptError::invalid_stack_operation;
    const auto wanted = number(top(), 5);
    if (!wanted) return wanted.error();
    if (*wanted < 0) return ScriptError::negative_locktime;
    const std::int64_t actual = context_.tx.lock_time;
    if ((actual < kTimesFrom) != (*wanted < kTimesFrom) || *wanted > actual)
        return ScriptError::unsatisfied_locktime;
    // A final input would switch the transaction's lock time off.
    if (context_.tx.inputs[input_.index].sequence == kFinal)
        return ScriptError::unsatisfied_locktime;
    return ScriptError::ok;
}

// BIP 112. The argument has up to 5 bytes and stays on the stack.
ScriptError Tapscript::lock_sequence() {
    constexpr std::int64_t kDisabled = std::int64_t{1} << 31;
    constexpr std::int64_t kIsTime = std::int64_t{1} << 22;
    constexpr std::int64_t kMask = kIsTime | 0xffff;
    if (stack_.empty()) return ScriptError::invalid_stack_operation;
    const auto wanted = number(top(), 5);
    if (!wanted) return wanted.error();
    if (*wanted < 0) return ScriptError::negative_locktime;
    if ((*wanted & kDisabled) != 0) return ScriptError::ok;
    const std::int64_t actual = context_.tx.inputs[input_.index].sequence;
    if (context_.tx.version < 2 || (actual & kDisabled) != 0)
        return ScriptError::unsatisfied_locktime;
    const bool same_kind = ((actual ^ *wanted) & kIsTime) == 0;
    return same_kind && (*wanted & kMask) <= (actual & kMask) ? ScriptError::ok
                                                              : ScriptError::unsatisfied_locktime;
}

ScriptError Tapscript::check(std::uint8_t op) {
    if (stack_.size() < 2) return ScriptError::invalid_stack_operation;
    const Bytes key = pop();
    const Bytes signature = pop();
    bool valid = false;
    const ScriptError error = judge(signature, key, valid);
    if (error != ScriptError::ok) return error;
    if (op == OP_CHECKSIGVERIFY) return valid ? ScriptError::ok : ScriptError::check_sig_verify;
    push_bool(valid);
    return ScriptError::ok;
}

ScriptError Tapscript::check_add() {
    if (stack_.size() < 3) return ScriptError::invalid_stack_operation;
    const Bytes key = pop();
    const auto count = number(top());
    if (!count) return count.error();
    stack_.pop_back();
    const Bytes signature = pop();
    bool valid = false;
    const ScriptError error = judge(signature, key, valid);
    if (error != ScriptError::ok) return error;
    stack_.push_back(script_number_bytes(*count + (valid ? 1 : 0)));
    return ScriptError::ok;
}

// BIP 342, "Rules for signature opcodes". An empty signature is a no; any other must be good.
ScriptError Tapscript::judge(ByteView signature, ByteView key, bool& valid) {
    valid = !signature.empty();
    if (valid) {
        budget_ -= kSignatureCost;
        if (budget_ < 0) return ScriptError::tapscript_validation_weight;
    }
    if (key.empty()) return ScriptError::tapscript_empty_pubkey;
    if (key.size() != 32) {
        return rules_ == ScriptRules::policy ? ScriptError::discourage_upgradable_pubkey_type
                                             : ScriptError::ok;
    }
    return valid ? check_signature(signature, key, context_, input_) : ScriptError::ok;
}

Bytes Tapscript::pop() {
    Bytes bytes = std::move(stack_.back());
    stack_.pop_back();
    return bytes;
}

void Tapscript::push_bool(bool value) {
    stack_.push_back(value ? Bytes{1} : Bytes{});
}

Result<std::int64_t, ScriptError> Tapscript::number(ByteView bytes, std::size_t size_max) const {
    const auto value = script_number(bytes, size_max);
    if (!value) return Failure{ScriptError::number_overflow};
    if (rules_ == ScriptRules::policy && !is_minimal_number(bytes))
        return Failure{ScriptError::number_not_minimal};
    return *value;
}

}  // namespace starling
