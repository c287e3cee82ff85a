#include "chain/active_chain.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace starling::chain {

namespace {

const Coin* find_coin(const std::vector<std::pair<OutPoint, Coin>>& coins, const OutPoint& point) {
    const auto at = std::lower_bound(
        coins.begin(), coins.end(), point,
        [](const auto& coin, const OutPoint& sought) { return coin.first < sought; });
    return at != coins.end() && at->first == point ? &at->second : nullptr;
}

// What a block says of a coin: after it, or before it.
CoinTable::Found after(const BlockDelta& delta, const OutPoint& point) {
    if (const Coin* made = find_coin(delta.made, point)) return {true, made};
    return {find_coin(delta.spent, point) != nullptr, nullptr};
}
CoinTable::Found before(const BlockDelta& delta, const OutPoint& point) {
    if (const Coin* spent = find_coin(delta.spent, point)) return {true, spent};
    return {find_coin(delta.made, point) != nullptr, nullptr};
}

}  // namespace

void ActiveChain::apply(Step step) {
    const std::uint64_t number = table_.apply(step);
    if (!steps_.cancel(step.kind, step.node)) steps_.push(std::move(step), number);
}

void ActiveChain::connect(Link link) {
    assert(link.node->parent == end_);
    apply({Step::Kind::connected, link.node, link.delta, link.block});
    end_ = link.node;
    if (link.job != 0) ++unverified_;
    batch_bytes_ += link.batch_bytes;
    ahead_.push_back(std::move(link));
}

bool ActiveChain::reconnect(const HeaderNode* next) {
    if (behind_.empty() || !ahead_.empty() || behind_.back().node != next) return false;
    const Undone undone = std::move(behind_.back());
    behind_.pop_back();
    apply({Step::Kind::connected, next, undone.delta, undone.block});
    end_ = next;
    return true;
}

Shared<BlockDelta> ActiveChain::delta_of_end() const {
    return ahead_.empty() ? table_.delta_of(end_) : ahead_.back().delta;
}

Shared<CheckedBlock> ActiveChain::block_of_end() const {
    return ahead_.empty() ? nullptr : ahead_.back().block;
}

void ActiveChain::disconnect(const Shared<BlockDelta>& delta, const Shared<CheckedBlock>& block) {
    assert(end_->parent != nullptr);
    apply({Step::Kind::disconnected, end_, delta, nullptr});
    if (ahead_.empty()) {
        behind_.push_back({end_, delta, block});
    } else {
        if (ahead_.back().job != 0) --unverified_;
        batch_bytes_ -= ahead_.back().batch_bytes;
        ahead_.pop_back();
    }
    end_ = end_->parent;
}

const HeaderNode* ActiveChain::find_job(std::uint64_t job) const {
    const auto found = std::ranges::find(ahead_, job, &Link::job);
    return found == ahead_.end() ? nullptr : found->node;
}

void ActiveChain::verified(std::uint64_t job) {
    const auto found = std::ranges::find(ahead_, job, &Link::job);
    assert(job != 0 && found != ahead_.end());
    found->job = 0;
    batch_bytes_ -= std::exchange(found->batch_bytes, 0);
    --unverified_;
}

std::optional<ActiveChain::Move> ActiveChain::settle(bool leave) {
    std::size_t prefix = 0;
    while (prefix < ahead_.size() && ahead_[prefix].job == 0)
        ++prefix;
    if (prefix == 0 && behind_.empty()) return std::nullopt;
    const HeaderNode* fork = ahead_.empty() ? end_ : ahead_.front().node->parent;
    const HeaderNode* next = prefix == 0 ? fork : ahead_[prefix - 1].node;
    if (!behind_.empty() && !leave && next->work <= tip_->work) return std::nullopt;
    Move move;
    for (Undone& undone : behind_) {
        if (undone.block != nullptr) move.disconnected.push_back(std::move(undone.block));
    }
    behind_.clear();
    for (; prefix > 0; --prefix) {
        move.connected.push_back(std::move(ahead_.front()));
        ahead_.pop_front();
    }
    tip_ = next;
    steps_.settle(ahead_.size());
    return move;
}

CoinTable::Found ActiveChain::coin_at_tip(const OutPoint& point) const {
    for (const Undone& undone : behind_) {
        if (const CoinTable::Found found = after(*undone.delta, point); found.known) return found;
    }
    for (const Link& link : ahead_) {
        if (const CoinTable::Found found = before(*link.delta, point); found.known) return found;
    }
    return table_.find(point);
}

}  // namespace starling::chain
