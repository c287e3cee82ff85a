#include "sim/checkers/returned.h"

#include "consensus/connect_block.h"

#include <algorithm>

namespace starling::sim {

void Returned::tip_changed(HostIndex host, const chain::TipChanged& change) {
    if (!plan_.hosts[host].honest()) return;
    for (const Shared<CheckedBlock>& block : change.disconnected) {
        for (const Shared<Transaction>& tx : block->block.transactions) {
            std::vector<Shared<Transaction>>& of_host = taken_out_[host];
            if (!tx->is_coinbase() && of_host.size() < kWatchedMax) of_host.push_back(tx);
        }
    }
}

// Its pool ends with it.
void Returned::host_stopped(HostIndex host, bool) {
    taken_out_.erase(host);
}

void Returned::look(const World& world) {
    const auto waiting = taken_out_;
    for (const auto& [index, transactions] : waiting) {
        const Host& host = world.host(index);
        seen(world.now(), index, [&](const Transaction& tx) { return lost(host, tx); });
    }
}

void Returned::seen(Moment when, HostIndex host, const Lost& lost) {
    const auto transactions = taken_out_.extract(host);
    if (!transactions) return;
    for (const Shared<Transaction>& tx : transactions.mapped()) {
        if (lost(*tx))
            violated(when, host,
                     "a reorganisation took " + to_string(tx->txid()) +
                         " out of its chain and did not give it back to its pool");
    }
}

// If its coins are there, it is not in the chain either.
bool Returned::lost(const Host& host, const Transaction& tx) {
    if (host.ledger().pool().find(tx.txid()) != nullptr) return false;
    const chain::Chainstate& chain = host.ledger().chain();
    const mempool::Pool& pool = host.ledger().pool();
    const Height next = chain.tip()->height + 1;
    for (std::uint32_t i = 0; i < tx.outputs().size(); ++i) {
        if (pool.spender({tx.txid(), i})) return false;
    }
    return std::ranges::all_of(tx.inputs(), [&](const TxIn& input) {
        if (pool.spender(input.previous)) return false;
        const auto known = chain.coin_at_tip(input.previous);
        if (!known.coin) return false;
        return !known.coin->coinbase || next - known.coin->height >= kCoinbaseMaturity;
    });
}

}  // namespace starling::sim
