#include "mempool/policy.h"

#include "consensus/address.h"
#include "consensus/coin.h"
#include "consensus/script.h"
#include "consensus/serialize.h"
#include "consensus/taproot.h"
#include "mempool/cluster.h"

#include <algorithm>

namespace starling::mempool {

namespace {

Failure<Reject> refuse(std::string_view reason, std::string detail = {}) {
    return Failure{Reject{RejectKind::policy, reason, std::move(detail)}};
}

bool only_pushes(ByteView script) {
    ScriptReader reader(script);
    while (const auto instruction = reader.next())
        if (instruction->opcode > OP_16) return false;
    return reader.at_end();
}

// Bare multisig is relayed with up to three keys; the second last byte counts them.
bool is_standard_output(ByteView script) {
    constexpr std::uint8_t kKeysMax = OP_1 + 2;
    const std::string_view type = script_type(script);
    if (type == "multisig") return script[script.size() - 2] <= kKeysMax;
    return type != "nonstandard";
}

Result<Unit, Reject> check_outputs(const Transaction& tx) {
    std::size_t data_bytes = 0;
    for (const TxOut& output : tx.outputs()) {
        if (!is_standard_output(output.script_pubkey)) return refuse("scriptpubkey");
        if (script_type(output.script_pubkey) == "nulldata")
            data_bytes += output.script_pubkey.size();
        if (data_bytes > kDataCarrierBytesMax) return refuse("datacarrier");
    }
    const auto is_dust = [](const TxOut& output) { return output.value < dust_threshold(output); };
    if (std::ranges::any_of(tx.outputs(), is_dust)) return refuse("dust");
    return Unit{};
}

// An annex has no meaning yet, and large items of a tapscript's stack would make relay of data in
// witnesses cheap.
bool is_standard_witness(const std::vector<Bytes>& witness) {
    if (witness.size() < 2) return true;
    const Bytes& control = witness.back();
    if (control.empty() || control[0] == kAnnexTag) return false;
    if ((control[0] & kLeafVersionMask) != kTapscriptLeafVersion) return true;
    return std::all_of(witness.begin(), witness.end() - 2,
                       [](const Bytes& item) { return item.size() <= kTapscriptItemMax; });
}

}  // namespace

Amount dust_threshold(const TxOut& output) {
    if (is_unspendable(output.script_pubkey)) return {};
    // What an input takes that spends it: outpoint, sequence, script length, and a signature with
    // key, which as witness counts a quarter.
    constexpr std::int64_t kInputSize = 32 + 4 + 1 + 107 + 4;
    constexpr std::int64_t kWitnessInputSize = 32 + 4 + 1 + 107 / 4 + 4;
    Writer encoded;
    encode(encoded, output);
    const bool witness = witness_program(output.script_pubkey).has_value();
    return kDustRate.fee_for(static_cast<std::int64_t>(encoded.size()) +
                             (witness ? kWitnessInputSize : kInputSize));
}

Result<Unit, Reject> check_standard(const Transaction& tx) {
    const std::uint32_t version = tx.data().version;
    if (version < kStandardVersionMin || version > kStandardVersionMax) return refuse("version");
    if (tx.weight() > kStandardWeightMax) return refuse("tx-size");
    for (const TxIn& input : tx.inputs()) {
        if (input.script_sig.size() > kStandardScriptSigMax) return refuse("scriptsig-size");
        if (!only_pushes(input.script_sig)) return refuse("scriptsig-not-pushonly");
    }
    if (auto outputs = check_outputs(tx); !outputs) return outputs;
    if (tx.stripped_size() < kStandardStrippedMin) return refuse("tx-size-small");
    return Unit{};
}

Result<Unit, Reject> check_standard_inputs(const Transaction& tx, std::span<const TxOut> spent) {
    for (std::size_t i = 0; i < spent.size(); ++i) {
        if (script_type(spent[i].script_pubkey) != "witness_v1_taproot")
            return refuse("bad-txns-nonstandard-inputs",
                          "input " + std::to_string(i) + " is no Taproot output");
    }
    // Someone on the way may have taken the witness off: that says nothing of the transaction.
    if (!tx.data().has_witness())
        return Failure{Reject{RejectKind::mutated, "mempool-script-verify-flag-failed",
                              "Witness program was passed an empty witness"}};
    const auto standard = [](const TxIn& input) { return is_standard_witness(input.witness); };
    if (!std::ranges::all_of(tx.inputs(), standard)) return refuse("bad-witness-nonstandard");
    const std::int64_t sigops = sigop_cost(tx);
    if (sigops > kStandardSigopCostMax)
        return refuse("bad-txns-too-many-sigops", std::to_string(sigops));
    return Unit{};
}

Result<Unit, Reject> check_fee(Amount fee,
                               std::int64_t size,
                               const FeeRate& minimum,
                               const FeeRate& floor) {
    const Amount needed = minimum.fee_for(size);
    if (fee >= needed) return Unit{};
    const std::string detail = std::to_string(fee.units) + " < " + std::to_string(needed.units);
    return minimum > floor ? refuse("mempool min fee not met", detail)
                           : refuse("min relay fee not met", detail);
}

}  // namespace starling::mempool
