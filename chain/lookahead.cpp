#include "chain/lookahead.h"

#include <algorithm>
#include <cassert>

namespace starling::chain {

void Lookahead::align(const HeaderNode* end, const HeaderNode* target) {
    while (!blocks_.empty() && blocks_.front().node->height <= end->height)
        blocks_.pop_front();
    while (!blocks_.empty()) {
        const HeaderNode* last = blocks_.back().node;
        if (ancestor(target, last->height) == last) break;
        blocks_.pop_back();
    }
    if (!blocks_.empty() && blocks_.front().node->parent != end) blocks_.clear();
    while (blocks_.size() < kBlocksMax) {
        const HeaderNode* last = blocks_.empty() ? end : blocks_.back().node;
        if (last == target) break;
        blocks_.emplace_back().node = ancestor(target, last->height + 1);
    }
}

void Lookahead::aim(const HeaderNode* end,
                    const HeaderNode* target,
                    const Sources& sources,
                    std::vector<Effect>& out) {
    align(end, target);
    for (Upcoming& upcoming : blocks_) {
        if (upcoming.block == nullptr) upcoming.block = sources.bodies.find(upcoming.node->hash);
        if (upcoming.block == nullptr && !upcoming.body_asked) {
            upcoming.body_asked = true;
            out.push_back(ReadBody{upcoming.node->hash});
        }
        if (upcoming.block != nullptr && !upcoming.coins_asked)
            ask_coins(upcoming, sources.table, out);
    }
}

void Lookahead::ask_coins(Upcoming& upcoming, const CoinTable& table, std::vector<Effect>& out) {
    const std::vector<OutPoint>& needs = upcoming.block->needs;
    upcoming.coins_asked = true;
    upcoming.answered.resize(needs.size());
    upcoming.coins.resize(needs.size());
    std::vector<std::uint32_t> unknown;
    for (std::uint32_t i = 0; i < needs.size(); ++i) {
        if (!table.find(needs[i]).known) unknown.push_back(i);
    }
    if (!unknown.empty()) ask(upcoming, std::move(unknown), out);
}

void Lookahead::ask(Upcoming& upcoming,
                    std::vector<std::uint32_t> indices,
                    std::vector<Effect>& out) {
    ReadCoins effect{next_read_++, {}};
    effect.points.reserve(indices.size());
    for (const std::uint32_t i : indices)
        effect.points.push_back(upcoming.block->needs[i]);
    upcoming.read = effect.id;
    if (upcoming.first_read == 0) upcoming.first_read = effect.id;
    upcoming.asked = std::move(indices);
    out.push_back(std::move(effect));
}

bool Lookahead::awaits(const HeaderNode* node) const {
    return std::ranges::any_of(blocks_, [&](const Upcoming& upcoming) {
        return upcoming.node == node && upcoming.block == nullptr;
    });
}

void Lookahead::take(CoinsRead read) {
    const auto found = std::ranges::find(blocks_, read.id, &Upcoming::read);
    if (read.id == 0 || found == blocks_.end()) return;
    assert(read.coins.size() == found->asked.size());
    for (std::size_t i = 0; i < read.coins.size(); ++i) {
        found->coins[found->asked[i]] = std::move(read.coins[i]);
        found->answered[found->asked[i]] = true;
    }
    found->read = 0;
    found->asked.clear();
}

std::optional<Lookahead::Ready> Lookahead::ready(const CoinTable& table, std::vector<Effect>& out) {
    if (blocks_.empty()) return std::nullopt;
    Upcoming& first = blocks_.front();
    if (first.block == nullptr || !first.coins_asked || first.read != 0) return std::nullopt;
    const std::vector<OutPoint>& needs = first.block->needs;
    std::vector<std::uint32_t> unknown;
    for (std::uint32_t i = 0; i < needs.size(); ++i) {
        const CoinTable::Found found = table.find(needs[i]);
        if (!found.known) {
            if (!first.answered[i]) unknown.push_back(i);
        } else if (found.coin == nullptr) {
            first.coins[i].reset();
        } else {
            first.coins[i] = *found.coin;
        }
    }
    if (!unknown.empty()) {
        ask(first, std::move(unknown), out);
        return std::nullopt;
    }
    return Ready{first.block, first.coins};
}

std::uint64_t Lookahead::oldest_read() const {
    std::uint64_t oldest = next_read_;
    for (const Upcoming& upcoming : blocks_) {
        if (upcoming.first_read != 0) oldest = std::min(oldest, upcoming.first_read);
    }
    return oldest;
}

}  // namespace starling::chain
