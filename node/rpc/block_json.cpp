#include "node/rpc/block_json.h"

#include "consensus/hex.h"
#include "consensus/pow.h"
#include "node/rpc/transaction_json.h"

#include <cstdio>

namespace starling::rpc {

namespace {

std::uint32_t compact_size_bytes(std::size_t n) {
    return n < 0xfd ? 1 : n <= 0xffff ? 3 : 5;
}

// The coins that a transaction's inputs spend, from before the block or made earlier in it; nothing
// if one is not known.
std::optional<std::vector<Coin>> spent_by(const Transaction& tx,
                                          const std::map<OutPoint, Coin>& coins) {
    std::vector<Coin> spent;
    for (const TxIn& input : tx.inputs()) {
        const auto it = coins.find(input.previous);
        if (it == coins.end()) return std::nullopt;
        spent.push_back(it->second);
    }
    return spent;
}

void write_transactions(JsonWriter& out,
                        const Block& block,
                        std::int32_t height,
                        const TransactionDetail& detail,
                        std::map<OutPoint, Coin> coins,
                        bool spends_known) {
    for (const Shared<Transaction>& tx : block.transactions) {
        const auto spent = spends_known && !tx->is_coinbase() ? spent_by(*tx, coins) : std::nullopt;
        TransactionDetail shown = detail;
        if (spent) shown.spent = &*spent;
        out.begin_object();
        write_transaction(out, *tx, shown);
        out.end_object();
        if (!spends_known) continue;
        for (std::uint32_t i = 0; i < tx->outputs().size(); ++i)
            coins[{tx->txid(), i}] = Coin{tx->outputs()[i], Height{height}, tx->is_coinbase()};
    }
}

void write_coinbase(JsonWriter& out, const Transaction& tx) {
    const TxIn& input = tx.inputs().front();
    out.begin_object().field("version", tx.data().version);
    out.field("locktime", tx.data().lock_time).field("sequence", input.sequence);
    out.field("coinbase", hex(input.script_sig));
    if (!input.witness.empty()) out.field("witness", hex(input.witness.front()));
    out.end_object();
}

}  // namespace

double difficulty(std::uint32_t bits) {
    double value = 65535.0 / static_cast<double>(bits & 0x00ff'ffff);
    for (std::uint32_t exponent = bits >> 24; exponent < 29; ++exponent)
        value *= 256.0;
    for (std::uint32_t exponent = bits >> 24; exponent > 29; --exponent)
        value /= 256.0;
    return value;
}

std::string bits_hex(std::uint32_t bits) {
    char text[9];
    std::snprintf(text, sizeof text, "%08x", bits);
    return text;
}

std::string target_hex(std::uint32_t bits) {
    return to_string(expand_compact(bits).value);
}

void write_header(JsonWriter& out, const BlockPlace& place) {
    const HeaderNode& node = *place.node;
    const Header& header = node.header;
    out.field("hash", to_string(node.hash)).field("confirmations", place.confirmations);
    out.field("height", node.height.value).field("version", header.version);
    out.field("versionHex", bits_hex(static_cast<std::uint32_t>(header.version)));
    out.field("merkleroot", to_string(header.merkle_root)).field("time", header.time);
    out.field("mediantime", median_time_past(&node)).field("nonce", header.nonce);
    out.field("bits", bits_hex(header.bits)).field("target", target_hex(header.bits));
    out.field("difficulty", difficulty(header.bits)).field("chainwork", to_string(node.work));
    out.field("nTx", place.transactions);
    if (node.parent != nullptr) out.field("previousblockhash", to_string(node.parent->hash));
    if (place.next) out.field("nextblockhash", to_string(*place.next));
}

void write_block(JsonWriter& out,
                 const BlockPlace& place,
                 const Block& block,
                 BlockDetail detail,
                 const std::map<OutPoint, Coin>* spent,
                 std::string_view address_prefix) {
    write_header(out, place);
    std::uint64_t stripped = Header::kSize + compact_size_bytes(block.transactions.size());
    std::uint64_t size = stripped;
    for (const Shared<Transaction>& tx : block.transactions) {
        stripped += tx->stripped_size();
        size += tx->size();
    }
    out.field("strippedsize", stripped).field("size", size);
    out.field("weight", 3 * stripped + size).key("coinbase_tx");
    write_coinbase(out, *block.transactions.front());
    out.key("tx").begin_array();
    if (detail == BlockDetail::txids) {
        for (const Shared<Transaction>& tx : block.transactions)
            out.value(to_string(tx->txid()));
    } else {
        const TransactionDetail shown{.address_prefix = address_prefix,
                                      .hex = true,
                                      .prevouts = detail == BlockDetail::prevouts};
        write_transactions(out, block, place.node->height.value, shown,
                           spent == nullptr ? std::map<OutPoint, Coin>{} : *spent,
                           spent != nullptr);
    }
    out.end_array();
}

}  // namespace starling::rpc
