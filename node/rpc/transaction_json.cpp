#include "node/rpc/transaction_json.h"

#include "consensus/address.h"
#include "consensus/hex.h"
#include "consensus/script_asm.h"
#include "node/rpc/descriptor.h"

#include <cassert>

namespace starling::rpc {

namespace {

void write_prevout(JsonWriter& out, const Coin& coin, std::string_view prefix) {
    out.begin_object();
    out.field("generated", coin.coinbase).field("height", coin.height.value);
    out.field("value", coin.output.value).key("scriptPubKey");
    write_script_pubkey(out, coin.output.script_pubkey, prefix);
    out.end_object();
}

void write_input(
    JsonWriter& out, const TxIn& input, bool coinbase, const Coin* shown, std::string_view prefix) {
    out.begin_object();
    if (coinbase) {
        out.field("coinbase", hex(input.script_sig));
    } else {
        out.field("txid", to_string(input.previous.txid)).field("vout", input.previous.index);
        out.key("scriptSig").begin_object();
        out.field("asm", script_asm(input.script_sig)).field("hex", hex(input.script_sig));
        out.end_object();
    }
    if (!input.witness.empty()) {
        out.key("txinwitness").begin_array();
        for (const Bytes& item : input.witness)
            out.value(hex(item));
        out.end_array();
    }
    if (shown != nullptr) {
        out.key("prevout");
        write_prevout(out, *shown, prefix);
    }
    out.field("sequence", input.sequence).end_object();
}

Amount fee_of(const Transaction& tx, const std::vector<Coin>& spent) {
    Amount fee;
    for (const Coin& coin : spent)
        fee += coin.output.value;
    return fee - tx.outputs_total();
}

}  // namespace

void write_script_pubkey(JsonWriter& out, ByteView script, std::string_view prefix) {
    out.begin_object();
    out.field("asm", script_asm(script)).field("desc", inferred_descriptor(script, prefix));
    out.field("hex", hex(script));
    if (const auto address = address_of_script(script, prefix)) out.field("address", *address);
    out.field("type", script_type(script)).end_object();
}

void write_transaction(JsonWriter& out, const Transaction& tx, const TransactionDetail& detail) {
    const std::vector<Coin>* spent = tx.is_coinbase() ? nullptr : detail.spent;
    assert(spent == nullptr || spent->size() == tx.inputs().size());
    out.field("txid", to_string(tx.txid())).field("hash", to_string(tx.wtxid()));
    out.field("version", tx.data().version).field("size", tx.size());
    out.field("vsize", tx.virtual_size()).field("weight", tx.weight());
    out.field("locktime", tx.data().lock_time);
    out.key("vin").begin_array();
    for (std::size_t i = 0; i < tx.inputs().size(); ++i) {
        const bool shown = spent != nullptr && detail.prevouts;
        write_input(out, tx.inputs()[i], tx.is_coinbase(), shown ? &(*spent)[i] : nullptr,
                    detail.address_prefix);
    }
    out.end_array().key("vout").begin_array();
    for (std::size_t i = 0; i < tx.outputs().size(); ++i) {
        const TxOut& output = tx.outputs()[i];
        out.begin_object().field("value", output.value).field("n", i).key("scriptPubKey");
        write_script_pubkey(out, output.script_pubkey, detail.address_prefix);
        out.end_object();
    }
    out.end_array();
    if (spent != nullptr) out.field("fee", fee_of(tx, *spent));
    if (detail.hex) out.field("hex", hex(serialized(tx.data())));
}

}  // namespace starling::rpc
