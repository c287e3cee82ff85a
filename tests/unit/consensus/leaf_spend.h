#pragma once

#include "consensus/hex.h"
#include "consensus/script.h"
#include "consensus/script_number.h"
#include "consensus/sighash.h"
#include "consensus/signature.h"
#include "consensus/taproot.h"
#include "consensus/verify_input.h"

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace starling::test {

inline Bytes push_of(ByteView data) {
    Bytes out;
    if (data.size() >= OP_PUSHDATA1) out.push_back(OP_PUSHDATA2);
    out.push_back(static_cast<std::uint8_t>(data.size() & 0xff));
    if (data.size() >= OP_PUSHDATA1) out.push_back(static_cast<std::uint8_t>(data.size() >> 8));
    out.insert(out.end(), data.begin(), data.end());
    return out;
}

inline Bytes script_of_word(const std::string& word) {
    if (word.starts_with("0x")) return from_hex(word.substr(2)).value();
    if (word.starts_with("<")) return push_of(from_hex(word.substr(1, word.size() - 2)).value());
    for (unsigned op = 0; op < 256; ++op) {
        const auto byte = static_cast<std::uint8_t>(op);
        const std::string_view name = opcode_name(byte);
        if (name == word || (name.starts_with("OP_") && name.substr(3) == word)) return {byte};
    }
    return push_of(script_number_bytes(std::stoll(word)));
}

// A script from words: opcodes without "OP_", numbers, <hexadecimal> to be pushed, 0x bytes as they
// are.
inline Bytes script_of(const std::string& words) {
    Bytes script;
    std::istringstream in(words);
    for (std::string word; in >> word;) {
        const Bytes bytes = script_of_word(word);
        script.insert(script.end(), bytes.begin(), bytes.end());
    }
    return script;
}

// A transaction whose first input spends a Taproot output with one leaf, and what a test may change
// of it before it asks for the verdict.
struct LeafSpend {
    static constexpr SecretKey kSecret{1, 2, 3};

    explicit LeafSpend(Bytes leaf_script, std::uint8_t version = kTapscriptLeafVersion)
        : script(std::move(leaf_script)) {
        leaf = tap_leaf_hash(version, script);
        const XOnlyKey internal = public_key(kSecret).value();
        const auto output = tweaked_key(internal, tap_tweak_hash(internal, leaf)).value();
        control = {static_cast<std::uint8_t>(version + (output.odd ? 1 : 0))};
        control.insert(control.end(), internal.begin(), internal.end());
        tx.inputs = {TxIn{.previous = {.txid = {}, .index = 5}, .sequence = 0}};
        tx.outputs = {TxOut{Amount{900}, Bytes{OP_1}}};
        spent = {TxOut{Amount{1'000}, witness_script(1, output.key)}};
    }
    explicit LeafSpend(const std::string& words) : LeafSpend(script_of(words)) {}

    // Signs for the leaf as it stands, with the key of kSecret.
    [[nodiscard]] Bytes signature(std::uint8_t type = kSighashDefault,
                                  std::uint32_t code_separator = 0xffff'ffff) const {
        const TapscriptContext place{.leaf = leaf, .code_separator = code_separator};
        const SighashInput input{.index = 0, .annex = {}, .tapscript = &place};
        const auto hash = taproot_sighash(SighashContext(tx, spent), input, type).value();
        const auto made = sign_schnorr(kSecret, hash.bytes, {}).value();
        Bytes out(made.begin(), made.end());
        if (type != kSighashDefault) out.push_back(type);
        return out;
    }
    static Bytes key() {
        const XOnlyKey bytes = public_key(kSecret).value();
        return Bytes(bytes.begin(), bytes.end());
    }

    [[nodiscard]] ScriptError verdict(std::vector<Bytes> stack = {},
                                      ScriptRules rules = ScriptRules::consensus) {
        stack.push_back(script);
        stack.push_back(control);
        tx.inputs[0].witness = std::move(stack);
        return verify_input(SighashContext(tx, spent), 0, rules);
    }

    Bytes script;
    Hash256 leaf;
    Bytes control;
    TransactionData tx;
    std::vector<TxOut> spent;
};

}  // namespace starling::test
