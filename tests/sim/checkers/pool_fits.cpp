#include "sim/checkers/pool_fits.h"

#include <set>

namespace starling::sim {

void PoolFits::look(const World& world) {
    const std::vector<HostIndex> honest = world.honest();
    for (std::size_t i = 0; i < kHostsALook && i < honest.size(); ++i) {
        const Host& host = world.host(honest[turn_++ % honest.size()]);
        const chain::Chainstate& chain = host.ledger().chain();
        const bool at_tip = chain.committed_tip() == chain.tip();
        seen(world.now(), host.index(), host.ledger().pool().entries(),
             [&](const OutPoint& point) -> std::optional<bool> {
                 const auto known = chain.coin_at_tip(point);
                 if (known.known) return known.coin.has_value();
                 if (!at_tip) return std::nullopt;
                 return host.store().coin(point).has_value();
             });
    }
}

void PoolFits::seen(Moment when,
                    HostIndex host,
                    const std::vector<Shared<mempool::PoolEntry>>& entries,
                    const HasCoin& has_coin) {
    std::set<OutPoint> made;
    for (const auto& entry : entries) {
        for (std::uint32_t i = 0; i < entry->transaction->outputs().size(); ++i)
            made.insert({entry->transaction->txid(), i});
    }
    std::set<OutPoint> spent;
    for (const auto& entry : entries) {
        const std::string txid = to_string(entry->transaction->txid());
        for (const TxIn& input : entry->transaction->inputs()) {
            const OutPoint& point = input.previous;
            if (!spent.insert(point).second)
                violated(when, host, "two of its pool spend one coin, one is " + txid);
            if (made.contains(point)) continue;
            if (!has_coin(point).value_or(true))
                violated(when, host, "its pool has " + txid + ", whose coin is not at its tip");
        }
    }
}

}  // namespace starling::sim
