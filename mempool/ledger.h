#pragma once

#include "chain/chainstate.h"
#include "mempool/pool.h"

#include <optional>
#include <variant>
#include <vector>

namespace starling::mempool {

// ---- Inputs (besides those of the chain state) ----
struct TransactionArrived {
    chain::Ticket ticket;
    Shared<Transaction> transaction;
    bool test_only = false;  // testmempoolaccept: decide, do not insert
    std::optional<Time>
        entered;  // when it was first accepted: the pool file at start keeps its age
};
struct PoolCoinsRead {  // answers ReadPoolCoins
    std::uint64_t id = 0;
    std::vector<std::optional<Coin>> coins;
};
struct PoolScriptsVerified {  // answers VerifyPoolScripts
    std::uint64_t id = 0;
    Result<Unit, Reject> verdict = Unit{};
};

using LedgerInput =
    std::variant<chain::Input, TransactionArrived, PoolCoinsRead, PoolScriptsVerified>;

// ---- Effects (besides those of the chain state) ----
struct ReadPoolCoins {  // job: Store::coins
    std::uint64_t id = 0;
    std::vector<OutPoint> points;
};
struct VerifyPoolScripts {  // job: verify_scripts
    std::uint64_t id = 0;
    Shared<ScriptBatch> batch;
};
// The answer to one TransactionArrived, exactly once.
struct TransactionDecided {
    chain::Ticket ticket;
    Shared<Transaction> transaction;
    std::optional<Reject> reject;  // none: it is in the pool (or would be, if test_only)
    std::vector<Txid> missing;     // with kind missing_inputs: parents that are not known
    Amount fee;                    // valid when accepted
};
using LedgerEffect =
    std::variant<chain::Effect, ReadPoolCoins, VerifyPoolScripts, TransactionDecided, PoolChanged>;

// Chain and pool as one machine: decides which blocks and transactions are ours.
//
// Invariants: the pool is consistent with the tip after every input; every ticket is answered once;
// what the pool has verified is not verified again when a block brings it.
class Ledger {
public:
    Ledger(const Parameters& parameters,
           const chain::Limits& chain_limits,
           const PoolLimits& pool_limits,
           Random& random,
           BlockConnector& connector = plain_connector());
    ~Ledger();

    void open(const chain::Loaded& loaded, Time now, std::vector<LedgerEffect>& out);
    void handle(LedgerInput input, Time now, std::vector<LedgerEffect>& out);
    [[nodiscard]] std::optional<Time> next_wakeup() const;
    void handle_timer(Time now, std::vector<LedgerEffect>& out);

    [[nodiscard]] const chain::Chainstate& chain() const;
    [[nodiscard]] const Pool& pool() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::mempool
