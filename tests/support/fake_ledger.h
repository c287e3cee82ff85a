#pragma once

#include "chain/block_tree.h"
#include "mempool/ledger.h"
#include "support/seeded_random.h"

#include <map>
#include <set>
#include <vector>

namespace starling::test {

// What Gossip needs of Ledger, in the simplest way: headers are checked, bodies are believed
// (but for the blocks and transactions named as bad), coins are a set.
class FakeLedger {
public:
    FakeLedger(const Parameters& parameters, std::uint64_t seed);

    using Effects = std::vector<mempool::LedgerEffect>;

    void handle(const mempool::LedgerInput& input, Time now, Effects& out);

    [[nodiscard]] const chain::BlockTree& tree() const { return tree_; }
    [[nodiscard]] const HeaderNode* tip() const { return tip_; }
    [[nodiscard]] Shared<CheckedBlock> body(const BlockHash& hash) const;
    [[nodiscard]] bool in_pool(const Txid& txid) const { return pool_.contains(txid); }
    [[nodiscard]] std::vector<TransactionData> pool() const;
    [[nodiscard]] std::size_t checks() const { return checks_; }
    [[nodiscard]] std::size_t headers_offered() const { return headers_offered_; }

    std::set<BlockHash> bad_blocks;  // found invalid when they are connected
    std::set<Wtxid> bad_transactions;

private:
    void add(const chain::HeadersArrived& arrived, Time now, Effects& out);
    void take(const chain::BlockArrived& arrived, Time now, Effects& out);
    void link(const HeaderNode* node, Time now, Effects& out);
    void move(const HeaderNode* to, Time now, Effects& out);
    std::vector<Shared<Transaction>> drop_all_of_pool();
    void disconnect(const CheckedBlock& block, std::vector<Shared<Transaction>>& returning);

    // Where a transaction of the pool or of a block that left the chain is now.
    void settle(const Shared<Transaction>& tx,
                const std::set<Txid>& mined,
                const std::set<Txid>& were_there,
                Time now,
                mempool::PoolChanged& pool);
    void admit(const mempool::TransactionArrived& arrived, Time now, Effects& out);
    Shared<mempool::PoolEntry> insert(const Shared<Transaction>& tx, Time now);
    [[nodiscard]] std::vector<Txid> missing_of(const Transaction& tx) const;
    void apply(const Transaction& tx);
    void revert(const Transaction& tx);

    SeededRandom random_;
    chain::BlockTree tree_;
    const HeaderNode* tip_;
    std::map<BlockHash, Shared<CheckedBlock>> bodies_;
    std::map<BlockHash, chain::Ticket> undecided_;
    std::set<OutPoint> coins_;
    std::map<Txid, Shared<mempool::PoolEntry>> pool_;
    std::vector<Txid> pool_order_;
    std::size_t checks_ = 0;
    std::size_t headers_offered_ = 0;
};

}  // namespace starling::test
