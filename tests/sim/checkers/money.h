#pragma once

#include "consensus/lookup_table.h"
#include "sim/checkers/checker.h"
#include "sim/checkers/ledger_looks.h"
#include "sim/engine/stream.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace starling::sim {

// What a chain's blocks make of money, added up from the blocks alone and one at a time: a second
// opinion, which shares nothing with how nodes connect blocks. An outpoint has the same value on
// every branch, for the transaction's hash names it; so a sum belongs to a block and is its
// parent's, plus what the block makes, less what it spends.
class ChainMoney {
public:
    struct Sum {
        std::uint64_t coins = 0;
        Amount total;
    };

    // The genesis block's coin is no coin.
    explicit ChainMoney(const Parameters& parameters);
    // After its parent. Says what is wrong with its money, if anything is.
    std::optional<std::string> add(const Block& block, const BlockHash& hash);
    // After this block; null for one that was not added.
    [[nodiscard]] const Sum* after(const BlockHash& hash) const;

private:
    struct Node {
        Height height;
        Sum sum;
    };
    const Parameters& parameters_;
    Stream stream_{0};                       // keys a table whose order nobody sees
    LookupTable<OutPoint, Amount> outputs_;  // of all blocks: two a transaction
    LookupTable<BlockHash, Node> nodes_;
};

// A host's coins are worth what its chain's coinbases made, less the fees that they took and what
// was burnt; and no coinbase takes more than subsidy and fees.
class Money final : public Checker {
public:
    Money(const Parameters& parameters, std::shared_ptr<LedgerLooks> looks)
        : looks_(std::move(looks)), money_(parameters) {}
    [[nodiscard]] std::string_view name() const override { return "money"; }
    void look(const World& world) override;

    // A block that a host has connected; its parent was seen before.
    void block_connected(Moment when, HostIndex host, const Block& block, const BlockHash& hash);
    void seen(Moment when, HostIndex host, const CoinSum& sum);

private:
    void learn_chain(const World& world, const Host& host, const BlockHash& boundary);

    std::shared_ptr<LedgerLooks> looks_;
    ChainMoney money_;
};

}  // namespace starling::sim
