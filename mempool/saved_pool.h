#pragma once

#include "consensus/time.h"
#include "mempool/pool.h"

#include <vector>

namespace starling::mempool {

struct SavedTransaction {
    Shared<Transaction> transaction;
    Time entered;
    friend bool operator==(const SavedTransaction& a, const SavedTransaction& b) {
        return a.transaction->wtxid() == b.transaction->wtxid() && a.entered == b.entered;
    }
};

// The pool as a file: the 8 bytes "starpool", a version, and for each transaction when it was first
// accepted and its bytes; parents before children.
Bytes encode_pool(const std::vector<SavedTransaction>& transactions);
// What can be read of it: a file that is torn or foreign gives what stands before the fault. It is
// a cache: losing it loses no money.
std::vector<SavedTransaction> decode_pool(ByteView bytes);

// The entries, each behind those that it spends from.
std::vector<SavedTransaction> parents_first(const std::vector<Shared<PoolEntry>>& entries);

}  // namespace starling::mempool
