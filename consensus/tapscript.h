#pragma once

#include "consensus/result.h"
#include "consensus/script.h"
#include "consensus/script_error.h"
#include "consensus/sighash.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace starling {

// Judges a Schnorr signature as BIP 341 writes it into a witness: 64 bytes, or 65 with a hash type
// that is not the default. `key` has 32 bytes.
ScriptError check_signature(ByteView signature,
                            ByteView key,
                            const SighashContext& context,
                            const SighashInput& input);

// Runs one leaf script of version 0xc0 by the rules of BIP 342.
//
// What BIP 342 took away is not here: the limits of 10,000 bytes and 201 operations, CHECKMULTISIG.
//
// Invariants:
//   - at most 1,000 elements lie on the stack and the alternative stack together after each step;
//   - each takes at most 520 bytes, so a script holds under 1 MB;
//   - signatures cost 50 of a budget that the size of the witness sets, so work is bounded by size.
class Tapscript {
public:
    static constexpr std::size_t kStackElementsMax = 1'000;
    static constexpr std::size_t kElementBytesMax = 520;
    static constexpr std::int64_t kSignatureCost = 50;

    // `budget`: the serialised size of the input's witness plus 50. `input` is without a tapscript.
    Tapscript(const SighashContext& context,
              const SighashInput& input,
              const Hash256& leaf,
              std::int64_t budget,
              ScriptRules rules);

    // `stack` is the witness without script, control block and annex.
    ScriptError run(ByteView script, std::vector<Bytes> stack);

private:
    enum class Success { none, found, undecodable };
    static Success find_success(ByteView script);

    ScriptError step(const Instruction& instruction);
    ScriptError push(const Instruction& instruction);
    ScriptError execute(std::uint8_t opcode);
    ScriptError branch(std::uint8_t opcode);
    ScriptError control(std::uint8_t opcode);
    ScriptError lock_time();
    ScriptError lock_sequence();
    ScriptError shuffle(std::uint8_t opcode);
    ScriptError shuffle_by_number(std::uint8_t opcode);
    ScriptError arithmetic_one(std::uint8_t opcode);
    ScriptError arithmetic_two(std::uint8_t opcode);
    ScriptError within();
    ScriptError compare(std::uint8_t opcode);
    ScriptError hash(std::uint8_t opcode);
    ScriptError check(std::uint8_t opcode);
    ScriptError check_add();
    ScriptError judge(ByteView signature, ByteView key, bool& valid);

    [[nodiscard]] bool executing() const { return skipped_from_ == 0; }
    Bytes& top(std::size_t depth = 0) { return stack_[stack_.size() - 1 - depth]; }
    Bytes pop();
    void push_bool(bool value);
    [[nodiscard]] Result<std::int64_t, ScriptError> number(ByteView bytes,
                                                           std::size_t size_max = 4) const;

    const SighashContext& context_;
    SighashInput input_;
    TapscriptContext leaf_;
    std::int64_t budget_;
    ScriptRules rules_;

    std::vector<Bytes> stack_, alternative_;
    // Open conditionals, counted instead of listed: a script may open 100,000 of them.
    std::size_t depth_ = 0;         // how many are open
    std::size_t skipped_from_ = 0;  // the outermost that is not executed, counted from 1; 0: none
    std::uint32_t position_ = 0;    // of the instruction, counted in opcodes
};

}  // namespace starling
