#include "mempool/pool_coins.h"

#include <algorithm>

namespace starling::mempool {

namespace {

// Known, or nothing; the inner value is absent if there is no such coin.
std::optional<std::optional<Coin>> look_up(const OutPoint& point,
                                           const PoolState& pool,
                                           const chain::Chainstate& chain,
                                           const StoredCoins& stored) {
    if (const Shared<PoolEntry> parent = pool.find(point.txid)) {
        const auto& outputs = parent->transaction->outputs();
        if (point.index >= outputs.size()) return std::optional<Coin>{};
        return Coin{.output = outputs[point.index], .height = chain.tip()->height + 1};
    }
    // Before the store: what changed since the boundary at which it answered.
    const chain::Chainstate::Known at_tip = chain.coin_at_tip(point);
    if (at_tip.known) return at_tip.coin;
    const auto read = stored.find(point);
    if (read == stored.end()) return std::nullopt;
    return read->second;  // which may itself be nothing: asked, and not there
}

}  // namespace

Spends spends_of(const Transaction& tx,
                 const PoolState& pool,
                 const chain::Chainstate& chain,
                 const StoredCoins& stored) {
    Spends spends;
    spends.coins.reserve(tx.inputs().size());
    for (const TxIn& input : tx.inputs()) {
        auto coin = look_up(input.previous, pool, chain, stored);
        if (!coin) {
            spends.unknown.push_back(input.previous);
        } else if (!*coin) {
            spends.missing.push_back(input.previous.txid);
        } else {
            spends.coins.push_back(std::move(**coin));
        }
    }
    std::ranges::sort(spends.missing);
    const auto repeated = std::ranges::unique(spends.missing);
    spends.missing.erase(repeated.begin(), repeated.end());
    return spends;
}

}  // namespace starling::mempool
