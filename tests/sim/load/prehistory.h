#pragma once

#include "chain/block_tree.h"
#include "chain/store.h"
#include "sim/plan.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace starling::sim {

class Archive;

// Blocks that stand before a run begins, so that wallets have coins that may be spent: each host's
// store has them. The last one is as old as the run. Coinbases first, of which a hundred more are
// needed than are spent (maturity), then blocks that fan them out to the wallets. Where nobody
// spends one block is enough: a tip of today, as nodes expect it. Settings may ask for more, which
// are empty.
//
// Bounds: kCoinsMax coins, in transactions of kFanOut outputs.
struct Prehistory {
    // Change and payments are coins again, so a run needs fewer than it makes transactions.
    static constexpr std::size_t kCoinsMax = 5'000;
    static constexpr std::size_t kCoinsAWalletMin = 20;
    // For the sake of that minimum, among many wallets.
    static constexpr std::size_t kCoinsAtAllMax = 200'000;
    static constexpr std::size_t kFanOut = 1'000;

    struct Coin {
        OutPoint point;
        Amount value;
    };
    std::vector<Shared<CheckedBlock>> blocks;  // from height 1 on
    std::vector<std::vector<Coin>> coins;      // by wallet, in the order of the hosts that have one

    // What a store is told of them; the nodes are those of `tree`.
    std::shared_ptr<const chain::BlockTree> tree;
    Shared<chain::Batch> batch;
};
// `parameters` outlives it.
Prehistory make_prehistory(const Plan& plan, const Parameters& parameters);
// As if the host had connected and committed them all.
void fill(chain::Store& store, const Prehistory& prehistory, Archive& archive);

}  // namespace starling::sim
