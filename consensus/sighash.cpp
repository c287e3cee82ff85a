#include "consensus/sighash.h"

#include "consensus/hash.h"
#include "consensus/serialize.h"

namespace starling {

namespace {

void encode_script(Writer& out, const TxOut& output) {
    out.sized_bytes(output.script_pubkey);
}

Hash256 hash_of_output(const TxOut& output) {
    Writer out;
    encode(out, output);
    return sha256(out.out());
}

bool is_defined(std::uint8_t hash_type) {
    return hash_type <= kSighashSingle || (hash_type >= (kSighashAnyoneCanPay | kSighashAll) &&
                                           hash_type <= (kSighashAnyoneCanPay | kSighashSingle));
}

// BIP 341: at most 206 bytes where a Taproot output is spent; the epoch and BIP 342 add 38.
constexpr std::size_t kMessageBytesUsual = 206 + 38;

// The tag is hashed once; each message starts from a copy.
const Sha256& tap_sighash() {
    static const Sha256 start = Sha256::tagged("TapSighash");
    return start;
}

}  // namespace

SighashContext::SighashContext(const TransactionData& transaction,
                               std::span<const TxOut> spent_outputs)
    : tx(transaction), spent(spent_outputs) {
    Writer points, values, scripts, numbers, outs;
    for (const TxIn& input : tx.inputs) {
        encode(points, input.previous);
        numbers.u32(input.sequence);
    }
    for (const TxOut& output : spent) {
        values.i64(output.value.units);
        encode_script(scripts, output);
    }
    for (const TxOut& output : tx.outputs)
        encode(outs, output);
    prevouts = sha256(points.out());
    amounts = sha256(values.out());
    script_pubkeys = sha256(scripts.out());
    sequences = sha256(numbers.out());
    outputs = sha256(outs.out());
}

std::optional<Bytes> taproot_message(const SighashContext& context,
                                     const SighashInput& input,
                                     std::uint8_t hash_type) {
    if (!is_defined(hash_type)) return std::nullopt;
    const bool anyone = (hash_type & kSighashAnyoneCanPay) != 0;
    const std::uint8_t signs = hash_type == kSighashDefault ? kSighashAll : hash_type & 3;
    const TxIn& spender = context.tx.inputs[input.index];
    if (signs == kSighashSingle && input.index >= context.tx.outputs.size()) return std::nullopt;

    Writer out;
    out.reserve(kMessageBytesUsual);
    out.u8(0);  // epoch
    out.u8(hash_type);
    out.u32(context.tx.version);
    out.u32(context.tx.lock_time);
    if (!anyone) {
        out.bytes(context.prevouts.bytes);
        out.bytes(context.amounts.bytes);
        out.bytes(context.script_pubkeys.bytes);
        out.bytes(context.sequences.bytes);
    }
    if (signs == kSighashAll) out.bytes(context.outputs.bytes);
    const unsigned extension = input.tapscript != nullptr ? 1 : 0;
    out.u8(static_cast<std::uint8_t>(2 * extension + (input.annex ? 1 : 0)));
    if (anyone) {
        const TxOut& spent = context.spent[input.index];
        encode(out, spender.previous);
        encode(out, spent);
        out.u32(spender.sequence);
    } else {
        out.u32(static_cast<std::uint32_t>(input.index));
    }
    if (input.annex) out.bytes(input.annex->bytes);
    if (signs == kSighashSingle) out.bytes(hash_of_output(context.tx.outputs[input.index]).bytes);
    if (input.tapscript != nullptr) {
        out.bytes(input.tapscript->leaf.bytes);
        out.u8(0);  // key version
        out.u32(input.tapscript->code_separator);
    }
    return out.take();
}

std::optional<Hash256> taproot_sighash(const SighashContext& context,
                                       const SighashInput& input,
                                       std::uint8_t hash_type) {
    const auto message = taproot_message(context, input, hash_type);
    if (!message) return std::nullopt;
    return Sha256(tap_sighash()).add(*message).finish();
}

}  // namespace starling
