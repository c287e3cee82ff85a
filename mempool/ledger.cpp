#include "mempool/ledger.h"

#include "mempool/admission.h"
#include "mempool/pool_state.h"
#include "mempool/verified_scripts.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace starling::mempool {

struct Ledger::State {
    State(const Parameters& network,
          const chain::Limits& chain_limits,
          const PoolLimits& pool_limits,
          Random& random,
          BlockConnector& connector)
        : parameters(network),
          chain(network, chain_limits, random, connector),
          pool(pool_limits, random),
          verified(random, pool_limits.verified_scripts_max),
          admission(network, chain, pool, verified) {}

    // Carries what the chain state asks for outwards, and what concerns the pool into the pool.
    void carry(std::vector<chain::Effect> effects, Time now, std::vector<LedgerEffect>& out);
    void verify(const chain::VerifyScripts& asked,
                Time now,
                std::vector<chain::Effect>& effects,
                std::vector<LedgerEffect>& out);
    void follow(const chain::TipChanged& moved, Time now);
    void give_back(const std::vector<Shared<CheckedBlock>>& disconnected, Time now);
    void revalidate(Time now);
    [[nodiscard]] bool still_valid(const PoolEntry& entry);
    void report(std::vector<LedgerEffect>& out);

    const Parameters& parameters;
    chain::Chainstate chain;
    PoolState pool;
    VerifiedScripts verified;
    Admission admission;
};

// Handling one effect may append others: an empty batch of scripts is answered at once.
void Ledger::State::carry(std::vector<chain::Effect> effects,
                          Time now,
                          std::vector<LedgerEffect>& out) {
    for (std::size_t i = 0; i < effects.size(); ++i) {
        if (const auto* asked = std::get_if<chain::VerifyScripts>(&effects[i])) {
            const chain::VerifyScripts copy = *asked;  // `effects` may grow meanwhile
            verify(copy, now, effects, out);
            continue;
        }
        if (const auto* moved = std::get_if<chain::TipChanged>(&effects[i])) follow(*moved, now);
        out.push_back(std::move(effects[i]));
    }
    report(out);
}

// What the pool has verified is not verified again: the rules of policy contain those of blocks.
void Ledger::State::verify(const chain::VerifyScripts& asked,
                           Time now,
                           std::vector<chain::Effect>& effects,
                           std::vector<LedgerEffect>& out) {
    const auto known = [&](const ScriptCheck& check) {
        const Wtxid& wtxid = check.transaction->wtxid();
        return verified.contains(wtxid) || pool.find(wtxid) != nullptr;
    };
    const std::vector<ScriptCheck>& checks = asked.batch->checks;
    if (std::ranges::none_of(checks, known)) {
        out.push_back(chain::Effect{asked});
        return;
    }
    auto rest = std::make_shared<ScriptBatch>();
    rest->rules = asked.batch->rules;
    std::ranges::copy_if(checks, std::back_inserter(rest->checks), std::not_fn(known));
    if (rest->checks.empty()) {
        chain.handle(chain::ScriptsVerified{asked.id, Unit{}}, now, effects);
    } else {
        out.push_back(chain::Effect{chain::VerifyScripts{asked.id, std::move(rest)}});
    }
}

void Ledger::State::follow(const chain::TipChanged& moved, Time now) {
    Height height = moved.tip->height - static_cast<std::int32_t>(moved.connected.size());
    for (const Shared<CheckedBlock>& block : moved.connected) {
        height = height + 1;
        pool.block_connected(block->block.transactions, height, now);
    }
    if (moved.disconnected.empty()) return;
    give_back(moved.disconnected, now);
    revalidate(now);
    pool.trim(now);
}

// Oldest first, so that parents are back before their children.
void Ledger::State::give_back(const std::vector<Shared<CheckedBlock>>& disconnected, Time now) {
    std::size_t room = pool.limits().returning_bytes_max;
    for (const Shared<CheckedBlock>& block : std::views::reverse(disconnected)) {
        for (const Shared<Transaction>& tx : block->block.transactions) {
            if (tx->is_coinbase()) continue;
            if (tx->size() > room) return;
            room -= tx->size();
            admission.give_back(tx, now);
        }
    }
}

// A reorganisation may have taken back coins, maturity, or the time that a lock waited for.
void Ledger::State::revalidate(Time now) {
    std::vector<Txid> broken;
    for (const Shared<PoolEntry>& entry : pool.entries()) {
        const bool expired = entry->entered + pool.limits().age_max <= now;
        if (expired || !still_valid(*entry)) broken.push_back(entry->transaction->txid());
    }
    pool.remove_with_descendants(broken, Departure::reorganised);
}

bool Ledger::State::still_valid(const PoolEntry& entry) {
    const Transaction& tx = *entry.transaction;
    const HeaderNode& tip = *chain.tip();
    std::vector<Origin> origins = pool.origins(tx.txid());
    std::vector<Coin> coins;
    for (std::size_t i = 0; i < tx.inputs().size(); ++i) {
        const OutPoint& point = tx.inputs()[i].previous;
        if (pool.find(point.txid) != nullptr) {
            origins[i] = {tip.height + 1, false};
        } else if (const auto known = chain.coin_at_tip(point); known.known) {
            if (!known.coin) return false;
            origins[i] = {known.coin->height, known.coin->coinbase};
        }
        // A coin that the chain state cannot tell without the disk was not touched lately.
        coins.push_back({entry.spent[i], origins[i].height, origins[i].coinbase});
    }
    pool.set_origins(tx.txid(), std::move(origins));
    return check_transaction_after(tx, tip, parameters).ok() && check_inputs(tx, coins, tip).ok();
}

// The pool's change first: who hears that a transaction was accepted finds it in the pool.
void Ledger::State::report(std::vector<LedgerEffect>& out) {
    PoolChanged changed = pool.take_changes();
    if (!changed.added.empty() || !changed.removed.empty()) out.push_back(std::move(changed));
    for (TransactionDecided& decided : admission.take_decisions())
        out.push_back(std::move(decided));
}

Ledger::Ledger(const Parameters& parameters,
               const chain::Limits& chain_limits,
               const PoolLimits& pool_limits,
               Random& random,
               BlockConnector& connector)
    : state_(std::make_unique<State>(parameters, chain_limits, pool_limits, random, connector)) {}

Ledger::~Ledger() = default;

void Ledger::open(const chain::Loaded& loaded, Time now, std::vector<LedgerEffect>& out) {
    std::vector<chain::Effect> effects;
    state_->chain.open(loaded, now, effects);
    state_->carry(std::move(effects), now, out);
}

void Ledger::handle(LedgerInput input, Time now, std::vector<LedgerEffect>& out) {
    std::vector<chain::Effect> effects;
    if (auto* of_chain = std::get_if<chain::Input>(&input)) {
        state_->chain.handle(std::move(*of_chain), now, effects);
    } else if (auto* arrived = std::get_if<TransactionArrived>(&input)) {
        state_->admission.start(std::move(*arrived), now, out);
    } else if (auto* read = std::get_if<PoolCoinsRead>(&input)) {
        state_->admission.coins_read(std::move(*read), now, out);
    } else {
        state_->admission.scripts_verified(std::get<PoolScriptsVerified>(std::move(input)), now,
                                           out);
    }
    state_->carry(std::move(effects), now, out);
}

std::optional<Time> Ledger::next_wakeup() const {
    const auto chain = state_->chain.next_wakeup();
    const auto expiry = state_->pool.next_expiry();
    if (!chain || !expiry) return chain ? chain : expiry;
    return std::min(*chain, *expiry);
}

void Ledger::handle_timer(Time now, std::vector<LedgerEffect>& out) {
    std::vector<chain::Effect> effects;
    state_->chain.handle_timer(now, effects);
    state_->pool.expire(now);
    state_->carry(std::move(effects), now, out);
}

const chain::Chainstate& Ledger::chain() const {
    return state_->chain;
}

const Pool& Ledger::pool() const {
    return state_->pool;
}

}  // namespace starling::mempool
