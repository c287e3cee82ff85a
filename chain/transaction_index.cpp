#include "chain/transaction_index.h"

#include "consensus/serialize.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace starling::chain {
namespace {

// In the order of keys: neighbours in the table are then written one after another.
std::vector<std::pair<Txid, std::uint32_t>> sorted_transactions(const Block& block) {
    std::vector<std::pair<Txid, std::uint32_t>> sorted;
    sorted.reserve(block.transactions.size());
    for (const auto& tx : block.transactions)
        sorted.emplace_back(tx->txid(), static_cast<std::uint32_t>(sorted.size()));
    std::ranges::sort(sorted);
    return sorted;
}

}  // namespace

void index_transactions(const lmdb::Transaction& transaction,
                        lmdb::Table table,
                        const Block& block,
                        Height height) {
    lmdb::Cursor cursor(transaction, table);
    for (const auto& [txid, index] : sorted_transactions(block)) {
        Writer value;
        value.i32(height.value);
        value.u32(index);
        cursor.put(txid.bytes, value.out());
    }
}

void forget_transactions(const lmdb::Transaction& transaction,
                         lmdb::Table table,
                         const Block& block) {
    lmdb::Cursor cursor(transaction, table);
    for (const auto& [txid, index] : sorted_transactions(block)) {
        if (cursor.seek(txid.bytes)) cursor.erase();
    }
}

std::optional<IndexedPlace> find_indexed(const lmdb::Transaction& transaction,
                                         lmdb::Table table,
                                         const Txid& txid) {
    const auto row = transaction.find(table, txid.bytes);
    if (!row) return std::nullopt;
    Reader in(*row);
    const IndexedPlace place{Height{in.i32()}, in.u32()};
    if (!in.finished()) return std::nullopt;
    return place;
}

}  // namespace starling::chain
