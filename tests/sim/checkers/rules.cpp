#include "sim/checkers/rules.h"

#include "consensus/connect_block.h"
#include "sim/host/assumed_signatures.h"

#include <algorithm>
#include <cassert>
#include <vector>

namespace starling::sim {

void Rules::tip_changed(HostIndex host, const chain::TipChanged& change) {
    if (!plan_.hosts[host].honest()) return;
    Height height = change.tip->height - static_cast<std::int32_t>(change.connected.size());
    for (const Shared<CheckedBlock>& block : change.connected) {
        height = height + 1;
        if (!seen_.try_emplace(block->hash, true).second) continue;
        if (const auto fault = fault_of(block->block, height))
            violated(events_.now(), host,
                     "it connected block " + to_string(block->hash) + ", which " + *fault);
    }
}

void Rules::look(const World& world) {
    const std::vector<HostIndex> honest = world.honest();
    if (learnt_ || honest.empty()) return;
    learnt_ = true;
    learn_chain(world.host(honest.front()));
}

void Rules::learn_chain(const Host& host) {
    for (const HeaderNode* node = host.tip(); node->parent != nullptr; node = node->parent) {
        const Shared<Bytes> body = host.store().body(node->hash);
        if (body == nullptr) continue;
        const auto block = decode_block(*body);
        assert(block.ok() && "what a store gives was checked");
        coinbases_.try_emplace(block->transactions.front()->txid(), node->height);
    }
}

std::optional<std::string> Rules::fault_of(const Block& block, Height height) {
    std::optional<std::string> fault;
    coinbases_.try_emplace(block.transactions.front()->txid(), height);
    for (const auto& tx : block.transactions) {
        if (tx->is_coinbase()) continue;
        if (has_forgery(*tx)) fault = "has a forged signature";
        for (const TxIn& input : tx->inputs()) {
            const Height* made = coinbases_.find(input.previous.txid);
            if (made != nullptr && height - *made < kCoinbaseMaturity)
                fault = "spends a coinbase that is " + std::to_string(height - *made) + " deep";
        }
    }
    return fault;
}

}  // namespace starling::sim
