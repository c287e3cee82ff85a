#pragma once

#include "chain/block_tree.h"
#include "chain/effects.h"
#include "consensus/parameters.h"
#include "consensus/random.h"

#include <cstddef>
#include <limits>
#include <memory>

namespace starling::chain {

struct Limits {
    // Bytes of coins, deltas and bodies held in memory together with the pages that a commit will
    // dirty. Reaching it forces a commit; incoming work waits (see wants_more) until it fell.
    std::size_t memory_bytes_max = 450u << 20;
    // Of that, coins that stay in memory after they were committed: none are put out before the
    // budget is used. Less is for many nodes in one process, whose stores are as near as a cache.
    std::size_t cached_bytes_max = std::numeric_limits<std::size_t>::max();
    // Blocks connected ahead of the verified prefix: enough to keep every core busy with several
    // blocks, few enough that a bad script is found soon.
    std::size_t unverified_blocks_max = 16;
    // The same by the memory of their script batches, of which an input takes about 150 bytes: half
    // a second of signatures a core. More would only take room from the coins: a commit cannot free
    // what is not verified, so a full window would force one after every block.
    std::size_t unverified_bytes_max = 2u << 20;
    // Longest time that a connected block at the tip waits for its commit.
    Duration commit_delay = std::chrono::seconds{1};
};

// Decides which chain is ours: takes headers and blocks, connects the branch with the most work,
// has its scripts verified, and says when the tip moved and what is to be made durable.
//
// A block goes through four stages (checked, connected, verified, committed); several are under way
// at once. Blocks are connected ahead of verification on a table of changed coins over the
// committed store; the tip is the last block of the verified prefix, and a failed script takes back
// every delta above it. During a reorganisation the tip stays where it is until the other branch is
// verified up to more work.
//
// Invariants:
//   - coin_at_tip() answers for the tip, whatever is connected ahead of it;
//   - one batch is in flight at a time; batches move from one block boundary to another;
//   - every ticket but 0 is decided exactly once;
//   - it never waits and never reads the disk itself.
class Chainstate {
public:
    // `connector` outlives the chain state; another than the plain one is for many nodes in one
    // process.
    Chainstate(const Parameters& parameters,
               const Limits& limits,
               Random& random,
               BlockConnector& connector = plain_connector());
    ~Chainstate();

    // Once, before any input: what the store holds. The effects bring the chain to the branch with
    // the most work among the bodies that are there (the tail is fed by the shell as BlockArrived).
    void open(const Loaded& loaded, Time now, std::vector<Effect>& out);
    void handle(Input input, Time now, std::vector<Effect>& out);
    // When handle_timer is due; nothing if it need not be called.
    [[nodiscard]] std::optional<Time> next_wakeup() const;
    void handle_timer(Time now, std::vector<Effect>& out);

    [[nodiscard]] const BlockTree& tree() const;
    [[nodiscard]] const HeaderNode* tip() const;
    // The coin as of the tip, if that is known without the disk: nullopt-nullopt needs ReadCoins.
    struct Known {
        bool known = false;
        std::optional<Coin> coin;
    };
    [[nodiscard]] Known coin_at_tip(const OutPoint& point) const;
    // False while memory or the window of unverified blocks is full: the source of blocks (import,
    // block download) pauses. Submissions made all the same are kept, never lost.
    [[nodiscard]] bool wants_more() const;
    // No connected block waits for verification or commit, and no body that could connect waits.
    [[nodiscard]] bool idle() const;
    [[nodiscard]] std::size_t memory_bytes() const;
    // The last committed boundary; Store reads answer there.
    [[nodiscard]] const HeaderNode* committed_tip() const;
    // How many batches were committed. A coin read from the store is that of the tip if the
    // machine does not know the coin itself when the answer comes, and this number is the same as
    // when the read was asked for. Otherwise read again.
    [[nodiscard]] std::uint64_t commits() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::chain
