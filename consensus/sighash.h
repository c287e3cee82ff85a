#pragma once

#include "consensus/bytes.h"
#include "consensus/digest.h"
#include "consensus/transaction.h"

#include <cstdint>
#include <optional>
#include <span>

namespace starling {

// BIP 341's hash types; each may be joined with kSighashAnyoneCanPay.
constexpr std::uint8_t kSighashDefault = 0x00;
constexpr std::uint8_t kSighashAll = 0x01;
constexpr std::uint8_t kSighashNone = 0x02;
constexpr std::uint8_t kSighashSingle = 0x03;
constexpr std::uint8_t kSighashAnyoneCanPay = 0x80;

// What all inputs of a transaction sign alike, hashed once (BIP 341, "Common signature message").
struct SighashContext {
    SighashContext(const TransactionData& transaction, std::span<const TxOut> spent_outputs);

    const TransactionData& tx;
    std::span<const TxOut> spent;  // in the order of the inputs
    Hash256 prevouts, amounts, script_pubkeys, sequences, outputs;
};

// What BIP 342 adds to the message when a leaf script checks the signature.
struct TapscriptContext {
    Hash256 leaf;
    std::uint32_t code_separator = 0xffff'ffff;  // position of the last one that was executed
};

struct SighashInput {
    std::size_t index = 0;                        // of the input
    std::optional<Hash256> annex;                 // sha256 of the annex with its size before it
    const TapscriptContext* tapscript = nullptr;  // null for a key-path spend
};

// BIP 341's signature message with its epoch byte; nothing for an undefined hash type, or for
// SINGLE without an output beside the input.
std::optional<Bytes> taproot_message(const SighashContext& context,
                                     const SighashInput& input,
                                     std::uint8_t hash_type);
// Its tagged hash: what is signed.
std::optional<Hash256> taproot_sighash(const SighashContext& context,
                                       const SighashInput& input,
                                       std::uint8_t hash_type);

}  // namespace starling
