#include "mempool/admission_rules.h"

#include "mempool/policy.h"

#include <algorithm>

namespace starling::mempool {

namespace {

Failure<Reject> refuse(RejectKind kind, std::string_view reason) {
    return Failure{Reject{kind, reason, {}}};
}

// In a block, what comes too early makes the block invalid for ever; here it may be good later.
Reject for_now(Reject reject, std::string_view not_final) {
    if (reject.reason == "bad-txns-nonfinal") return {RejectKind::too_early, not_final, {}};
    if (reject.reason == "bad-txns-premature-spend-of-coinbase")
        reject.kind = RejectKind::too_early;
    return reject;
}

Result<Unit, Reject> check_against_pool(const Transaction& tx, const PoolState& pool) {
    if (pool.find(tx.wtxid()) != nullptr)
        return refuse(RejectKind::duplicate, "txn-already-in-mempool");
    if (pool.find(tx.txid()) != nullptr)
        return refuse(RejectKind::duplicate, "txn-same-nonwitness-data-in-mempool");
    const auto taken = [&](const TxIn& input) { return pool.spender(input.previous).has_value(); };
    if (std::ranges::any_of(tx.inputs(), taken))
        return refuse(RejectKind::conflict, "txn-mempool-conflict");
    return Unit{};
}

}  // namespace

Result<Unit, Reject> check_arrival(const Transaction& tx,
                                   const AdmissionPlace& place,
                                   Strictness strictness) {
    if (auto checked = check_transaction(tx); !checked) return checked;
    if (tx.is_coinbase()) return refuse(RejectKind::invalid, "coinbase");
    if (strictness == Strictness::relayed) {
        if (auto standard = check_standard(tx); !standard) return standard;
    }
    if (auto after = check_transaction_after(tx, place.tip, place.parameters); !after)
        return Failure{for_now(after.error(), "non-final")};
    return check_against_pool(tx, place.pool);
}

Result<Amount, Reject> check_spending(const Transaction& tx,
                                      std::span<const Coin> coins,
                                      const AdmissionPlace& place,
                                      Strictness strictness) {
    auto fee = check_inputs(tx, coins, place.tip);
    if (!fee) return Failure{for_now(fee.error(), "non-BIP68-final")};
    if (strictness == Strictness::relayed) {
        const std::vector<TxOut> spent = outputs_of(coins);
        if (auto standard = check_standard_inputs(tx, spent); !standard)
            return Failure{standard.error()};
        const auto paid = check_fee(*fee, pool_size(tx), place.pool.minimum(place.now),
                                    place.pool.limits().floor);
        if (!paid) return Failure{paid.error()};
    }
    if (!place.pool.fits_cluster(tx)) return refuse(RejectKind::policy, "too-large-cluster");
    return fee;
}

std::vector<TxOut> outputs_of(std::span<const Coin> coins) {
    std::vector<TxOut> outputs;
    outputs.reserve(coins.size());
    for (const Coin& coin : coins)
        outputs.push_back(coin.output);
    return outputs;
}

}  // namespace starling::mempool
