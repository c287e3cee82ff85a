#pragma once

#include "chain/store.h"
#include "consensus/connect_block.h"
#include "consensus/lookup_table.h"
#include "consensus/random.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace starling::sim {

// What all hosts of a world know together, each thing once: blocks, what connecting them came to,
// verdicts on scripts, and for each coin where it was made and spent, in whatever branch. A host's
// store is then little more than the boundary at which it stands (shared_store.h).
//
// All of it is a function of hashes that name everything: nothing depends on who asked first.
// What hostile hosts make up does not get in: a block is kept here when an honest chain state keeps
// its body, so it is what its header commits to.
//
// Bounds: it grows with the chains of the world, by about 1.5 KB a transaction and 300 bytes a
// header; a day of blocks of 100 transactions a minute takes some 200 MB. Verdicts are bounded.
class Archive final : public BlockConnector {
public:
    // Verdicts on scripts of which the last are remembered: as many transactions as a world has
    // on their way at a time, many times over. Two generations take some 40 MB at most.
    static constexpr std::size_t kVerdictsMax = 200'000;
    // Blocks that were decoded and that no host has kept yet: a few at a time, or a liar's.
    static constexpr std::size_t kCheckedMax = 1'000;

    Archive(const Parameters& parameters, Random& random);
    ~Archive() override;
    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;

    // ---- For the shell: jobs that are done once for all ----
    // check_block; the same bytes give the same block, decoded once.
    Result<Shared<CheckedBlock>, Reject> check(const Shared<Bytes>& bytes);
    // Null for a block whose body no host ever kept.
    [[nodiscard]] Shared<CheckedBlock> block(const BlockHash& hash) const;
    // verify_scripts over the whole batch, each transaction once.
    Result<Unit, Reject> verify(const ScriptBatch& batch);
    // connect_block, each block once.
    Result<Connected, Reject> connect(const Shared<CheckedBlock>& block,
                                      const HeaderNode& node,
                                      std::span<const std::optional<Coin>> coins,
                                      const Parameters& parameters) override;

    // ---- For stores ----
    // A block by number, in the order in which they were first heard of; genesis is 0.
    using Number = std::uint32_t;
    static constexpr Number kGenesis = 0;
    Number number_of(const BlockHash& hash);
    [[nodiscard]] std::optional<Number> find(const BlockHash& hash) const;
    [[nodiscard]] const BlockHash& hash(Number number) const;
    [[nodiscard]] bool is_placed(Number number) const { return entries_[number].placed; }
    [[nodiscard]] const Header& header(Number number) const;  // of a placed one
    [[nodiscard]] Shared<CheckedBlock> block(Number number) const;
    [[nodiscard]] Shared<BlockDelta> delta(Number number) const;
    // How many coins there are after the block.
    [[nodiscard]] std::uint64_t coins_after(Number number) const;
    // Or the same; both are placed.
    [[nodiscard]] bool is_ancestor(Number ancestor, Number of) const;

    Number keep(const Shared<CheckedBlock>& block);
    Number place(const Header& header, const BlockHash& hash);  // after its parent
    // What a block does to the coins; its header is placed, its parent was learnt before.
    void learn(Number number, const Shared<BlockDelta>& delta);

    // The coin after that block; null if there is none.
    [[nodiscard]] const Coin* coin_at(const OutPoint& point, Number boundary) const;
    // In the order of outpoint bytes; stops when the visit gives false. Goes through the chain.
    void each_coin_at(Number boundary,
                      const std::function<bool(const OutPoint&, const Coin&)>& visit) const;

private:
    struct Entry {
        HeaderNode node;  // its hash from the beginning, the rest once placed
        bool placed = false;
        Shared<CheckedBlock> block;
        Shared<BlockDelta> delta;
        std::uint64_t coins = 0;
    };
    // One outpoint in all branches. Nearly always it was made once and spent at most once.
    struct Making {
        const HeaderNode* node = nullptr;
        const Coin* coin = nullptr;  // in the delta of that block
    };
    struct Life {
        std::vector<Making> made;
        std::vector<const HeaderNode*> spent;
    };
    using Verdicts = LookupTable<Wtxid, std::optional<Reject>>;

    [[nodiscard]] const std::optional<Reject>& verdict(const ScriptBatch& batch, std::size_t index);

    const Parameters& parameters_;
    std::deque<Entry> entries_;  // by number; nodes are pointed at
    LookupTable<BlockHash, Number> numbers_;
    LookupTable<OutPoint, Life> lives_;
    LookupTable<BlockHash, Shared<CheckedBlock>> checked_;  // the last copy, perhaps a mutated one
    LookupTable<BlockHash, Result<Connected, Reject>> connected_;
    // By rules; the younger generation first.
    struct Generations {
        Verdicts young, old;
    };
    Generations by_consensus_, by_policy_;
};

}  // namespace starling::sim
