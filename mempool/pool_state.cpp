#include "mempool/pool_state.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace starling::mempool {

namespace {

std::size_t lowest(MemberSet set) {
    return static_cast<std::size_t>(std::countr_zero(set));
}

// Removes from both lists what is in both: it came and went, or went and came back.
void drop_round_trips(PoolChanged& changes) {
    if (changes.added.empty() || changes.removed.empty()) return;
    std::set<Wtxid> added;
    std::set<Wtxid> both;
    for (const auto& entry : changes.added)
        added.insert(entry->transaction->wtxid());
    for (const auto& [tx, departure] : changes.removed) {
        if (added.contains(tx->wtxid())) both.insert(tx->wtxid());
    }
    std::erase_if(changes.added,
                  [&](const auto& entry) { return both.contains(entry->transaction->wtxid()); });
    std::erase_if(changes.removed,
                  [&](const auto& removed) { return both.contains(removed.first->wtxid()); });
}

}  // namespace

PoolState::PoolState(const PoolLimits& limits, Random& random)
    : limits_(limits),
      rolling_(limits.floor),
      locations_(random),
      by_wtxid_(random),
      spenders_(random) {
    assert(limits.cluster_transactions_max <= kMembersMax);
}

std::vector<std::uint64_t> PoolState::clusters_near(const Transaction& tx) const {
    std::vector<std::uint64_t> near;
    for (const TxIn& input : tx.inputs()) {
        const Location* parent = locations_.find(input.previous.txid);
        if (parent != nullptr) near.push_back(parent->cluster->id());
    }
    // Children can be here first when a disconnected block gives its transactions back.
    for (std::uint32_t i = 0; i < tx.outputs().size(); ++i) {
        const Txid* child = spenders_.find({tx.txid(), i});
        if (child != nullptr) near.push_back(locations_.find(*child)->cluster->id());
    }
    std::ranges::sort(near);
    const auto repeated = std::ranges::unique(near);
    near.erase(repeated.begin(), repeated.end());
    return near;
}

bool PoolState::fits_cluster(const Transaction& tx) const {
    std::size_t count = 1;
    std::int64_t size = pool_size(tx);
    for (const std::uint64_t id : clusters_near(tx)) {
        const Cluster& cluster = *clusters_.at(id);
        count += cluster.size();
        for (const Chunk& chunk : cluster.chunks())
            size += chunk.rate.size;
    }
    return count <= limits_.cluster_transactions_max && size <= limits_.cluster_size_max;
}

void PoolState::add(const Shared<PoolEntry>& entry, std::vector<Origin> origins) {
    const Transaction& tx = *entry->transaction;
    assert(!locations_.contains(tx.txid()) && fits_cluster(tx));
    assert(origins.size() == tx.inputs().size() && entry->spent.size() == tx.inputs().size());
    std::vector<Resident> residents;
    for (const std::uint64_t id : clusters_near(tx)) {
        for (Resident& resident : std::move(*take_cluster(id)).residents())
            residents.push_back(std::move(resident));
    }
    residents.push_back({entry, std::move(origins), pool_size(tx), sigop_cost(tx)});
    by_wtxid_[tx.wtxid()] = tx.txid();
    for (const TxIn& input : tx.inputs()) {
        const bool first = spenders_.try_emplace(input.previous, tx.txid()).second;
        assert(first);
    }
    locations_[tx.txid()].age = by_age_.emplace_hint(by_age_.end(), entry->entered, tx.txid());
    virtual_bytes_ += pool_size(tx);
    memory_bytes_ += memory_of(*entry);
    total_fees_ += entry->fee;
    changes_.added.push_back(entry);
    place(std::move(residents));
}

std::unique_ptr<Cluster> PoolState::take_cluster(std::uint64_t id) {
    auto node = clusters_.extract(id);
    std::unique_ptr<Cluster> cluster = std::move(node.mapped());
    for (std::size_t i = 0; chunks_ && i < cluster->chunks().size(); ++i)
        chunks_->erase({cluster->chunks()[i].rate, id, i, nullptr});
    return cluster;
}

void PoolState::place(std::vector<Resident> residents) {
    const std::uint64_t id = next_cluster_++;
    auto cluster = std::make_unique<Cluster>(id, std::move(residents));
    for (std::size_t i = 0; i < cluster->size(); ++i) {
        Location& at = *locations_.find(cluster->resident(i).entry->transaction->txid());
        at.cluster = cluster.get();
        at.position = i;
    }
    if (chunks_) insert(*chunks_, *cluster);
    clusters_.emplace_hint(clusters_.end(), id, std::move(cluster));
}

const PoolState::Chunks& PoolState::chunks() const {
    if (chunks_) return *chunks_;
    chunks_.emplace();
    for (const auto& [id, cluster] : clusters_)
        insert(*chunks_, *cluster);
    return *chunks_;
}

void PoolState::insert(Chunks& chunks, const Cluster& cluster) {
    for (std::size_t i = 0; i < cluster.chunks().size(); ++i)
        chunks.insert({cluster.chunks()[i].rate, cluster.id(), i, &cluster});
}

void PoolState::forget(const Resident& resident, Departure departure) {
    const PoolEntry& entry = *resident.entry;
    const Transaction& tx = *entry.transaction;
    by_age_.erase(locations_.find(tx.txid())->age);
    locations_.erase(tx.txid());
    by_wtxid_.erase(tx.wtxid());
    for (const TxIn& input : tx.inputs())
        spenders_.erase(input.previous);
    virtual_bytes_ -= resident.size;
    memory_bytes_ -= memory_of(entry);
    total_fees_ -= entry.fee;
    changes_.removed.emplace_back(entry.transaction, departure);
}

void PoolState::remove(const std::vector<Txid>& txids, Departure departure) {
    std::vector<std::pair<std::uint64_t, MemberSet>> gone;  // of which cluster
    gone.reserve(txids.size());
    for (const Txid& txid : txids) {
        const Location* at = locations_.find(txid);
        if (at != nullptr) gone.emplace_back(at->cluster->id(), member(at->position));
    }
    std::ranges::sort(gone);
    for (auto next = gone.begin(); next != gone.end();) {
        const std::uint64_t id = next->first;
        MemberSet set = 0;
        for (; next != gone.end() && next->first == id; ++next)
            set |= next->second;
        const std::unique_ptr<Cluster> cluster = take_cluster(id);
        for (MemberSet rest = set; rest != 0; rest &= rest - 1)
            forget(cluster->resident(lowest(rest)), departure);
        if (std::popcount(set) == static_cast<int>(cluster->size())) continue;
        for (std::vector<Resident>& part : std::move(*cluster).without(set))
            place(std::move(part));
    }
}

void PoolState::remove_with_descendants(const std::vector<Txid>& txids, Departure departure) {
    std::vector<Txid> all;
    for (const Txid& txid : txids) {
        const Location* at = locations_.find(txid);
        if (at == nullptr) continue;
        const Cluster& cluster = *at->cluster;
        for (MemberSet rest = cluster.descendants(at->position); rest != 0; rest &= rest - 1)
            all.push_back(cluster.resident(lowest(rest)).entry->transaction->txid());
    }
    remove(all, departure);
}

void PoolState::block_connected(const std::vector<Shared<Transaction>>& mined,
                                Height height,
                                Time now) {
    std::vector<Txid> known;
    std::vector<Txid> conflicts;
    for (const Shared<Transaction>& tx : mined) {
        if (locations_.contains(tx->txid())) {
            known.push_back(tx->txid());
        } else {
            for (const TxIn& input : tx->inputs()) {
                const Txid* rival = spenders_.find(input.previous);
                if (rival != nullptr) conflicts.push_back(*rival);
            }
        }
        // Children that stay learn where their coins were made.
        for (std::uint32_t i = 0; i < tx->outputs().size(); ++i) {
            const OutPoint point{tx->txid(), i};
            const Txid* child = spenders_.find(point);
            if (child == nullptr) continue;
            const Location& at = *locations_.find(*child);
            Resident& resident = at.cluster->resident(at.position);
            const auto& inputs = resident.entry->transaction->inputs();
            const auto input = std::ranges::find(inputs, point, &TxIn::previous);
            resident.origins[static_cast<std::size_t>(input - inputs.begin())] = {
                height, tx->is_coinbase()};
        }
    }
    remove(known, Departure::mined);
    remove_with_descendants(conflicts, Departure::conflict);
    rolling_.block_connected(now, fullness());
}

void PoolState::trim(Time now) {
    rolling_.advance(now, fullness());
    while (memory_bytes_ > limits_.bytes_max && !clusters_.empty()) {
        const ChunkKey worst = *chunks().rbegin();
        const Chunk& chunk = worst.cluster->chunks()[worst.index];
        rolling_.evicted(chunk.rate);
        std::vector<Txid> txids;
        for (std::size_t i = chunk.begin; i < chunk.end; ++i)
            txids.push_back(worst.cluster->resident(i).entry->transaction->txid());
        remove(txids, Departure::evicted);
    }
}

void PoolState::expire(Time now) {
    std::vector<Txid> old;
    for (auto at = by_age_.begin(); at != by_age_.end() && at->first + limits_.age_max <= now; ++at)
        old.push_back(at->second);
    remove_with_descendants(old, Departure::expired);
}

std::optional<Time> PoolState::next_expiry() const {
    if (by_age_.empty()) return std::nullopt;
    return by_age_.begin()->first + limits_.age_max;
}

const std::vector<Origin>& PoolState::origins(const Txid& txid) const {
    const Location& at = *locations_.find(txid);
    return at.cluster->resident(at.position).origins;
}

void PoolState::set_origins(const Txid& txid, std::vector<Origin> origins) {
    const Location& at = *locations_.find(txid);
    at.cluster->resident(at.position).origins = std::move(origins);
}

PoolChanged PoolState::take_changes() {
    PoolChanged changes = std::exchange(changes_, {});
    drop_round_trips(changes);
    return changes;
}

FeeRate PoolState::minimum(Time now) const {
    const FeeRate rolling = rolling_.at(now, fullness());
    return rolling > limits_.floor ? rolling : limits_.floor;
}

double PoolState::fullness() const {
    return static_cast<double>(memory_bytes_) / static_cast<double>(limits_.bytes_max);
}

}  // namespace starling::mempool
