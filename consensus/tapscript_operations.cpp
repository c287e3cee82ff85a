// The opcodes that only move and compute: stack, numbers, hashes.
#include "consensus/hash.h"
#include "consensus/script_number.h"
#include "consensus/tapscript.h"

#include <algorithm>
#include <utility>

namespace starling {

namespace {

// How many elements an opcode of the stack needs.
std::size_t needs(std::uint8_t op) {
    switch (op) {
        case OP_FROMALTSTACK:
        case OP_DEPTH:
            return 0;
        case OP_TOALTSTACK:
        case OP_IFDUP:
        case OP_DROP:
        case OP_DUP:
            return 1;
        case OP_2DROP:
        case OP_2DUP:
        case OP_NIP:
        case OP_OVER:
        case OP_SWAP:
        case OP_TUCK:
        case OP_PICK:
        case OP_ROLL:
            return 2;
        case OP_3DUP:
        case OP_ROT:
            return 3;
        case OP_2OVER:
        case OP_2SWAP:
            return 4;
        default:  // OP_2ROT
            return 6;
    }
}

template <class Array>
Bytes bytes_of(const Array& array) {
    return Bytes(array.begin(), array.end());
}

}  // namespace

ScriptError Tapscript::shuffle(std::uint8_t op) {
    if (stack_.size() < needs(op)) return ScriptError::invalid_stack_operation;
    const auto end = stack_.end();
    switch (op) {
        case OP_TOALTSTACK:
            alternative_.push_back(pop());
            break;
        case OP_FROMALTSTACK:
            if (alternative_.empty()) return ScriptError::invalid_altstack_operation;
            stack_.push_back(std::move(alternative_.back()));
            alternative_.pop_back();
            break;
        case OP_2DROP:
            stack_.resize(stack_.size() - 2);
            break;
        case OP_2DUP:
        case OP_3DUP:
            for (std::size_t n = needs(op), i = 0; i < n; ++i)
                stack_.push_back(top(n - 1));
            break;
        case OP_2OVER:
            for (int i = 0; i < 2; ++i)
                stack_.push_back(top(3));
            break;
        case OP_2ROT:
            std::rotate(end - 6, end - 4, end);
            break;
        case OP_2SWAP:
            std::rotate(end - 4, end - 2, end);
            break;
        case OP_IFDUP:
            if (script_truth(top())) stack_.push_back(top());
            break;
        case OP_DEPTH:
            stack_.push_back(script_number_bytes(static_cast<std::int64_t>(stack_.size())));
            break;
        case OP_DROP:
            stack_.pop_back();
            break;
        case OP_DUP:
            stack_.push_back(top());
            break;
        case OP_NIP:
            stack_.erase(end - 2);
            break;
        case OP_OVER:
            stack_.push_back(top(1));
            break;
        case OP_ROT:
            std::rotate(end - 3, end - 2, end);
            break;
        case OP_SWAP:
            std::swap(top(0), top(1));
            break;
        default:  // OP_TUCK
            stack_.insert(end - 2, top());
    }
    return ScriptError::ok;
}

ScriptError Tapscript::shuffle_by_number(std::uint8_t op) {
    if (stack_.size() < needs(op)) return ScriptError::invalid_stack_operation;
    const auto depth = number(top());
    if (!depth) return depth.error();
    stack_.pop_back();
    if (*depth < 0 || *depth >= static_cast<std::int64_t>(stack_.size()))
        return ScriptError::invalid_stack_operation;
    const auto chosen = stack_.end() - 1 - *depth;
    if (op == OP_PICK) {
        stack_.push_back(*chosen);
    } else {
        std::rotate(chosen, chosen + 1, stack_.end());
    }
    return ScriptError::ok;
}

ScriptError Tapscript::arithmetic_one(std::uint8_t op) {
    if (stack_.empty()) return ScriptError::invalid_stack_operation;
    const auto value = number(top());
    if (!value) return value.error();
    std::int64_t result = 0;
    switch (op) {
        case OP_1ADD:
            result = *value + 1;
            break;
        case OP_1SUB:
            result = *value - 1;
            break;
        case OP_NEGATE:
            result = -*value;
            break;
        case OP_ABS:
            result = *value < 0 ? -*value : *value;
            break;
        case OP_NOT:
            result = *value == 0 ? 1 : 0;
            break;
        case OP_0NOTEQUAL:
            result = *value != 0 ? 1 : 0;
            break;
        default:
            return ScriptError::bad_opcode;
    }
    top() = script_number_bytes(result);
    return ScriptError::ok;
}

namespace {

std::optional<std::int64_t> computed(std::uint8_t op, std::int64_t a, std::int64_t b) {
    switch (op) {
        case OP_ADD:
            return a + b;
        case OP_SUB:
            return a - b;
        case OP_BOOLAND:
            return a != 0 && b != 0;
        case OP_BOOLOR:
            return a != 0 || b != 0;
        case OP_NUMEQUAL:
        case OP_NUMEQUALVERIFY:
            return a == b;
        case OP_NUMNOTEQUAL:
            return a != b;
        case OP_LESSTHAN:
            return a < b;
        case OP_GREATERTHAN:
            return a > b;
        case OP_LESSTHANOREQUAL:
            return a <= b;
        case OP_GREATERTHANOREQUAL:
            return a >= b;
        case OP_MIN:
            return std::min(a, b);
        case OP_MAX:
            return std::max(a, b);
        default:
            return std::nullopt;
    }
}

}  // namespace

ScriptError Tapscript::arithmetic_two(std::uint8_t op) {
    if (stack_.size() < 2) return ScriptError::invalid_stack_operation;
    const auto a = number(top(1));
    const auto b = number(top());
    if (!a) return a.error();
    if (!b) return b.error();
    const auto result = computed(op, *a, *b);
    if (!result) return ScriptError::bad_opcode;
    stack_.resize(stack_.size() - 2);
    if (op == OP_NUMEQUALVERIFY)
        return *result != 0 ? ScriptError::ok : ScriptError::num_equal_verify;
    stack_.push_back(script_number_bytes(*result));
    return ScriptError::ok;
}

ScriptError Tapscript::within() {
    if (stack_.size() < 3) return ScriptError::invalid_stack_operation;
    const auto value = number(top(2));
    const auto low = number(top(1));
    const auto high = number(top());
    for (const auto& number : {value, low, high})
        if (!number) return number.error();
    stack_.resize(stack_.size() - 3);
    push_bool(*low <= *value && *value < *high);
    return ScriptError::ok;
}

ScriptError Tapscript::compare(std::uint8_t op) {
    if (stack_.size() < 2) return ScriptError::invalid_stack_operation;
    const bool equal = top() == top(1);
    stack_.resize(stack_.size() - 2);
    if (op == OP_EQUALVERIFY) return equal ? ScriptError::ok : ScriptError::equal_verify;
    push_bool(equal);
    return ScriptError::ok;
}

ScriptError Tapscript::hash(std::uint8_t op) {
    if (stack_.empty()) return ScriptError::invalid_stack_operation;
    const Bytes data = pop();
    switch (op) {
        case OP_RIPEMD160:
            stack_.push_back(bytes_of(ripemd160(data)));
            break;
        case OP_SHA1:
            stack_.push_back(bytes_of(sha1(data)));
            break;
        case OP_SHA256:
            stack_.push_back(bytes_of(sha256(data).bytes));
            break;
        case OP_HASH160:
            stack_.push_back(bytes_of(hash160(data)));
            break;
        default:  // OP_HASH256
            stack_.push_back(bytes_of(sha256d(data).bytes));
    }
    return ScriptError::ok;
}

}  // namespace starling
