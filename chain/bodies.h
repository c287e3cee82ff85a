#pragma once

#include "chain/block_tree.h"

#include <deque>
#include <map>
#include <utility>

namespace starling::chain {

// The bodies that arrived and may still be needed in memory: to be connected, or because the writer
// may not have appended them yet.
//
// The writer works in order, so when a batch is committed, every body handed to it before that
// batch can be read back. Until then a body is pinned: reading it could find nothing. Afterwards
// those that are connected or of no use are dropped, and of the others the highest first when there
// are too many: they are needed last, and can be read back.
class Bodies {
public:
    explicit Bodies(Random& random) : by_hash_(random) {}

    // `batch` is the number of the next batch that will be asked for.
    void keep(const HeaderNode* node, Shared<CheckedBlock> block, std::uint64_t batch);
    [[nodiscard]] Shared<CheckedBlock> find(const BlockHash& hash) const;
    // It is connected, or will not be connected soon.
    void release(const BlockHash& hash);
    // Everything appended before that batch can be read back.
    void committed(std::uint64_t batch);
    // Drops bodies that can be read back until at most `bytes_max` are kept.
    void shrink(std::size_t bytes_max);

    [[nodiscard]] bool any_pinned() const { return !pinned_.empty(); }
    [[nodiscard]] std::size_t memory_bytes() const { return bytes_; }

private:
    struct Kept {
        Shared<CheckedBlock> block;
        Height height;
        bool pinned = true;
        bool released = false;
    };
    void drop(const BlockHash& hash);

    LookupTable<BlockHash, Kept> by_hash_;
    std::deque<std::pair<std::uint64_t, BlockHash>> pinned_;    // by batch
    std::map<std::pair<Height, BlockHash>, std::size_t> free_;  // neither pinned nor released
    std::size_t bytes_ = 0;
};

// Bytes that a parsed block occupies, roughly: a quarter is its serialised form, the rest are the
// small allocations of its transactions.
std::size_t memory_bytes_of(const CheckedBlock& block);

}  // namespace starling::chain
