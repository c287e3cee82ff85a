#include "mempool/admission.h"

#include <algorithm>
#include <utility>

namespace starling::mempool {

namespace {

// It says nothing of the transaction: it may be sent again later.
Reject busy() {
    return {RejectKind::too_early, "mempool-busy", {}};
}

std::vector<Origin> origins_of(const std::vector<Coin>& coins) {
    std::vector<Origin> origins;
    origins.reserve(coins.size());
    for (const Coin& coin : coins)
        origins.push_back({coin.height, coin.coinbase});
    return origins;
}

}  // namespace

Admission::Admission(const Parameters& parameters,
                     const chain::Chainstate& chain,
                     PoolState& pool,
                     VerifiedScripts& verified)
    : parameters_(parameters), chain_(chain), pool_(pool), verified_(verified) {}

AdmissionPlace Admission::place(Time now) const {
    return {pool_, *chain_.tip(), parameters_, now};
}

void Admission::start(TransactionArrived arrived, Time now, std::vector<LedgerEffect>& out) {
    const Shared<Transaction> tx = arrived.transaction;
    if (pending_.size() >= pool_.limits().admissions_max ||
        pending_weight_ + tx->weight() > pool_.limits().admissions_weight_max) {
        decisions_.push_back({.ticket = arrived.ticket, .transaction = tx, .reject = busy()});
        return;
    }
    const std::uint64_t id = next_id_++;
    pending_weight_ += tx->weight();
    if (!arrived.test_only) by_txid_.emplace(tx->txid(), id);
    pending_[id].arrived = std::move(arrived);
    advance(id, now, out);
}

void Admission::coins_read(PoolCoinsRead read, Time now, std::vector<LedgerEffect>& out) {
    const auto at = pending_.find(read.id);
    if (at == pending_.end() || at->second.waiting != Waiting::coins) return;
    Pending& pending = at->second;
    auto coin = read.coins.begin();
    for (auto& [point, stored] : pending.stored) {
        if (coin == read.coins.end()) break;
        stored = std::move(*coin++);
    }
    advance(read.id, now, out);
}

void Admission::scripts_verified(PoolScriptsVerified verified,
                                 Time now,
                                 std::vector<LedgerEffect>& out) {
    const auto at = pending_.find(verified.id);
    if (at == pending_.end() || at->second.waiting != Waiting::scripts) return;
    if (verified.verdict.ok()) {
        at->second.verified = true;
        verified_.add(at->second.arrived.transaction->wtxid());
    } else {
        refuse(verified.id, verified.verdict.error());
    }
    advance(verified.id, now, out);
}

std::vector<TransactionDecided> Admission::take_decisions() {
    return std::exchange(decisions_, {});
}

bool Admission::give_back(const Shared<Transaction>& tx, Time now) {
    verified_.add(tx->wtxid());
    if (pool_.find(tx->txid()) != nullptr) return true;
    const AdmissionPlace here = place(now);
    if (!check_arrival(*tx, here, Strictness::returning)) return false;
    const Spends spends = spends_of(*tx, pool_, chain_, {});
    if (!spends.unknown.empty() || !spends.missing.empty()) return false;
    const auto fee = check_spending(*tx, spends.coins, here, Strictness::returning);
    return fee.ok() && insert(tx, spends.coins, *fee, now, now).ok();
}

void Admission::advance(std::uint64_t id, Time now, std::vector<LedgerEffect>& out) {
    ready_.push_back(id);
    // Each arrival becomes ready once for each parent that is decided, so this ends.
    for (std::size_t next = 0; next < ready_.size(); ++next)
        step(ready_[next], now, out);
    ready_.clear();
}

void Admission::step(std::uint64_t id, Time now, std::vector<LedgerEffect>& out) {
    const auto at = pending_.find(id);
    if (at == pending_.end()) return;
    Pending& pending = at->second;
    pending.waiting = Waiting::nothing;
    const Transaction& tx = *pending.arrived.transaction;
    if (auto arrival = check_arrival(tx, place(now), Strictness::relayed); !arrival)
        return refuse(id, arrival.error());
    if (wait_for_parent(id, pending)) return;
    // Answers of another boundary than the present one may lack what was committed since.
    if (pending.commits != chain_.commits()) pending.stored.clear();
    Spends spends = spends_of(tx, pool_, chain_, pending.stored);
    if (!spends.unknown.empty()) {
        if (pending.reads == kCoinReadsMax) return refuse(id, busy());
        return read_coins(id, pending, std::move(spends.unknown), out);
    }
    if (!spends.missing.empty()) return refuse_missing(id, std::move(spends.missing));
    const auto fee = check_spending(tx, spends.coins, place(now), Strictness::relayed);
    if (!fee) return refuse(id, fee.error());
    if (!pending.verified && !verified_.contains(tx.wtxid()))
        return verify(id, pending, spends.coins, out);
    finish(id, spends.coins, *fee, now);
}

bool Admission::wait_for_parent(std::uint64_t id, Pending& pending) {
    for (const TxIn& input : pending.arrived.transaction->inputs()) {
        if (!by_txid_.contains(input.previous.txid)) continue;
        pending.waiting = Waiting::parent;
        waiters_.emplace(input.previous.txid, id);
        return true;
    }
    return false;
}

void Admission::read_coins(std::uint64_t id,
                           Pending& pending,
                           std::vector<OutPoint> points,
                           std::vector<LedgerEffect>& out) {
    // Answers are matched by order, so what is asked is what the map then holds.
    pending.stored.clear();
    for (const OutPoint& point : points)
        pending.stored.emplace(point, std::nullopt);
    std::ranges::sort(points);
    pending.waiting = Waiting::coins;
    pending.commits = chain_.commits();
    ++pending.reads;
    out.emplace_back(ReadPoolCoins{id, std::move(points)});
}

void Admission::verify(std::uint64_t id,
                       Pending& pending,
                       const std::vector<Coin>& coins,
                       std::vector<LedgerEffect>& out) {
    auto batch = std::make_shared<ScriptBatch>();
    batch->checks.push_back({pending.arrived.transaction, outputs_of(coins)});
    batch->rules = ScriptRules::policy;
    pending.waiting = Waiting::scripts;
    out.emplace_back(VerifyPoolScripts{id, std::move(batch)});
}

void Admission::finish(std::uint64_t id, const std::vector<Coin>& coins, Amount fee, Time now) {
    const TransactionArrived& arrived = pending_.at(id).arrived;
    if (!arrived.test_only) {
        // A file may claim any time; what has not come yet would never expire.
        const Time entered = std::min(arrived.entered.value_or(now), now);
        const auto inserted = insert(arrived.transaction, coins, fee, entered, now);
        if (!inserted) return refuse(id, inserted.error());
    }
    decide(id, {.fee = fee});
}

void Admission::refuse(std::uint64_t id, Reject reject) {
    decide(id, {.reject = std::move(reject)});
}

void Admission::refuse_missing(std::uint64_t id, std::vector<Txid> missing) {
    const Transaction& tx = *pending_.at(id).arrived.transaction;
    // Its inputs are gone because it is in the chain itself, as long as an output still tells.
    for (std::uint32_t i = 0; i < tx.outputs().size(); ++i) {
        if (chain_.coin_at_tip({tx.txid(), i}).coin)
            return refuse(id, {RejectKind::duplicate, "txn-already-known", {}});
    }
    decide(id, {.reject = Reject{RejectKind::missing_inputs, "bad-txns-inputs-missingorspent", {}},
                .missing = std::move(missing)});
}

void Admission::decide(std::uint64_t id, TransactionDecided decided) {
    const auto at = pending_.find(id);
    const TransactionArrived arrived = std::move(at->second.arrived);
    pending_.erase(at);
    const Txid& txid = arrived.transaction->txid();
    pending_weight_ -= arrived.transaction->weight();
    const auto [begin, end] = by_txid_.equal_range(txid);
    const auto own =
        std::find_if(begin, end, [&](const auto& entry) { return entry.second == id; });
    if (own != end) by_txid_.erase(own);
    if (!by_txid_.contains(txid)) {
        const auto [first, last] = waiters_.equal_range(txid);
        for (auto waiter = first; waiter != last; ++waiter)
            ready_.push_back(waiter->second);
        waiters_.erase(first, last);
    }
    decided.ticket = arrived.ticket;
    decided.transaction = arrived.transaction;
    decisions_.push_back(std::move(decided));
}

Result<Unit, Reject> Admission::insert(const Shared<Transaction>& tx,
                                       const std::vector<Coin>& coins,
                                       Amount fee,
                                       Time entered,
                                       Time now) {
    const auto entry =
        std::make_shared<const PoolEntry>(PoolEntry{.transaction = tx,
                                                    .fee = fee,
                                                    .entered = entered,
                                                    .entry_height = chain_.tip()->height,
                                                    .spent = outputs_of(coins)});
    pool_.add(entry, origins_of(coins));
    pool_.trim(now);
    if (pool_.find(tx->txid()) == nullptr)
        return Failure{Reject{RejectKind::policy, "mempool full", {}}};
    return Unit{};
}

}  // namespace starling::mempool
