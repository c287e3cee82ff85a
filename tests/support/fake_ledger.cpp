#include "support/fake_ledger.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

namespace starling::test {

FakeLedger::FakeLedger(const Parameters& parameters, std::uint64_t seed)
    : random_(seed), tree_(parameters, random_), tip_(tree_.genesis()) {}

void FakeLedger::handle(const mempool::LedgerInput& input, Time now, Effects& out) {
    if (const auto* tx = std::get_if<mempool::TransactionArrived>(&input))
        return admit(*tx, now, out);
    const auto& chain = std::get<chain::Input>(input);
    if (const auto* headers = std::get_if<chain::HeadersArrived>(&chain))
        return add(*headers, now, out);
    take(std::get<chain::BlockArrived>(chain), now, out);
}

Shared<CheckedBlock> FakeLedger::body(const BlockHash& hash) const {
    const auto found = bodies_.find(hash);
    return found == bodies_.end() ? nullptr : found->second;
}

std::vector<TransactionData> FakeLedger::pool() const {
    std::vector<TransactionData> all;
    for (const Txid& txid : pool_order_)
        all.push_back(pool_.at(txid)->transaction->data());
    return all;
}

void FakeLedger::add(const chain::HeadersArrived& arrived, Time now, Effects& out) {
    chain::HeadersAdded added;
    chain::Decided decided{arrived.ticket, {}, {}};
    headers_offered_ += arrived.headers.size();
    for (const Header& header : arrived.headers) {
        const std::size_t before = tree_.size();
        const auto node = tree_.add(header, now.time_since_epoch() / std::chrono::seconds(1));
        decided.hash = hash_of(header);
        if (!node) {
            decided.reject = node.error();
            break;
        }
        if (tree_.size() > before) added.nodes.push_back(*node);
    }
    if (!added.nodes.empty()) out.push_back(chain::Effect{added});
    out.push_back(chain::Effect{decided});
}

void FakeLedger::take(const chain::BlockArrived& arrived, Time now, Effects& out) {
    const auto& block = arrived.block;
    const auto node =
        tree_.add(block->block.header, now.time_since_epoch() / std::chrono::seconds(1));
    if (!node) {
        out.push_back(chain::Effect{chain::Decided{arrived.ticket, block->hash, node.error()}});
        return;
    }
    if (block->witness_fault) {
        out.push_back(
            chain::Effect{chain::Decided{arrived.ticket, block->hash, block->witness_fault}});
        return;
    }
    bodies_[block->hash] = block;
    undecided_[block->hash] = arrived.ticket;
    out.push_back(chain::Effect{chain::BodyKept{*node}});
    for (const auto* linked : tree_.mark_body(*node))
        link(&linked->node, now, out);
}

void FakeLedger::link(const HeaderNode* node, Time now, Effects& out) {
    std::optional<Reject> reject;
    if (tree_.entry(node).invalid) {
        reject = Reject{RejectKind::invalid_parent, "bad-prevblk", {}};
    } else if (bad_blocks.contains(node->hash)) {
        reject = Reject{RejectKind::invalid, "bad-cb-amount", {}};
        tree_.mark_invalid(node);
        out.push_back(chain::Effect{chain::BlockInvalid{node, *reject}});
    } else {
        tree_.mark_valid(node);
        if (node->work > tip_->work) move(node, now, out);
    }
    out.push_back(chain::Effect{chain::Decided{undecided_[node->hash], node->hash, reject}});
    undecided_.erase(node->hash);
}

void FakeLedger::move(const HeaderNode* to, Time now, Effects& out) {
    chain::TipChanged changed{to, {}, {}};
    const HeaderNode* fork = fork_point(tip_, to);
    for (const HeaderNode* node = tip_; node != fork; node = node->parent)
        changed.disconnected.push_back(bodies_.at(node->hash));
    for (const HeaderNode* node = to; node != fork; node = node->parent)
        changed.connected.push_back(bodies_.at(node->hash));
    std::ranges::reverse(changed.connected);
    mempool::PoolChanged pool;
    std::vector<Shared<Transaction>> returning = drop_all_of_pool();
    std::set<Txid> were_there;
    for (const auto& tx : returning)
        were_there.insert(tx->txid());
    for (const auto& block : changed.disconnected)
        disconnect(*block, returning);
    std::set<Txid> mined;
    for (const auto& block : changed.connected) {
        for (const auto& tx : block->block.transactions) {
            apply(*tx);
            mined.insert(tx->txid());
        }
    }
    tip_ = to;
    for (const auto& tx : returning)
        settle(tx, mined, were_there, now, pool);
    out.push_back(chain::Effect{changed});
    out.push_back(pool);
}

std::vector<Shared<Transaction>> FakeLedger::drop_all_of_pool() {
    std::vector<Shared<Transaction>> all;
    for (const Txid& txid : pool_order_)
        all.push_back(pool_.at(txid)->transaction);
    for (auto tx = all.rbegin(); tx != all.rend(); ++tx)
        revert(**tx);
    pool_.clear();
    pool_order_.clear();
    return all;
}

void FakeLedger::disconnect(const CheckedBlock& block,
                            std::vector<Shared<Transaction>>& returning) {
    const auto& txs = block.block.transactions;
    for (auto tx = txs.rbegin(); tx != txs.rend(); ++tx)
        revert(**tx);
    returning.insert(returning.begin(), txs.begin() + 1, txs.end());
}

void FakeLedger::settle(const Shared<Transaction>& tx,
                        const std::set<Txid>& mined,
                        const std::set<Txid>& were_there,
                        Time now,
                        mempool::PoolChanged& pool) {
    const bool was_there = were_there.contains(tx->txid());
    if (mined.contains(tx->txid())) {
        if (was_there) pool.removed.emplace_back(tx, mempool::Departure::mined);
    } else if (missing_of(*tx).empty()) {
        const auto entry = insert(tx, now);
        if (!was_there) pool.added.push_back(entry);
    } else if (was_there) {
        pool.removed.emplace_back(tx, mempool::Departure::conflict);
    }
}

void FakeLedger::admit(const mempool::TransactionArrived& arrived, Time now, Effects& out) {
    ++checks_;
    const auto& tx = arrived.transaction;
    mempool::TransactionDecided decided{arrived.ticket, tx, {}, {}, Amount{}};
    if (pool_.contains(tx->txid())) {
        decided.reject = Reject{RejectKind::duplicate, "txn-already-in-mempool", {}};
    } else if (bad_transactions.contains(tx->wtxid())) {
        decided.reject = Reject{RejectKind::invalid, "mandatory-script-verify-flag-failed", {}};
    } else if (decided.missing = missing_of(*tx); !decided.missing.empty()) {
        decided.reject = Reject{RejectKind::missing_inputs, "bad-txns-inputs-missingorspent", {}};
    } else {
        out.push_back(mempool::PoolChanged{{insert(tx, now)}, {}});
    }
    out.push_back(decided);
}

Shared<mempool::PoolEntry> FakeLedger::insert(const Shared<Transaction>& tx, Time now) {
    apply(*tx);
    auto entry = std::make_shared<mempool::PoolEntry>();
    entry->transaction = tx;
    entry->fee = Amount{1'000};
    entry->entered = now;
    pool_.emplace(tx->txid(), entry);
    pool_order_.push_back(tx->txid());
    return entry;
}

std::vector<Txid> FakeLedger::missing_of(const Transaction& tx) const {
    std::set<Txid> missing;
    for (const TxIn& input : tx.inputs()) {
        if (!coins_.contains(input.previous)) missing.insert(input.previous.txid);
    }
    return {missing.begin(), missing.end()};
}

void FakeLedger::apply(const Transaction& tx) {
    for (const TxIn& input : tx.inputs())
        coins_.erase(input.previous);
    for (std::uint32_t i = 0; i < tx.outputs().size(); ++i)
        coins_.insert({tx.txid(), i});
}

void FakeLedger::revert(const Transaction& tx) {
    for (std::uint32_t i = 0; i < tx.outputs().size(); ++i)
        coins_.erase({tx.txid(), i});
    for (const TxIn& input : tx.inputs()) {
        if (!input.previous.is_null()) coins_.insert(input.previous);
    }
}

}  // namespace starling::test
