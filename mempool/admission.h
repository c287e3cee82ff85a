#pragma once

#include "mempool/admission_rules.h"
#include "mempool/ledger.h"
#include "mempool/pool_coins.h"
#include "mempool/verified_scripts.h"

#include <map>
#include <vector>

namespace starling::mempool {

// Brings transactions into the pool: cheap checks and coins, scripts as a job, then all cheap
// checks once more, because tip and pool may have moved meanwhile, and insertion.
//
// A transaction whose parent is itself under way waits for the parent's decision.
//
// Invariants:
//   - each arrival is decided exactly once;
//   - an arrival has at most one job under way, or waits for a parent;
//   - at most limits().admissions_max arrivals with admissions_weight_max wait; more are refused.
class Admission {
public:
    // A store that commits faster than it answers is asked so often; each commit is a second.
    static constexpr unsigned kCoinReadsMax = 10;

    Admission(const Parameters& parameters,
              const chain::Chainstate& chain,
              PoolState& pool,
              VerifiedScripts& verified);

    // Jobs go to `out`, decisions are kept until taken: the pool's change is to be told first.
    void start(TransactionArrived arrived, Time now, std::vector<LedgerEffect>& out);
    void coins_read(PoolCoinsRead read, Time now, std::vector<LedgerEffect>& out);
    void scripts_verified(PoolScriptsVerified verified, Time now, std::vector<LedgerEffect>& out);
    [[nodiscard]] std::vector<TransactionDecided> take_decisions();

    // Puts a transaction of a disconnected block back, at once; whether it is in the pool now. Its
    // scripts were verified with the block, and its coins are known to the chain state.
    bool give_back(const Shared<Transaction>& tx, Time now);

    [[nodiscard]] std::size_t pending() const { return pending_.size(); }

private:
    enum class Waiting { nothing, coins, scripts, parent };
    struct Pending {
        TransactionArrived arrived;
        Waiting waiting = Waiting::nothing;
        bool verified = false;
        StoredCoins stored;
        std::uint64_t commits = 0;  // of the chain state when `stored` was asked for
        unsigned reads = 0;
    };

    [[nodiscard]] AdmissionPlace place(Time now) const;
    // Goes on with one arrival as far as it can, then with those that waited for it.
    void advance(std::uint64_t id, Time now, std::vector<LedgerEffect>& out);
    void step(std::uint64_t id, Time now, std::vector<LedgerEffect>& out);
    bool wait_for_parent(std::uint64_t id, Pending& pending);
    void read_coins(std::uint64_t id,
                    Pending& pending,
                    std::vector<OutPoint> points,
                    std::vector<LedgerEffect>& out);
    void verify(std::uint64_t id,
                Pending& pending,
                const std::vector<Coin>& coins,
                std::vector<LedgerEffect>& out);
    void finish(std::uint64_t id, const std::vector<Coin>& coins, Amount fee, Time now);
    void decide(std::uint64_t id, TransactionDecided decided);
    void refuse(std::uint64_t id, Reject reject);
    void refuse_missing(std::uint64_t id, std::vector<Txid> missing);
    Result<Unit, Reject> insert(const Shared<Transaction>& tx,
                                const std::vector<Coin>& coins,
                                Amount fee,
                                Time entered,
                                Time now);

    const Parameters& parameters_;
    const chain::Chainstate& chain_;
    PoolState& pool_;
    VerifiedScripts& verified_;
    std::uint64_t next_id_ = 1;
    std::map<std::uint64_t, Pending> pending_;
    std::int64_t pending_weight_ = 0;
    std::multimap<Txid, std::uint64_t> by_txid_;  // pending that would make outputs
    std::multimap<Txid, std::uint64_t> waiters_;  // by the parent that they wait for
    std::vector<std::uint64_t> ready_;            // waited for what is decided now
    std::vector<TransactionDecided> decisions_;
};

}  // namespace starling::mempool
