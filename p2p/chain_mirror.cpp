#include "p2p/chain_mirror.h"

#include "p2p/peers.h"

#include <algorithm>
#include <cassert>

namespace starling::p2p {

void ChainMirror::open(const chain::BlockTree& tree, const HeaderNode* tip, Time now) {
    assert(tip != nullptr);
    tree_ = &tree;
    tip_ = tip;
    tip_moved_ = now;
    note_gain(now);
}

void ChainMirror::moved(const HeaderNode* tip, Time now) {
    tip_ = tip;
    tip_moved_ = now;
    if (tip_time() - gained_tip_time_ >= 2 * (now - gained_)) note_gain(now);
}

void ChainMirror::note_gain(Time now) {
    gained_ = now;
    gained_tip_time_ = tip_time();
}

void ChainMirror::watch(const Peers& peers, Time now) {
    constexpr Duration kCurrent = std::chrono::hours{24};
    if (was_current_) return;
    was_current_ = tip_time() >= now - kCurrent;
    initial_download_ = !was_current_ && std::ranges::any_of(peers.all(), [&](const auto& entry) {
        const HeaderNode* best = entry.second.best_known;
        return best != nullptr && best->work > tip_->work;
    });
}

bool ChainMirror::has_body(const HeaderNode* node) const {
    return tree_->entry(node).has_body;
}

bool ChainMirror::linked(const HeaderNode* node) const {
    return tree_->entry(node).linked;
}

bool ChainMirror::invalid(const HeaderNode* node) const {
    return tree_->entry(node).invalid;
}

bool ChainMirror::fully_valid(const HeaderNode* node) const {
    return tree_->entry(node).fully_valid;
}

const Work& ChainMirror::least_work() const {
    constexpr std::int32_t kBlocks = 144;
    const Height height{std::max(0, tip_->height.value - kBlocks)};
    return ancestor(tip_, height)->work;
}

std::vector<BlockHash> ChainMirror::locator(const HeaderNode* node) {
    constexpr std::size_t kOneByOne = 10;
    std::vector<BlockHash> hashes;
    std::int32_t distance = 1;
    while (node != nullptr && node->parent != nullptr) {
        hashes.push_back(node->hash);
        if (hashes.size() > kOneByOne) distance *= 2;
        node = ancestor(node, Height{std::max(0, node->height.value - distance)});
    }
    if (node != nullptr) hashes.push_back(node->hash);
    return hashes;
}

}  // namespace starling::p2p
