#pragma once

#include "consensus/lookup_table.h"
#include "consensus/transaction.h"
#include "p2p/messages/inventory.h"

#include <array>
#include <compare>
#include <cstdint>

namespace starling::p2p {

// What a transaction is asked for by: its wtxid where it was announced (BIP 339), its txid where an
// input names it. The two are never mixed up although both are 32 bytes.
struct TxName {
    enum class Kind : std::uint8_t { txid, wtxid };
    Kind kind = Kind::wtxid;
    std::array<std::uint8_t, 32> hash{};

    static TxName of(const Wtxid& wtxid) { return {Kind::wtxid, wtxid.bytes}; }
    static TxName of(const Txid& txid) { return {Kind::txid, txid.bytes}; }
    // Of an item that is a transaction.
    static TxName of(const InventoryItem& item) {
        const bool by_wtxid = item.is(InventoryItem::Type::wtxid);
        return {by_wtxid ? Kind::wtxid : Kind::txid, item.hash};
    }
    [[nodiscard]] InventoryItem request() const {
        return kind == Kind::wtxid ? InventoryItem::wtxid(Wtxid{hash})
                                   : InventoryItem::witness_transaction(Txid{hash});
    }

    friend auto operator<=>(const TxName&, const TxName&) = default;
    // For tables: the kind goes into the key.
    friend std::uint64_t table_hash(const TxName& name, std::uint64_t key0, std::uint64_t key1) {
        return table_hash(Hash256{name.hash}, key0 ^ static_cast<std::uint64_t>(name.kind), key1);
    }
};

}  // namespace starling::p2p
