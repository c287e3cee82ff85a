#pragma once

#include "consensus/check_block.h"
#include "consensus/coin.h"
#include "consensus/script_batch.h"

#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace starling {

// A coinbase's outputs may be spent by blocks that are this many above it.
constexpr std::int32_t kCoinbaseMaturity = 100;

// What one block does to the set of coins. Coins both made and spent in the block appear in neither
// list. Immutable; it is also the block's undo data. It names no node of anyone's header tree, so
// that all who connect the block can share it.
struct BlockDelta {
    std::vector<std::pair<OutPoint, Coin>> spent;  // sorted by outpoint
    std::vector<std::pair<OutPoint, Coin>> made;   // sorted by outpoint
};

struct Connected {
    Shared<BlockDelta> delta;
    Shared<ScriptBatch> scripts;  // still to be verified
    Amount fees;
    std::uint32_t inputs = 0;
};

// Spends the block's coins in order and checks every rule but the scripts. `coins` answers
// `block.needs`, in that order; an absent coin is not there or spent. Pure.
Result<Connected, Reject> connect_block(const Shared<CheckedBlock>& block,
                                        const HeaderNode& node,
                                        std::span<const std::optional<Coin>> coins,
                                        const Parameters& parameters);

// Where the chain state has its blocks connected: connect_block, or what remembers its answers for
// many nodes.
//
// Contract: the answer is that of connect_block for the same arguments. It is asked only for a
// block that obeys check_block_after and whose every ancestor is connected, and with the coins that
// they leave. So the answer is a function of the block's hash alone (on one network), whoever asks:
// the hash names all that the block and its ancestors spend and make. Mutated copies, which share
// the hash, do not come so far.
class BlockConnector {
public:
    virtual ~BlockConnector() = default;
    virtual Result<Connected, Reject> connect(const Shared<CheckedBlock>& block,
                                              const HeaderNode& node,
                                              std::span<const std::optional<Coin>> coins,
                                              const Parameters& parameters) = 0;
};
// The one that remembers nothing.
BlockConnector& plain_connector();

// Rules of one transaction against its coins in a block (or the next block) after `parent`:
// maturity, money ranges, fee, BIP 68. Gives the fee. `coins` are in the order of the inputs.
// Shared by blocks and the mempool.
Result<Amount, Reject> check_inputs(const Transaction& tx,
                                    std::span<const Coin> coins,
                                    const HeaderNode& parent);

}  // namespace starling
