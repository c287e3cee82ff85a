// The read-only face of the pool: look-ups, views, and the body of the next block.

#include "mempool/block_template.h"
#include "mempool/pool_state.h"

#include <algorithm>
#include <bit>

namespace starling::mempool {

namespace {

// malloc's header and rounding, and the same for a node of a map.
constexpr std::size_t kAllocationBytes = 16;
// A place in three hash tables at their least load, in two ordered sets, and a part of a cluster.
constexpr std::size_t kIndexBytes = 700;
constexpr std::size_t kSpenderBytes = 2 * (sizeof(OutPoint) + sizeof(Txid));

template <class T>
std::size_t heap_bytes(const std::vector<T>& values) {
    return values.empty() ? 0 : values.capacity() * sizeof(T) + kAllocationBytes;
}

std::vector<Txid> txids_of(const Cluster& cluster, MemberSet set) {
    std::vector<Txid> txids;
    for (; set != 0; set &= set - 1) {
        const auto i = static_cast<std::size_t>(std::countr_zero(set));
        txids.push_back(cluster.resident(i).entry->transaction->txid());
    }
    return txids;
}

struct Totals {
    std::size_t count = 0;
    std::int64_t size = 0;
    Amount fees;
};

Totals totals_of(const Cluster& cluster, MemberSet set) {
    Totals totals;
    for (; set != 0; set &= set - 1) {
        const Resident& resident =
            cluster.resident(static_cast<std::size_t>(std::countr_zero(set)));
        ++totals.count;
        totals.size += resident.size;
        totals.fees += resident.entry->fee;
    }
    return totals;
}

// What is left of a block while it is filled.
struct Room {
    std::int64_t weight = 0;
    std::int64_t sigops = 0;

    // Takes a chunk if all of it fits.
    bool take(const Cluster& cluster, const Chunk& chunk) {
        Room after = *this;
        for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
            after.weight -= cluster.resident(i).entry->transaction->weight();
            after.sigops -= cluster.resident(i).sigops;
        }
        if (after.weight < 0 || after.sigops < 0) return false;
        *this = after;
        return true;
    }
};

}  // namespace

std::size_t memory_of(const PoolEntry& entry) {
    const Transaction& tx = *entry.transaction;
    std::size_t bytes = kIndexBytes + sizeof(PoolEntry) + sizeof(Transaction) + sizeof(Resident) +
                        3 * kAllocationBytes;
    bytes += heap_bytes(tx.inputs()) + heap_bytes(tx.outputs()) + heap_bytes(entry.spent);
    for (const TxIn& input : tx.inputs()) {
        bytes += heap_bytes(input.script_sig) + heap_bytes(input.witness);
        for (const Bytes& item : input.witness)
            bytes += heap_bytes(item);
    }
    for (const TxOut& output : tx.outputs())
        bytes += heap_bytes(output.script_pubkey);
    for (const TxOut& output : entry.spent)
        bytes += heap_bytes(output.script_pubkey);
    return bytes + tx.inputs().size() * (sizeof(Origin) + kSpenderBytes);
}

Shared<PoolEntry> PoolState::find(const Txid& txid) const {
    const Location* at = locations_.find(txid);
    return at == nullptr ? nullptr : at->cluster->resident(at->position).entry;
}

Shared<PoolEntry> PoolState::find(const Wtxid& wtxid) const {
    const Txid* txid = by_wtxid_.find(wtxid);
    return txid == nullptr ? nullptr : find(*txid);
}

std::optional<EntryView> PoolState::view(const Txid& txid) const {
    const Location* at = locations_.find(txid);
    if (at == nullptr) return std::nullopt;
    const Cluster& cluster = *at->cluster;
    const Totals above = totals_of(cluster, cluster.ancestors(at->position));
    const Totals below = totals_of(cluster, cluster.descendants(at->position));
    return EntryView{.entry = cluster.resident(at->position).entry,
                     .parents = txids_of(cluster, cluster.parents(at->position)),
                     .children = txids_of(cluster, cluster.children(at->position)),
                     .ancestors = above.count,
                     .descendants = below.count,
                     .ancestor_size = above.size,
                     .descendant_size = below.size,
                     .ancestor_fees = above.fees,
                     .descendant_fees = below.fees,
                     .chunk = cluster.chunk_of(at->position).rate};
}

std::optional<Txid> PoolState::spender(const OutPoint& point) const {
    const Txid* txid = spenders_.find(point);
    return txid == nullptr ? std::nullopt : std::optional(*txid);
}

std::vector<Shared<PoolEntry>> PoolState::entries() const {
    std::vector<Shared<PoolEntry>> entries;
    entries.reserve(size());
    for (const auto& [id, cluster] : clusters_) {
        for (std::size_t i = 0; i < cluster->size(); ++i)
            entries.push_back(cluster->resident(i).entry);
    }
    std::ranges::sort(entries, {},
                      [](const auto& entry) -> const Txid& { return entry->transaction->txid(); });
    return entries;
}

std::vector<Shared<PoolEntry>> PoolState::block_template(std::int64_t weight_max) const {
    // A block that is nearly full is not worth a walk over the rest of the pool: after so many
    // chunks in a row that did not fit, and with so little room, it is done (Bitcoin Core's
    // choice).
    constexpr std::size_t kMissesMax = 1'000;
    constexpr std::int64_t kNearlyFull = 4'000;
    std::vector<Shared<PoolEntry>> body;
    Room room{weight_max, kBlockSigopCostMax - kCoinbaseSigopReserve};
    std::set<std::uint64_t> passed_over;  // what follows in these clusters may need what was left
    std::size_t misses = 0;
    for (const ChunkKey& key : chunks()) {
        if (misses > kMissesMax && room.weight < kNearlyFull) break;
        const Chunk& chunk = key.cluster->chunks()[key.index];
        if (passed_over.contains(key.cluster_id)) continue;
        if (!room.take(*key.cluster, chunk)) {
            ++misses;
            passed_over.insert(key.cluster_id);
            continue;
        }
        misses = 0;
        for (std::size_t i = chunk.begin; i < chunk.end; ++i)
            body.push_back(key.cluster->resident(i).entry);
    }
    return body;
}

std::vector<FeeRate> PoolState::chunk_rates() const {
    std::vector<FeeRate> rates;
    rates.reserve(chunks().size());
    for (const ChunkKey& key : chunks())
        rates.push_back(key.rate);
    return rates;
}

}  // namespace starling::mempool
