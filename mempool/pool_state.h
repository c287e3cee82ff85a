#pragma once

#include "consensus/lookup_table.h"
#include "mempool/cluster.h"
#include "mempool/pool.h"
#include "mempool/rolling_minimum.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace starling::mempool {

// The pool that Ledger keeps: it holds what it is told to, and knows what comes first and last.
// Whether a transaction may enter is decided in admission.h.
//
// Invariants:
//   - no two transactions spend one output; parents that are in the pool are in the same cluster;
//   - the indexes (txid, wtxid, spender, age, chunk once it is made) name exactly the transactions
//     of the clusters;
//   - equal histories give equal orders.
class PoolState final : public Pool {
public:
    PoolState(const PoolLimits& limits, Random& random);

    // ---- The read-only face ----
    [[nodiscard]] Shared<PoolEntry> find(const Txid& txid) const override;
    [[nodiscard]] Shared<PoolEntry> find(const Wtxid& wtxid) const override;
    [[nodiscard]] std::optional<EntryView> view(const Txid& txid) const override;
    [[nodiscard]] std::optional<Txid> spender(const OutPoint& point) const override;
    [[nodiscard]] std::vector<Shared<PoolEntry>> entries() const override;
    [[nodiscard]] std::vector<Shared<PoolEntry>> block_template(
        std::int64_t weight_max) const override;
    [[nodiscard]] std::size_t size() const override { return locations_.size(); }
    [[nodiscard]] std::int64_t virtual_bytes() const override { return virtual_bytes_; }
    [[nodiscard]] std::size_t memory_bytes() const override { return memory_bytes_; }
    [[nodiscard]] Amount total_fees() const override { return total_fees_; }
    [[nodiscard]] FeeRate minimum(Time now) const override;
    [[nodiscard]] const PoolLimits& limits() const override { return limits_; }

    // ---- Verbs, for Ledger ----
    // Whether the cluster that the transaction would join or make stays within the limits.
    [[nodiscard]] bool fits_cluster(const Transaction& tx) const;
    // Adds a transaction that conflicts with none and fits; its children may be here before it.
    void add(const Shared<PoolEntry>& entry, std::vector<Origin> origins);
    // Removes these, and only these. Unknown ones are passed over.
    void remove(const std::vector<Txid>& txids, Departure departure);
    // The same with all that descends from them.
    void remove_with_descendants(const std::vector<Txid>& txids, Departure departure);
    // A block at `height` was connected: what it has leaves as mined, what it contradicts as
    // conflict.
    void block_connected(const std::vector<Shared<Transaction>>& mined, Height height, Time now);
    // Evicts the worst chunks until memory is within the limit, and raises the minimum.
    void trim(Time now);
    void expire(Time now);
    [[nodiscard]] std::optional<Time> next_expiry() const;
    [[nodiscard]] const std::vector<Origin>& origins(const Txid& txid) const;
    // What became of coins of a transaction that is here, after a reorganisation.
    void set_origins(const Txid& txid, std::vector<Origin> origins);
    // What changed since the last call.
    [[nodiscard]] PoolChanged take_changes();

    // The chunks of all clusters, best first.
    [[nodiscard]] std::vector<FeeRate> chunk_rates() const;

private:
    using ByAge = std::set<std::pair<Time, Txid>>;
    struct Location {
        Cluster* cluster = nullptr;
        std::size_t position = 0;
        ByAge::const_iterator age{};
    };
    // Best first; between equal rates the older cluster.
    struct ChunkKey {
        FeeRate rate;
        std::uint64_t cluster_id = 0;
        std::size_t index = 0;
        const Cluster* cluster = nullptr;
        friend bool operator<(const ChunkKey& a, const ChunkKey& b) {
            if (const auto order = a.rate <=> b.rate; order != 0) return order > 0;
            if (a.cluster_id != b.cluster_id) return a.cluster_id < b.cluster_id;
            return a.index < b.index;
        }
    };

    [[nodiscard]] double fullness() const;
    // In the order of their ids.
    [[nodiscard]] std::vector<std::uint64_t> clusters_near(const Transaction& tx) const;
    // Those of the index, which is made when it is first asked for: only who mines, or has a full
    // pool, needs it.
    using Chunks = std::set<ChunkKey>;
    [[nodiscard]] const Chunks& chunks() const;
    static void insert(Chunks& chunks, const Cluster& cluster);
    std::unique_ptr<Cluster> take_cluster(std::uint64_t id);
    void place(std::vector<Resident> residents);
    void forget(const Resident& resident, Departure departure);

    PoolLimits limits_;
    RollingMinimum rolling_;
    std::map<std::uint64_t, std::unique_ptr<Cluster>> clusters_;
    std::uint64_t next_cluster_ = 1;
    LookupTable<Txid, Location> locations_;
    LookupTable<Wtxid, Txid> by_wtxid_;
    LookupTable<OutPoint, Txid> spenders_;
    mutable std::optional<Chunks> chunks_;
    ByAge by_age_;
    std::int64_t virtual_bytes_ = 0;
    std::size_t memory_bytes_ = 0;
    Amount total_fees_;
    PoolChanged changes_;
};

// Bytes of memory that an entry takes with its place in the indexes: an estimate on the high side
// that depends on the entry alone, so that removing it gives back what adding it took.
std::size_t memory_of(const PoolEntry& entry);

}  // namespace starling::mempool
