#pragma once

#include "chain/coin_table.h"
#include "chain/uncommitted_steps.h"

#include <deque>
#include <optional>
#include <vector>

namespace starling::chain {

// The way from the tip to the end of what is connected: the blocks of the tip's chain that were
// disconnected for a reorganisation (`behind`), then the blocks connected on the other branch or on
// the tip (`ahead`), each waiting for its scripts. Decides when the tip moves along it.
//
// The tip does not move into a branch before as much of it is verified as has more work than the
// tip. Until then the coins at the tip are found by going back through the deltas of the way.
//
// Invariants:
//   - `behind` leads from the tip down to the fork, `ahead` from the fork up to the end;
//   - the table's state is that of the end; coin_at_tip() is that of the tip.
class ActiveChain {
public:
    ActiveChain(Random& random, std::size_t coins_bytes_max) : table_(random, coins_bytes_max) {}

    void open(const HeaderNode* tip) { tip_ = end_ = tip; }

    [[nodiscard]] const HeaderNode* tip() const { return tip_; }
    [[nodiscard]] const HeaderNode* end() const { return end_; }
    [[nodiscard]] std::size_t unverified() const { return unverified_; }
    // Bytes of script batches that wait for their verdict.
    [[nodiscard]] std::size_t batch_bytes() const { return batch_bytes_; }

    struct Link {
        const HeaderNode* node = nullptr;
        Shared<CheckedBlock> block;
        Shared<BlockDelta> delta;
        std::uint64_t job = 0;  // the verification that is awaited; 0: verified
        std::size_t batch_bytes = 0;
    };
    // Connects a block on the end.
    void connect(Link link);
    // Connects the next block again if it was the last to be disconnected from the tip's chain.
    bool reconnect(const HeaderNode* next);
    // The delta that disconnecting the end needs, if it is in memory; its block likewise.
    [[nodiscard]] Shared<BlockDelta> delta_of_end() const;
    [[nodiscard]] Shared<CheckedBlock> block_of_end() const;  // only of blocks ahead
    [[nodiscard]] bool end_is_ahead() const { return !ahead_.empty(); }
    // Disconnects the end. `block` may be null if its body was lost.
    void disconnect(const Shared<BlockDelta>& delta, const Shared<CheckedBlock>& block);

    // The scripts of a block are good. Null for a job whose block was disconnected meanwhile.
    [[nodiscard]] const HeaderNode* find_job(std::uint64_t job) const;
    void verified(std::uint64_t job);

    struct Move {
        std::vector<Shared<CheckedBlock>> disconnected;  // newest first
        std::vector<Link> connected;                     // oldest first
    };
    // Moves the tip as far as it may. `leave`: the tip is invalid and the end is not, so any
    // verified block on the way is better.
    std::optional<Move> settle(bool leave);

    [[nodiscard]] CoinTable::Found coin_at_end(const OutPoint& point) const {
        return table_.find(point);
    }
    [[nodiscard]] CoinTable::Found coin_at_tip(const OutPoint& point) const;

    [[nodiscard]] CoinTable& table() { return table_; }
    [[nodiscard]] const CoinTable& table() const { return table_; }
    [[nodiscard]] UncommittedSteps& steps() { return steps_; }
    [[nodiscard]] const UncommittedSteps& steps() const { return steps_; }

private:
    struct Undone {
        const HeaderNode* node = nullptr;
        Shared<BlockDelta> delta;
        Shared<CheckedBlock> block;  // null if its body was lost
    };
    void apply(Step step);

    const HeaderNode* tip_ = nullptr;
    const HeaderNode* end_ = nullptr;
    std::vector<Undone> behind_;  // newest first: the last is the next to be reconnected
    std::deque<Link> ahead_;      // oldest first
    std::size_t unverified_ = 0;
    std::size_t batch_bytes_ = 0;
    CoinTable table_;
    UncommittedSteps steps_;
};

}  // namespace starling::chain
