#pragma once

#include "chain/block_tree.h"
#include "chain/effects.h"
#include "chain/uncommitted_steps.h"

#include <optional>
#include <vector>

namespace starling::chain {

// Decides when what has changed is made durable, and knows what is: one batch is in flight at a
// time, and each moves the store from one tip to a later one.
//
// At the tip a change waits at most the commit delay, so that a burst of small blocks shares one
// sync. While catching up only memory asks for a commit: the fewer batches, the fewer pages are
// written twice.
class Committer {
public:
    explicit Committer(Duration delay) : delay_(delay) {}

    void open(const HeaderNode* tip, std::uint64_t coins);

    // A body was handed to the writer: the next batch makes it durable.
    void appended() { appended_ = true; }
    void ask_flush() { flush_ = true; }

    struct Situation {
        const HeaderNode* tip = nullptr;
        bool idle = false;      // nothing is being connected or verified
        bool pressure = false;  // memory could be freed by a commit
    };
    void commit_if_due(const Situation& situation,
                       UncommittedSteps& steps,
                       BlockTree& tree,
                       Time now,
                       std::vector<Effect>& out);
    void committed(const Committed& done);

    // When commit_if_due should be called at the latest, if the situation is idle.
    [[nodiscard]] std::optional<Time> deadline() const;
    [[nodiscard]] bool in_flight() const { return batch_ != nullptr; }
    // Whether commit_if_due has something to write.
    [[nodiscard]] bool has_work(const UncommittedSteps& steps, const BlockTree& tree) const;
    [[nodiscard]] std::uint64_t next_sequence() const { return next_sequence_; }
    [[nodiscard]] const HeaderNode* committed_tip() const { return committed_tip_; }
    [[nodiscard]] std::uint64_t commits() const { return commits_; }
    // The number of the first step that is not committed; `none` if there is none.
    [[nodiscard]] std::uint64_t first_uncommitted(const UncommittedSteps& steps,
                                                  std::uint64_t none) const;
    // Bytes that the batch in flight and one with `changes` more coins need in the store: pages
    // that become dirty, and rows for undoing.
    [[nodiscard]] std::size_t store_bytes(std::size_t changes) const;

private:
    const Duration delay_;
    std::uint64_t next_sequence_ = 1;
    std::uint64_t commits_ = 0;
    Shared<Batch> batch_;  // in flight
    const HeaderNode* batch_tip_ = nullptr;
    std::uint64_t batch_first_step_ = 0;  // its first step's number; 0 if it has no steps
    std::size_t batch_changes_ = 0;
    std::int64_t batch_coins_ = 0;  // coins that the batch in flight adds
    std::int64_t coins_ = 0;        // about how many are stored
    const HeaderNode* committed_tip_ = nullptr;
    std::optional<Time> waiting_since_;
    bool appended_ = false;
    bool flush_ = false;
};

}  // namespace starling::chain
