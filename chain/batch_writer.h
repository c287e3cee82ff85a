#pragma once

#include "chain/tables.h"

#include <functional>
#include <map>

namespace starling::chain {

// Writes what a batch changes into the tables of one write transaction, each table in the order of
// its keys.
class BatchWriter {
public:
    // Gives the bytes of a body whose block leaves the chain.
    using ReadBody = std::function<Shared<Bytes>(const Place&)>;

    BatchWriter(lmdb::Transaction& transaction,
                const Tables& tables,
                bool transaction_index,
                ReadBody read_body);

    void write(const Batch& batch, const std::map<BlockHash, Place>& appended, SegmentEnd end);

private:
    void write_headers(const std::vector<HeaderRecord>& records);
    void write_places(const std::map<BlockHash, Place>& appended);
    void write_coins(const std::vector<Step>& steps);
    void write_undo(const std::vector<Step>& steps);
    void write_index(const std::vector<Step>& steps);
    [[nodiscard]] Block stored_block(const BlockHash& hash) const;

    lmdb::Transaction& transaction_;
    const Tables& tables_;
    bool transaction_index_;
    ReadBody read_body_;
};

}  // namespace starling::chain
