#pragma once

#include "support/chain_builder.h"
#include "support/seeded_random.h"

#include <set>
#include <vector>

namespace starling::chain {

// A tree of small blocks on a chain that is long enough to have mature coins, some of the blocks
// broken in one of the ways that come to light at different stages.
struct RandomTree {
    static constexpr std::size_t kBase = 104;

    struct Planted {
        Shared<CheckedBlock> block;
        bool good = true;  // with all that is below
    };

    explicit RandomTree(test::SeededRandom& random, std::size_t count, unsigned broken_percent)
        : builder(base().builder) {
        for (const Shared<CheckedBlock>& block : base().blocks)
            blocks.push_back({block, true});
        for (std::size_t i = 0; i < count; ++i)
            plant(random, broken_percent);
    }

    // The greatest number of blocks on a good chain, by the blocks in `there`.
    [[nodiscard]] std::int32_t best_height(const std::set<BlockHash>& there) const {
        std::set<BlockHash> linked{builder.genesis()};
        std::int32_t best = 0;
        for (const Planted& planted : blocks) {  // parents come first
            const CheckedBlock& block = *planted.block;
            if (!planted.good || !there.contains(block.hash)) continue;
            if (!linked.contains(block.block.header.previous)) continue;
            linked.insert(block.hash);
            best = std::max(best, builder.height_of(block.hash));
        }
        return best;
    }

    test::ChainBuilder builder;
    std::vector<Planted> blocks;  // parents before children

private:
    struct Base {
        test::ChainBuilder builder;
        std::vector<Shared<CheckedBlock>> blocks;
        Base() { blocks = builder.mine_many(builder.genesis(), kBase); }
    };
    static const Base& base() {
        static const Base base;
        return base;
    }

    void plant(test::SeededRandom& random, unsigned broken_percent) {
        // Mostly on one of the last blocks, so that branches grow; the tree forks above the base.
        const std::size_t back = random.below(std::min<std::size_t>(8, blocks.size() - kBase + 1));
        const Planted parent = blocks[blocks.size() - 1 - back];
        const BlockHash& below = parent.block->hash;
        test::BlockOptions options;
        std::vector<TransactionData> transactions;
        bool good = parent.good;
        spend_some(random, below, transactions);
        if (random.below(100) < broken_percent) {
            good = false;
            spoil(random, below, transactions, options);
        }
        blocks.push_back({builder.mine(below, transactions, options), good});
    }

    void spend_some(test::SeededRandom& random,
                    const BlockHash& below,
                    std::vector<TransactionData>& transactions) {
        auto coins = builder.spendable_at(below);
        for (std::uint64_t i = random.below(3); i > 0 && !coins.empty(); --i) {
            const std::size_t pick = random.below(coins.size());
            const auto [point, coin] = coins[pick];
            coins.erase(coins.begin() + static_cast<std::ptrdiff_t>(pick));
            const std::int64_t part = coin.output.value.units / 3;
            if (part == 0) continue;
            transactions.push_back(test::spend({point}, {Amount{part}, Amount{part}}));
            if (random.below(3) == 0) {  // and spend one of the new coins in the same block
                const Txid txid = Transaction(transactions.back()).txid();
                transactions.push_back(test::spend({{txid, 1}}, {Amount{part}}));
            }
        }
    }

    void spoil(test::SeededRandom& random,
               const BlockHash& below,
               std::vector<TransactionData>& transactions,
               test::BlockOptions& options) {
        const auto coins = builder.spendable_at(below);
        switch (random.below(coins.empty() ? 2 : 4)) {
            case 0:
                options.claimed_more = Amount{1};
                break;
            case 1:  // a coin that never was
                transactions.push_back(test::spend({{Txid{{7}}, 0}}, {Amount{1}}));
                break;
            case 2: {  // a wrong script
                transactions = {test::spend({coins[0].first}, {Amount{0}}, test::Witness::wrong)};
                break;
            }
            default:  // known without coins: a wrong height in the coinbase
                options.edit = [](std::vector<TransactionData>& all) {
                    all[0].inputs[0].script_sig[0] ^= 1;
                };
        }
    }
};

}  // namespace starling::chain
