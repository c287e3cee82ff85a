#include "p2p/pool_mirror.h"

namespace starling::p2p {
namespace {

// Bitcoin Core remembers 48,000 transactions of recent blocks, by both names: six full blocks.
// Where blocks are emptier, six to twelve blocks are as good, and cost as little as they hold.
constexpr std::size_t kConfirmedMax = 48'000;
constexpr std::size_t kConfirmedBlocks = 6;

}  // namespace

PoolMirror::PoolMirror(const Limits& limits, Random& random)
    : limits_(limits),
      entries_(random),
      wtxids_(random),
      mined_(random),
      confirmed_(kConfirmedMax, random) {}

void PoolMirror::changed(const mempool::PoolChanged& changed) {
    std::size_t mined = 0;
    for (const auto& [transaction, why] : changed.removed) {
        if (why == mempool::Departure::mined) {
            mined += keep_mined(transaction) ? 1u : 0u;
        } else {
            remove(*transaction);
        }
    }
    if (mined > 0) mined_counts_.push_back(mined);
    while (mined_counts_.size() > limits_.mined_blocks_max ||
           mined_order_.size() > limits_.mined_transactions_max ||
           mined_bytes_ > limits_.mined_bytes_max)
        forget_oldest_mined();
    for (const auto& entry : changed.added)
        add(entry);
}

void PoolMirror::connected(const CheckedBlock& block) {
    const auto add = [&](const auto& name) {
        if (confirmed_.add(name)) confirmed_blocks_ = 0;
    };
    for (const auto& transaction : block.block.transactions) {
        add(transaction->txid());
        if (transaction->wtxid().bytes != transaction->txid().bytes) add(transaction->wtxid());
    }
    if (++confirmed_blocks_ < kConfirmedBlocks) return;
    confirmed_blocks_ = 0;
    confirmed_.age();
}

void PoolMirror::renew(const Wtxid& wtxid) {
    Entry* entry = entries_.find(wtxid);
    if (entry == nullptr) return;
    log_.erase(entry->number);
    entry->number = ++last_number_;
    log_.emplace_hint(log_.end(), entry->number, entry->entry);
}

Shared<Transaction> PoolMirror::servable(const TxName& name, std::uint64_t told) const {
    const auto wtxid = wtxid_of(name);
    if (!wtxid) return nullptr;
    if (const Entry* entry = entries_.find(*wtxid))
        return entry->number <= told ? entry->entry->transaction : nullptr;
    const Mined* mined = mined_.find(*wtxid);
    return mined != nullptr && mined->number <= told ? mined->transaction : nullptr;
}

bool PoolMirror::contains(const TxName& name) const {
    const auto wtxid = wtxid_of(name);
    return (wtxid && entries_.contains(*wtxid)) || confirmed_.contains(Hash256{name.hash});
}

void PoolMirror::add(const Shared<mempool::PoolEntry>& entry) {
    const Transaction& transaction = *entry->transaction;
    const auto [slot, made] = entries_.try_emplace(transaction.wtxid());
    if (!made) return;
    *slot = Entry{entry, ++last_number_};
    wtxids_[transaction.txid()] = transaction.wtxid();
    log_.emplace_hint(log_.end(), last_number_, entry);
}

void PoolMirror::remove(const Transaction& transaction) {
    const Entry* entry = entries_.find(transaction.wtxid());
    if (entry == nullptr) return;
    log_.erase(entry->number);
    entries_.erase(transaction.wtxid());
    wtxids_.erase(transaction.txid());
}

// False if it was not in the pool, or is kept already.
bool PoolMirror::keep_mined(const Shared<Transaction>& transaction) {
    const Wtxid& wtxid = transaction->wtxid();
    const Entry* entry = entries_.find(wtxid);
    if (entry == nullptr) return false;
    const bool made = mined_.try_emplace(wtxid, Mined{transaction, entry->number}).second;
    remove(*transaction);
    if (!made) return false;
    wtxids_[transaction->txid()] = wtxid;
    mined_order_.push_back(wtxid);
    mined_bytes_ += transaction->size();
    return true;
}

void PoolMirror::forget_oldest_mined() {
    const Wtxid oldest = mined_order_.front();
    const Shared<Transaction> gone = mined_.find(oldest)->transaction;
    mined_order_.pop_front();
    if (--mined_counts_.front() == 0) mined_counts_.pop_front();
    mined_bytes_ -= gone->size();
    mined_.erase(oldest);
    if (!entries_.contains(oldest)) wtxids_.erase(gone->txid());
}

std::optional<Wtxid> PoolMirror::wtxid_of(const TxName& name) const {
    if (name.kind == TxName::Kind::wtxid) return Wtxid{name.hash};
    const Wtxid* wtxid = wtxids_.find(Txid{name.hash});
    return wtxid == nullptr ? std::nullopt : std::optional(*wtxid);
}

}  // namespace starling::p2p
