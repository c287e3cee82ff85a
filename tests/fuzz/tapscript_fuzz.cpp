// Any script on any stack ends, within its bounds, with a verdict that is the same twice; what
// policy accepts, consensus accepts.
#include "consensus/serialize.h"
#include "consensus/tapscript.h"

#include <cstdlib>
#include <memory>

using namespace starling;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Reader in(ByteView(data, size));
    TransactionData tx;
    tx.version = in.u8();
    tx.lock_time = in.u32();
    tx.inputs.push_back({.sequence = in.u32()});
    tx.outputs.push_back({{1000}, Bytes{0x51, 0x02, 0x4e, 0x73}});
    const std::vector<TxOut> spent{{{2000}, Bytes{0x51}}};
    const SighashContext context(tx, spent);
    std::vector<Bytes> stack;
    for (unsigned items = in.u8() % 8; items > 0; --items)
        stack.push_back(in.bytes(std::min<std::size_t>(in.u8(), in.remaining())));
    const Bytes script = in.bytes(in.remaining());
    const auto run = [&](ScriptRules rules) {
        Tapscript tapscript(context, {.index = 0}, Hash256{}, 500, rules);
        return tapscript.run(script, stack);
    };
    const ScriptError verdict = run(ScriptRules::consensus);
    if (run(ScriptRules::consensus) != verdict) std::abort();
    if (run(ScriptRules::policy) == ScriptError::ok && verdict != ScriptError::ok) std::abort();
    return 0;
}
