#include "sim/checkers/money.h"

#include <cassert>
#include <vector>

namespace starling::sim {

ChainMoney::ChainMoney(const Parameters& parameters)
    : parameters_(parameters), outputs_(stream_), nodes_(stream_) {
    nodes_.try_emplace(parameters.genesis_hash);
}

std::optional<std::string> ChainMoney::add(const Block& block, const BlockHash& hash) {
    const Node* parent = nodes_.find(block.header.previous);
    assert(parent != nullptr);
    Node node{parent->height + 1, parent->sum};
    std::optional<std::string> fault;
    Amount fees, claimed;
    for (const auto& tx : block.transactions) {
        Amount in, out;
        for (const TxIn& input : tx->inputs()) {
            if (tx->is_coinbase()) continue;
            const Amount* value = outputs_.find(input.previous);
            if (value == nullptr) {
                fault = "spends a coin that no block made";
                continue;
            }
            in += *value;
            --node.sum.coins;
            node.sum.total -= *value;
        }
        for (std::uint32_t i = 0; i < tx->outputs().size(); ++i) {
            const TxOut& output = tx->outputs()[i];
            out += output.value;
            if (is_unspendable(output.script_pubkey)) continue;
            outputs_.try_emplace(OutPoint{tx->txid(), i}, output.value);
            ++node.sum.coins;
            node.sum.total += output.value;
        }
        if (tx->is_coinbase()) {
            claimed = out;
        } else {
            fees += in - out;
            if (out > in) fault = "has a transaction that makes money";
        }
    }
    if (claimed > subsidy(node.height, parameters_) + fees)
        fault = "has a coinbase of " + std::to_string(claimed.units) + ", over subsidy and fees";
    nodes_.try_emplace(hash, node);
    return fault;
}

const ChainMoney::Sum* ChainMoney::after(const BlockHash& hash) const {
    const Node* node = nodes_.find(hash);
    return node == nullptr ? nullptr : &node->sum;
}

void Money::look(const World& world) {
    for (const auto& [index, sum] : looks_->looks(world)) {
        learn_chain(world, world.host(index), sum.boundary);
        seen(world.now(), index, sum);
    }
}

void Money::block_connected(Moment when,
                            HostIndex host,
                            const Block& block,
                            const BlockHash& hash) {
    if (money_.after(hash) != nullptr) return;
    if (const auto fault = money_.add(block, hash))
        violated(when, host, "block " + to_string(hash) + " of its chain " + *fault);
}

void Money::seen(Moment when, HostIndex host, const CoinSum& sum) {
    const ChainMoney::Sum* due = money_.after(sum.boundary);
    if (due == nullptr)
        return violated(when, host, "its store ends at a block that it does not have");
    if (due->total == sum.total && due->coins == sum.coins) return;
    violated(when, host,
             "after block " + to_string(sum.boundary) + " it has " + std::to_string(sum.coins) +
                 " coins worth " + std::to_string(sum.total.units) + ", its blocks made " +
                 std::to_string(due->coins) + " worth " + std::to_string(due->total.units));
}

// The blocks that no host has shown yet, out of this host's store.
void Money::learn_chain(const World& world, const Host& host, const BlockHash& boundary) {
    std::vector<Block> missing;
    for (BlockHash hash = boundary; money_.after(hash) == nullptr;) {
        const Shared<Bytes> body = host.store().body(hash);
        if (body == nullptr) return;
        auto block = decode_block(*body);
        if (!block.ok()) return;
        hash = block.value().header.previous;
        missing.push_back(std::move(block).value());
    }
    for (auto block = missing.rbegin(); block != missing.rend(); ++block)
        block_connected(world.now(), host.index(), *block, hash_of(block->header));
}

}  // namespace starling::sim
