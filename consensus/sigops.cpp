#include "consensus/sigops.h"

#include "consensus/script.h"

namespace starling {

namespace {

constexpr std::uint32_t kMultisigCount = 20;

std::uint32_t count_of(std::uint8_t opcode) {
    switch (opcode) {
        case OP_CHECKSIG:
        case OP_CHECKSIGVERIFY:
            return 1;
        case OP_CHECKMULTISIG:
        case OP_CHECKMULTISIGVERIFY:
            return kMultisigCount;
        default:
            return 0;
    }
}

}  // namespace

std::uint32_t legacy_sigops(ByteView script) {
    std::uint32_t count = 0;
    ScriptReader reader(script);
    while (const auto instruction = reader.next())
        count += count_of(instruction->opcode);
    return count;
}

std::uint32_t legacy_sigops(const TransactionData& tx) {
    std::uint32_t count = 0;
    for (const TxIn& input : tx.inputs)
        count += legacy_sigops(input.script_sig);
    for (const TxOut& output : tx.outputs)
        count += legacy_sigops(output.script_pubkey);
    return count;
}

}  // namespace starling
