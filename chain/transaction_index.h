#pragma once

#include "chain/lmdb.h"
#include "consensus/block.h"
#include "consensus/height.h"

#include <optional>

namespace starling::chain {

// Where in the committed chain each transaction stands. Written in the transaction that moves the
// tip, so that it never disagrees with it.
struct IndexedPlace {
    Height height;
    std::uint32_t index = 0;
};

void index_transactions(const lmdb::Transaction& transaction,
                        lmdb::Table table,
                        const Block& block,
                        Height height);
void forget_transactions(const lmdb::Transaction& transaction,
                         lmdb::Table table,
                         const Block& block);
std::optional<IndexedPlace> find_indexed(const lmdb::Transaction& transaction,
                                         lmdb::Table table,
                                         const Txid& txid);

}  // namespace starling::chain
