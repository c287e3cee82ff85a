// Any witness for any output: control blocks, annexes, leaf versions.
#include "consensus/serialize.h"
#include "consensus/verify_input.h"

#include <algorithm>
#include <cstdlib>

using namespace starling;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Reader in(ByteView(data, size));
    const auto some = [&](std::size_t most) {
        const std::size_t wanted = std::min<std::size_t>(in.u16(), most);
        return in.bytes(std::min(wanted, in.remaining()));
    };
    std::vector<TxOut> spent{{{2000}, some(50)}};
    TransactionData tx;
    tx.inputs.push_back({.script_sig = some(4)});
    for (unsigned items = in.u8() % 6; items > 0; --items)
        tx.inputs[0].witness.push_back(some(5000));
    tx.outputs.push_back({{1000}, {}});
    const SighashContext context(tx, spent);
    const ScriptError verdict = verify_input(context, 0, ScriptRules::consensus);
    if (verify_input(context, 0, ScriptRules::policy) == ScriptError::ok &&
        verdict != ScriptError::ok) {
        std::abort();
    }
    if (describe(verdict).empty()) std::abort();
    return 0;
}
