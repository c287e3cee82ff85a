#include "consensus/sigops.h"

#include "consensus/serialize.h"

namespace starling {

namespace {

enum Op : std::uint8_t {
    op_pushdata1 = 0x4c,
    op_pushdata2 = 0x4d,
    op_pushdata4 = 0x4e,
    op_checksig = 0xac,
    op_checksigverify = 0xad,
    op_checkmultisig = 0xae,
    op_checkmultisigverify = 0xaf
};

constexpr std::uint32_t kMultisigCount = 20;

// Reads past the data that an opcode pushes.
void skip_push(Reader& in, std::uint8_t opcode) {
    if (opcode < op_pushdata1) in.view(opcode);
    if (opcode == op_pushdata1) in.view(in.u8());
    if (opcode == op_pushdata2) in.view(in.u16());
    if (opcode == op_pushdata4) in.view(in.u32());
}

}  // namespace

std::uint32_t legacy_sigops(ByteView script) {
    std::uint32_t count = 0;
    Reader in(script);
    while (in.remaining() > 0 && !in.failed()) {
        const std::uint8_t opcode = in.u8();
        if (opcode == op_checksig || opcode == op_checksigverify) ++count;
        if (opcode == op_checkmultisig || opcode == op_checkmultisigverify) count += kMultisigCount;
        skip_push(in, opcode);
    }
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
