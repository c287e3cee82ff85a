#include "consensus/connect_block.h"
#include "sim/engine/stream.h"
#include "sim/hostile/behaviours.h"
#include "sim/hostile/spoiled.h"
#include "sim/hostile/targets.h"
#include "sim/load/spending_key.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>
#include <variant>

namespace starling::sim {
namespace {

// Spoils each block that it finds, shows its header to everyone and hands the block to who asks.
// Its own machines never see it, for they would refuse it.
class InvalidBlocks final : public Behaviour {
public:
    static constexpr std::size_t kKept = 16;  // whose blocks are asked for is asked soon

    explicit InvalidBlocks(std::uint64_t seed) : stream_(seed) {}

    Shared<CheckedBlock> found(Host& host, Shared<CheckedBlock> block) override {
        const Block spoiled = spoil(host, block->block);
        if (kept_.size() == kKept) kept_.pop_front();
        kept_.push_back(block_message(host, std::make_shared<const Bytes>(serialized(spoiled))));
        for (const p2p::PeerId peer : ready_peers(host))
            host.send_raw(peer, p2p::Headers{{spoiled.header}});
        return nullptr;
    }

    using Behaviour::lets_in;
    bool lets_in(Host& host, const p2p::MessageReceived& input) override {
        const auto* asked = std::get_if<p2p::GetData>(&input.message);
        if (asked == nullptr) return true;
        bool served = false;
        for (const p2p::InventoryItem& item : asked->items) {
            const auto block = std::ranges::find_if(
                kept_, [&](const auto& kept) { return kept.hash.bytes == item.hash; });
            if (block == kept_.end()) continue;
            host.send_raw(input.peer, *block);
            served = true;
        }
        // Its machines would say that they have no such block.
        return !served;
    }

private:
    Block spoil(const Host& host, const Block& block) {
        const Environment& environment = host.environment();
        const std::uint64_t kind = stream_.below(4);
        // What breaks a rule by itself has no message to be written as on the wire.
        if (kind == 0 && !environment.plan.settings.wire)
            return with_wrong_root(block, environment.parameters, stream_);
        if (kind == 1) {
            if (auto forgery = with_forgery(block, environment.parameters))
                return *std::move(forgery);
        }
        if (kind == 2) {
            if (auto haste = with_haste(host, block)) return *std::move(haste);
        }
        return with_greed(block, environment.parameters);
    }

    // Whose the coins of a coinbase are: the prehistory's or a miner's.
    static std::optional<SpendingKey> owner_of(const TxOut& output, const Plan& plan) {
        std::vector<SpendingKey> owners{spending_key(plan.settings.seed, "treasury", 0)};
        for (const HostPlan& host : plan.hosts) {
            if (host.hash_share > 0)
                owners.push_back(spending_key(plan.settings.seed, "miner", host.index));
        }
        const auto owner = std::ranges::find(owners, output.script_pubkey, &SpendingKey::script);
        return owner == owners.end() ? std::nullopt : std::optional(*owner);
    }

    // Spends a coinbase that would be mature in the next block.
    std::optional<Block> with_haste(const Host& host, const Block& block) {
        const Environment& environment = host.environment();
        const HeaderNode* parent = host.ledger().chain().tree().find(block.header.previous);
        const HeaderNode* young = ancestor(parent, parent->height + 2 - kCoinbaseMaturity);
        if (young == nullptr) return std::nullopt;
        const auto body = stored_block(host, young->hash);
        if (!body || !body->checked.ok()) return std::nullopt;
        const auto& coinbase = body->checked.value()->block.transactions.front();
        const TxOut& output = coinbase->outputs().front();
        const auto owner = owner_of(output, environment.plan);
        if (!owner) return std::nullopt;
        TransactionData spend;
        spend.inputs.push_back({.previous = {coinbase->txid(), 0}});
        spend.outputs.push_back(output);
        sign(spend, {&output, 1}, *owner, real_signatures(environment.plan.settings), stream_);
        return with_transaction(block, std::move(spend), environment.parameters);
    }

    Stream stream_;
    std::deque<p2p::BlockMessage> kept_;
};

}  // namespace

std::unique_ptr<Behaviour> invalid_blocks(std::uint64_t seed) {
    return std::make_unique<InvalidBlocks>(seed);
}

}  // namespace starling::sim
