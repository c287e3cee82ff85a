#pragma once

#include "consensus/lookup_table.h"
#include "mempool/ledger.h"
#include "p2p/limits.h"
#include "p2p/rolling_set.h"
#include "p2p/tx_name.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

namespace starling::p2p {

struct Figures;

// The pool as Gossip sees it: an index of the entries that Ledger shares, in the order in which
// they came, and those that were mined a moment ago, which some peers may still ask for.
//
// Invariants: log_ names each entry of the pool once, by the number in its entry.
class PoolMirror {
public:
    struct Entry {
        Shared<mempool::PoolEntry> entry;
        std::uint64_t number = 0;  // counts arrivals
    };

    PoolMirror(const Limits& limits, Random& random);

    void changed(const mempool::PoolChanged& changed);
    void connected(const CheckedBlock& block);
    void disconnected() { confirmed_.clear(); }
    // Gives the entry a new number, as if it had just come.
    void renew(const Wtxid& wtxid);

    [[nodiscard]] const Entry* find(const Wtxid& wtxid) const { return entries_.find(wtxid); }
    // An entry, or one that was mined a moment ago; null if it may not be given to a peer that was
    // told of all numbers up to `told`.
    [[nodiscard]] Shared<Transaction> servable(const TxName& name, std::uint64_t told) const;
    // In the pool, or in a block not long ago.
    [[nodiscard]] bool contains(const TxName& name) const;
    // The entries in their order, by number.
    using Log = std::map<std::uint64_t, Shared<mempool::PoolEntry>>;
    [[nodiscard]] const Log& log() const { return log_; }
    [[nodiscard]] std::uint64_t last_number() const { return last_number_; }
    void count(Figures& figures) const;

private:
    struct Mined {
        Shared<Transaction> transaction;
        std::uint64_t number = 0;
    };

    void add(const Shared<mempool::PoolEntry>& entry);
    void remove(const Transaction& transaction);
    bool keep_mined(const Shared<Transaction>& transaction);
    void forget_oldest_mined();
    [[nodiscard]] std::optional<Wtxid> wtxid_of(const TxName& name) const;

    const Limits& limits_;
    LookupTable<Wtxid, Entry> entries_;
    LookupTable<Txid, Wtxid> wtxids_;  // of the entries and of mined_
    Log log_;
    std::uint64_t last_number_ = 0;
    LookupTable<Wtxid, Mined> mined_;
    std::deque<Wtxid> mined_order_;
    std::deque<std::size_t> mined_counts_;  // of the last changes that mined some
    std::size_t mined_bytes_ = 0;
    RollingSet confirmed_;              // txids and wtxids
    std::size_t confirmed_blocks_ = 0;  // in its young generation
};

}  // namespace starling::p2p
