#include "chain/bodies.h"

#include <cassert>

namespace starling::chain {

std::size_t memory_bytes_of(const CheckedBlock& block) {
    return 4 * block.bytes->size() + sizeof(CheckedBlock);
}

void Bodies::keep(const HeaderNode* node, Shared<CheckedBlock> block, std::uint64_t batch) {
    const std::size_t bytes = memory_bytes_of(*block);
    const auto [kept, made] = by_hash_.try_emplace(node->hash);
    assert(made);
    *kept = Kept{std::move(block), node->height, true, false};
    pinned_.emplace_back(batch, node->hash);
    bytes_ += bytes;
}

Shared<CheckedBlock> Bodies::find(const BlockHash& hash) const {
    const Kept* kept = by_hash_.find(hash);
    return kept == nullptr ? nullptr : kept->block;
}

void Bodies::release(const BlockHash& hash) {
    Kept* kept = by_hash_.find(hash);
    if (kept == nullptr) return;
    kept->released = true;
    if (!kept->pinned) drop(hash);
}

void Bodies::committed(std::uint64_t batch) {
    for (; !pinned_.empty() && pinned_.front().first <= batch; pinned_.pop_front()) {
        const BlockHash& hash = pinned_.front().second;
        Kept* kept = by_hash_.find(hash);
        kept->pinned = false;
        if (kept->released) {
            drop(hash);
        } else {
            free_.emplace(std::pair{kept->height, hash}, memory_bytes_of(*kept->block));
        }
    }
}

void Bodies::shrink(std::size_t bytes_max) {
    while (bytes_ > bytes_max && !free_.empty()) {
        const BlockHash hash = free_.rbegin()->first.second;
        drop(hash);
    }
}

void Bodies::drop(const BlockHash& hash) {
    const Kept* kept = by_hash_.find(hash);
    bytes_ -= memory_bytes_of(*kept->block);
    free_.erase({kept->height, hash});
    by_hash_.erase(hash);
}

}  // namespace starling::chain
