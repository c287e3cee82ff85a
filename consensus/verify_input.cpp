#include "consensus/verify_input.h"

#include "consensus/hash.h"
#include "consensus/script.h"
#include "consensus/script_number.h"
#include "consensus/serialize.h"
#include "consensus/taproot.h"
#include "consensus/tapscript.h"

#include <algorithm>

namespace starling {

namespace {

std::size_t compact_size_bytes(std::size_t n) {
    if (n < 0xfd) return 1;
    return n <= 0xffff ? 3 : 5;
}

std::int64_t serialized_size(const std::vector<Bytes>& witness) {
    std::size_t size = compact_size_bytes(witness.size());
    for (const Bytes& item : witness)
        size += compact_size_bytes(item.size()) + item.size();
    return static_cast<std::int64_t>(size);
}

Hash256 annex_hash(const Bytes& annex) {
    Writer out;
    out.sized_bytes(annex);
    return sha256(out.out());
}

ScriptError verify_leaf(const SighashContext& context,
                        const SighashInput& input,
                        ByteView program,
                        std::size_t items,
                        ScriptRules rules) {
    const std::vector<Bytes>& witness = context.tx.inputs[input.index].witness;
    const Bytes& control = witness[items - 1];
    const Bytes& script = witness[items - 2];
    if (!is_control_size(control.size())) return ScriptError::taproot_wrong_control_size;
    const std::uint8_t version = control[0] & kLeafVersionMask;
    const Hash256 leaf = tap_leaf_hash(version, script);
    if (!commits_to_leaf(program, control, leaf)) return ScriptError::witness_program_mismatch;
    if (version != kTapscriptLeafVersion) {
        return rules == ScriptRules::policy ? ScriptError::discourage_upgradable_taproot_version
                                            : ScriptError::ok;
    }
    const std::int64_t budget = serialized_size(witness) + Tapscript::kSignatureCost;
    const auto end = witness.begin() + static_cast<std::ptrdiff_t>(items) - 2;
    Tapscript tapscript(context, input, leaf, budget, rules);
    return tapscript.run(script, std::vector<Bytes>(witness.begin(), end));
}

ScriptError verify_taproot(const SighashContext& context,
                           std::size_t index,
                           ByteView program,
                           ScriptRules rules) {
    const std::vector<Bytes>& witness = context.tx.inputs[index].witness;
    if (witness.empty()) return ScriptError::witness_program_witness_empty;
    std::size_t items = witness.size();
    SighashInput input{.index = index};
    if (items >= 2 && !witness.back().empty() && witness.back()[0] == kAnnexTag) {
        input.annex = annex_hash(witness.back());
        --items;
    }
    if (items == 1) return check_signature(witness[0], program, context, input);
    return verify_leaf(context, input, program, items, rules);
}

}  // namespace

ScriptError verify_input(const SighashContext& context, std::size_t index, ScriptRules rules) {
    const auto spent = witness_program(context.spent[index].script_pubkey);
    if (!spent || spent->version == 0) return ScriptError::unspendable_output;
    // To nodes that know no witness, the program is what the script leaves on the stack.
    if (!script_truth(spent->program)) return ScriptError::eval_false;
    if (!context.tx.inputs[index].script_sig.empty()) return ScriptError::witness_malleated;
    if (spent->version == 1 && spent->program.size() == 32)
        return verify_taproot(context, index, spent->program, rules);
    return rules == ScriptRules::policy ? ScriptError::discourage_upgradable_witness_program
                                        : ScriptError::ok;
}

}  // namespace starling
