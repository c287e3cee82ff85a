#include "chain/memory_store.h"

#include <algorithm>
#include <cassert>
#include <ranges>

namespace starling::chain {

std::optional<Coin> MemoryStore::coin(const OutPoint& point) const {
    const auto found = coins_.find(point);
    return found == coins_.end() ? std::nullopt : std::optional{found->second};
}

std::vector<std::optional<Coin>> MemoryStore::coins(const std::vector<OutPoint>& points) const {
    std::vector<std::optional<Coin>> out;
    out.reserve(points.size());
    for (const OutPoint& point : points)
        out.push_back(coin(point));
    return out;
}

Shared<Bytes> MemoryStore::body(const BlockHash& hash) const {
    const auto found = bodies_.find(hash);
    return found == bodies_.end() ? nullptr : found->second;
}

Shared<BlockDelta> MemoryStore::delta(const HeaderNode& node) const {
    const auto found = deltas_.find(node.hash);
    return found == deltas_.end() ? nullptr : found->second;
}

std::optional<TransactionPlace> MemoryStore::find_transaction(const Txid& txid) const {
    const auto found = places_.find(txid);
    return found == places_.end() ? std::nullopt : std::optional{found->second};
}

BlockHash MemoryStore::each_coin(
    const std::function<bool(const OutPoint&, const Coin&)>& visit) const {
    for (const auto& [point, coin] : coins_) {
        if (!visit(point, coin)) break;
    }
    return tip_;
}

void MemoryStore::append(const Shared<CheckedBlock>& block) {
    if (!bodies_.emplace(block->hash, block->bytes).second) return;
    body_order_.push_back(block->hash);
}

void MemoryStore::commit(const Batch& batch) {
    Committed committed;
    committed.tip_before = tip_;
    committed.headers_before = header_order_.size();
    committed.bodies_before = bodies_committed_;
    for (const HeaderRecord& record : batch.headers)
        store_header(record, committed);
    for (const Step& step : batch.steps) {
        committed.steps.push_back({step, step.node->hash});
        apply(committed.steps.back());
        if (transaction_index_) index(committed.steps.back());
    }
    tip_ = batch.tip;
    bodies_committed_ = body_order_.size();
    commits_.push_back(std::move(committed));
    if (commits_.size() > kCommitsMax) commits_.pop_front();
}

void MemoryStore::store_header(const HeaderRecord& record, Committed& committed) {
    const auto [stored, made] =
        headers_.try_emplace(record.node->hash, Header80{record.node->header, record.validity});
    if (made) {
        header_order_.push_back(record.node->hash);
    } else {
        committed.validity_before.emplace_back(record.node->hash, stored->second.validity);
        stored->second.validity = record.validity;
    }
}

void MemoryStore::apply(const Named& named) {
    const Step& step = named.step;
    const bool joins = step.kind == Step::Kind::connected;
    const BlockDelta& delta = *step.delta;
    for (const auto& [point, coin] : joins ? delta.spent : delta.made) {
        const bool erased = coins_.erase(point) == 1;
        assert(erased);
    }
    for (const auto& [point, coin] : joins ? delta.made : delta.spent) {
        const bool made = coins_.emplace(point, coin).second;
        assert(made);
    }
    if (joins) {
        deltas_[named.hash] = step.delta;
    } else {
        deltas_.erase(named.hash);
    }
}

void MemoryStore::index(const Named& named) {
    const bool joins = named.step.kind == Step::Kind::connected;
    if (joins) connected_[named.hash] = named.step.block;
    const Shared<CheckedBlock> block = connected_.at(named.hash);
    std::uint32_t position = 0;
    for (const Shared<Transaction>& tx : block->block.transactions) {
        if (joins) {
            places_[tx->txid()] = {named.hash, position++};
        } else {
            places_.erase(tx->txid());
        }
    }
}

Loaded MemoryStore::load() const {
    Loaded loaded;
    loaded.tip = tip_;
    loaded.coins = coins_.size();
    const std::vector<BlockHash> appended(
        body_order_.begin() + static_cast<std::ptrdiff_t>(bodies_committed_), body_order_.end());
    for (const BlockHash& hash : header_order_) {
        const Header80& stored = headers_.at(hash);
        const bool has_body =
            bodies_.contains(hash) && std::ranges::find(appended, hash) == appended.end();
        loaded.headers.push_back({stored.header, stored.validity, has_body});
    }
    for (const BlockHash& hash : appended)
        loaded.tail.push_back(bodies_.at(hash));
    return loaded;
}

std::size_t MemoryStore::bodies_since(std::size_t commits) const {
    const std::size_t before =
        commits == 0 ? bodies_committed_ : commits_[commits_.size() - commits].bodies_before;
    return body_order_.size() - before;
}

void MemoryStore::crash(std::size_t commits, std::size_t bodies) {
    assert(commits <= commits_.size());
    for (; commits > 0; --commits) {
        undo(commits_.back());
        commits_.pop_back();
    }
    while (body_order_.size() > bodies_committed_ + bodies) {
        bodies_.erase(body_order_.back());
        body_order_.pop_back();
    }
}

void MemoryStore::undo(const Committed& committed) {
    for (Named back : std::views::reverse(committed.steps)) {
        const bool joined = back.step.kind == Step::Kind::connected;
        back.step.kind = joined ? Step::Kind::disconnected : Step::Kind::connected;
        if (!joined && transaction_index_) back.step.block = connected_.at(back.hash);
        apply(back);
        if (transaction_index_) index(back);
    }
    for (const auto& [hash, validity] : committed.validity_before)
        headers_.at(hash).validity = validity;
    while (header_order_.size() > committed.headers_before) {
        headers_.erase(header_order_.back());
        header_order_.pop_back();
    }
    tip_ = committed.tip_before;
    bodies_committed_ = committed.bodies_before;
}

}  // namespace starling::chain
