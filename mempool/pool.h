#pragma once

#include "consensus/connect_block.h"
#include "consensus/time.h"
#include "mempool/fee_rate.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace starling::mempool {

struct PoolLimits {
    std::size_t bytes_max = 300'000'000;             // of memory, as Bitcoin Core's -maxmempool
    Duration age_max = std::chrono::hours{14 * 24};  // then a transaction expires
    FeeRate floor{Amount{100}, 1000};                // 0.1 units a virtual byte
    std::size_t cluster_transactions_max = 64;
    std::int64_t cluster_size_max = 101'000;  // virtual bytes
    // Transactions that wait for coins or scripts: some seconds of work for one core, and what they
    // may weigh together, so that waiting costs no more memory than a tenth of the pool.
    std::size_t admissions_max = 1'000;
    std::int64_t admissions_weight_max = 40'000'000;
    // Disconnected transactions that come back to the pool after a reorganisation; those beyond are
    // left to their senders (Bitcoin Core's bound).
    std::size_t returning_bytes_max = 20'000'000;
    // Transactions that were verified lately and need not be again, a generation of two. Both take
    // about 10 MB at most; a block has at most some 16,000 transactions.
    std::size_t verified_scripts_max = 50'000;
};

struct PoolEntry {
    Shared<Transaction> transaction;
    Amount fee;
    Time entered;
    Height entry_height;
    std::vector<TxOut> spent;  // in the order of the inputs
};

enum class Departure { mined, expired, evicted, conflict, reorganised };

// What one input to Ledger did to the pool; a transaction that came and went is in neither list.
struct PoolChanged {
    std::vector<Shared<PoolEntry>> added;  // parents first
    std::vector<std::pair<Shared<Transaction>, Departure>> removed;
};

// What the pool says of one transaction (getmempoolentry).
struct EntryView {
    Shared<PoolEntry> entry;
    std::vector<Txid> parents;                   // direct, in the pool
    std::vector<Txid> children;                  // direct, in the pool
    std::size_t ancestors = 1, descendants = 1;  // counts with itself
    std::int64_t ancestor_size = 0, descendant_size = 0;
    Amount ancestor_fees, descendant_fees;
    FeeRate chunk;  // the rate at which it would be mined
};

// The transactions not yet in a block, as clusters of connected transactions, each kept linearised
// into chunks of falling fee rate. Read-only face; only Ledger changes it (pool_state.h).
class Pool {
public:
    virtual ~Pool() = default;
    [[nodiscard]] virtual Shared<PoolEntry> find(const Txid& txid) const = 0;
    [[nodiscard]] virtual Shared<PoolEntry> find(const Wtxid& wtxid) const = 0;
    [[nodiscard]] virtual std::optional<EntryView> view(const Txid& txid) const = 0;
    // The transaction of the pool that spends this output, if any.
    [[nodiscard]] virtual std::optional<Txid> spender(const OutPoint& point) const = 0;
    [[nodiscard]] virtual std::vector<Shared<PoolEntry>> entries() const = 0;  // by txid
    // The best chunks that fit, parents before children: the body of the next block.
    [[nodiscard]] virtual std::vector<Shared<PoolEntry>> block_template(
        std::int64_t weight_max) const = 0;
    [[nodiscard]] virtual std::size_t size() const = 0;
    [[nodiscard]] virtual std::int64_t virtual_bytes() const = 0;
    [[nodiscard]] virtual std::size_t memory_bytes() const = 0;
    [[nodiscard]] virtual Amount total_fees() const = 0;
    // The least fee rate that is admitted now; above the floor after evictions.
    [[nodiscard]] virtual FeeRate minimum(Time now) const = 0;
    [[nodiscard]] virtual const PoolLimits& limits() const = 0;
};

}  // namespace starling::mempool
