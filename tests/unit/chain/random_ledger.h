#pragma once

#include "chain/store.h"
#include "support/chain_builder.h"
#include "support/seeded_random.h"

#include <deque>
#include <map>
#include <vector>

namespace starling::chain {

// A chain that grows and reorganises at random, told as batches for a store. Its own coins are
// kept in a plain map, which is what the store is compared with.
class RandomLedger {
public:
    explicit RandomLedger(std::uint64_t seed) : random_(seed) {
        nodes_.push_back({});
        nodes_.back().hash = builder_.genesis();
        by_hash_[builder_.genesis()] = &nodes_.back();
        tip_ = &nodes_.back();
    }

    [[nodiscard]] const HeaderNode& tip() const { return *tip_; }
    [[nodiscard]] const test::CoinMap& coins() const { return coins_; }
    [[nodiscard]] const HeaderNode* node(const BlockHash& hash) const { return by_hash_.at(hash); }
    [[nodiscard]] Shared<CheckedBlock> block(const BlockHash& hash) const {
        return blocks_.at(hash);
    }
    [[nodiscard]] bool in_chain(const BlockHash& hash) const {
        const HeaderNode* at = tip_;
        while (at != nullptr && at->hash != hash)
            at = at->parent;
        return at != nullptr;
    }
    [[nodiscard]] const test::ChainBuilder& builder() const { return builder_; }
    [[nodiscard]] Shared<BlockDelta> delta(const BlockHash& hash) const { return deltas_.at(hash); }

    struct Walk {
        std::vector<Shared<CheckedBlock>> bodies;  // new ones, to be appended before the commit
        Batch batch;
    };
    // Up to `down` blocks off, then 1 to `up` new ones on: the tip is another after every walk.
    Walk walk(std::size_t down, std::size_t up) {
        Walk out;
        out.batch.sequence = ++sequence_;
        for (std::size_t n = random_.below(down + 1); n > 0 && tip_->parent != nullptr; --n)
            disconnect(out);
        for (std::size_t n = 1 + random_.below(up); n > 0; --n)
            connect(out);
        out.batch.tip = tip_->hash;
        return out;
    }

private:
    void disconnect(Walk& out) {
        const Shared<BlockDelta> delta = deltas_.at(tip_->hash);
        out.batch.steps.push_back({Step::Kind::disconnected, tip_, delta, nullptr});
        for (const auto& [point, coin] : delta->made)
            coins_.erase(point);
        for (const auto& [point, coin] : delta->spent)
            coins_[point] = coin;
        tip_ = tip_->parent;
    }

    void connect(Walk& out) {
        const Shared<CheckedBlock> block = builder_.mine(tip_->hash, some_transactions());
        blocks_[block->hash] = block;
        nodes_.push_back({});
        HeaderNode& node = nodes_.back();
        node.header = block->block.header;
        node.hash = block->hash;
        node.height = tip_->height + 1;
        node.parent = tip_;
        by_hash_[node.hash] = &node;
        out.bodies.push_back(block);
        out.batch.headers.push_back({&node, Validity::valid});
        const Shared<BlockDelta> delta = apply(*block, node);
        deltas_[node.hash] = delta;
        out.batch.steps.push_back({Step::Kind::connected, &node, delta, block});
        tip_ = &node;
    }

    // The delta as the difference of two maps: naive, and nobody else's code.
    Shared<BlockDelta> apply(const CheckedBlock& block, const HeaderNode& node) {
        test::CoinMap after = coins_;
        for (const auto& tx : block.block.transactions) {
            for (const TxIn& input : tx->inputs())
                after.erase(input.previous);
            for (std::uint32_t i = 0; i < tx->outputs().size(); ++i)
                if (!is_unspendable(tx->outputs()[i].script_pubkey))
                    after[{tx->txid(), i}] = {tx->outputs()[i], node.height, tx->is_coinbase()};
        }
        auto delta = std::make_shared<BlockDelta>();
        for (const auto& [point, coin] : coins_)
            if (!after.contains(point)) delta->spent.emplace_back(point, coin);
        for (const auto& [point, coin] : after)
            if (!coins_.contains(point)) delta->made.emplace_back(point, coin);
        coins_ = after;
        return delta;
    }

    // Spends of random coins, some of them made in the same block, to outputs of all kinds.
    std::vector<TransactionData> some_transactions() {
        std::vector<TransactionData> txs;
        std::vector<OutPoint> points;
        for (const auto& [point, coin] : coins_)
            if (random_.below(4) == 0) points.push_back(point);
        std::size_t at = 0;
        while (at < points.size() && txs.size() < 8) {
            const std::size_t count = std::min(points.size() - at, 1 + random_.below(3));
            std::vector<OutPoint> from(points.begin() + static_cast<std::ptrdiff_t>(at),
                                       points.begin() + static_cast<std::ptrdiff_t>(at + count));
            at += count;
            if (random_.below(3) == 0 && !txs.empty())
                from.push_back({Transaction(txs.back()).txid(), 0});
            txs.push_back(some_spend(from));
        }
        return txs;
    }

    TransactionData some_spend(const std::vector<OutPoint>& from) {
        Amount total;
        for (const OutPoint& point : from)
            if (coins_.contains(point)) total += coins_.at(point).output.value;
        TransactionData tx = test::spend(from, {Amount{total.units / 2}, Amount{total.units / 3}});
        if (total < Amount{1'000}) return tx;
        switch (random_.below(5)) {
            case 0:
                tx.outputs.push_back({Amount{5}, {0x6a, 0x01, 0x07}});
                break;
            case 1:
                tx.outputs.push_back({Amount{6}, {}});
                break;
            case 2:
                tx.outputs.push_back({Amount{7}, Bytes(random_.below(300), 0x51)});
                break;
            case 3:
                tx.outputs.push_back({Amount{0}, Bytes(1'900 + random_.below(8'100), 0x52)});
            default:
                break;
        }
        return tx;
    }

    test::SeededRandom random_;
    test::ChainBuilder builder_;
    std::deque<HeaderNode> nodes_;
    std::map<BlockHash, HeaderNode*> by_hash_;
    std::map<BlockHash, Shared<CheckedBlock>> blocks_;
    std::map<BlockHash, Shared<BlockDelta>> deltas_;
    test::CoinMap coins_;
    const HeaderNode* tip_ = nullptr;
    std::uint64_t sequence_ = 0;
};

// What a store shows of its coins, through the reads that scans use.
inline test::CoinMap coins_of(const Store& store, BlockHash& boundary) {
    test::CoinMap coins;
    const OutPoint* last = nullptr;
    boundary = store.each_coin([&](const OutPoint& point, const Coin& coin) {
        assert(last == nullptr || *last < point);
        last = &coins.emplace(point, coin).first->first;
        return true;
    });
    return coins;
}

}  // namespace starling::chain
