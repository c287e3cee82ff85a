#include "chain/batch_writer.h"

#include "chain/coin_changes.h"
#include "chain/coin_codec.h"
#include "chain/delta_codec.h"
#include "chain/transaction_index.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace starling::chain {

BatchWriter::BatchWriter(lmdb::Transaction& transaction,
                         const Tables& tables,
                         bool transaction_index,
                         ReadBody read_body)
    : transaction_(transaction),
      tables_(tables),
      transaction_index_(transaction_index),
      read_body_(std::move(read_body)) {}

void BatchWriter::write(const Batch& batch,
                        const std::map<BlockHash, Place>& appended,
                        SegmentEnd end) {
    write_headers(batch.headers);
    write_places(appended);
    write_coins(batch.steps);
    write_undo(batch.steps);
    if (transaction_index_) write_index(batch.steps);
    transaction_.put(tables_.meta, view_of(meta::kTip), batch.tip.bytes);
    transaction_.put(tables_.meta, view_of(meta::kEnd), encode_end(end));
}

void BatchWriter::write_headers(const std::vector<HeaderRecord>& records) {
    lmdb::Cursor cursor(transaction_, tables_.headers);
    for (const HeaderRecord& record : records) {
        const HeaderNode& node = *record.node;
        cursor.put(header_key(node.height, node.hash),
                   encode_header_row(node.header, record.validity));
    }
}

void BatchWriter::write_places(const std::map<BlockHash, Place>& appended) {
    lmdb::Cursor cursor(transaction_, tables_.bodies);
    for (const auto& [hash, place] : appended)
        cursor.put(hash.bytes, encode_place(place));
}

void BatchWriter::write_coins(const std::vector<Step>& steps) {
    const At at = transaction_.rows(tables_.coins) == 0 ? At::the_end : At::its_place;
    lmdb::Cursor cursor(transaction_, tables_.coins);
    CoinChanges changes(steps);
    Bytes value;
    while (const auto change = changes.next()) {
        const CoinKey key = coin_key(*change->point);
        if (change->was_there) {
            const bool erased = erase_rows(cursor, key);
            assert(erased);  // only coins that are there can be spent
        }
        if (change->coin == nullptr) continue;
        value.clear();
        encode_coin(value, *change->coin);
        put_rows(cursor, key, value, at);
    }
}

void BatchWriter::write_undo(const std::vector<Step>& steps) {
    lmdb::Cursor cursor(transaction_, tables_.undo);
    for (const Step& step : steps) {
        const HeaderNode& node = *step.node;
        const HeightKey key = height_key(node.height);
        if (step.kind == Step::Kind::disconnected) {
            const bool erased = erase_rows(cursor, key);
            assert(erased);  // only blocks of the chain can leave it
            continue;
        }
        Bytes value(node.hash.bytes.begin(), node.hash.bytes.end());
        const Bytes spent = encode_spent(step.delta->spent);
        value.insert(value.end(), spent.begin(), spent.end());
        // Blocks join at the top only, above every row that is there.
        put_rows(cursor, key, value, At::the_end);
    }
}

void BatchWriter::write_index(const std::vector<Step>& steps) {
    for (const Step& step : steps) {
        const HeaderNode& node = *step.node;
        if (step.kind == Step::Kind::connected)
            index_transactions(transaction_, tables_.transactions, step.block->block, node.height);
        else
            forget_transactions(transaction_, tables_.transactions, stored_block(node.hash));
    }
}

Block BatchWriter::stored_block(const BlockHash& hash) const {
    const auto row = transaction_.find(tables_.bodies, hash.bytes);
    const auto place = row ? decode_place(*row) : std::nullopt;
    assert(place);  // a block that was connected has a body
    auto block = decode_block(*read_body_(*place));
    assert(block.ok());  // its checksum is right, and it was checked before it was appended
    return std::move(block).value();
}

}  // namespace starling::chain
