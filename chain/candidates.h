#pragma once

#include "chain/block_tree.h"

#include <map>

namespace starling::chain {

// The blocks that could become the tip: linked, not invalid, with more work than the tip has.
//
// An ordered map and not a scan over the tips of the tree, because the best one is asked for after
// every step, while a hostile tree may have many tips. It holds only what is above the tip, so it
// empties itself as the chain grows.
class Candidates {
public:
    void add(const BlockTree::Entry& entry) { by_rank_.emplace(rank(entry), &entry.node); }
    void erase(const BlockTree::Entry& entry) { by_rank_.erase(rank(entry)); }

    // Forgets what has no more work than that.
    void prune(const Work& work) {
        while (!by_rank_.empty() && by_rank_.begin()->first.work <= work)
            by_rank_.erase(by_rank_.begin());
    }
    // Looks through the whole tree; for marks that only a person can change.
    void rebuild(const BlockTree& tree, const Work& above) {
        by_rank_.clear();
        tree.each([&](const BlockTree::Entry& entry) {
            if (entry.linked && !entry.invalid && entry.node.work > above) add(entry);
        });
    }

    // The most work; among equals the one whose body came first. Null if there is none.
    [[nodiscard]] const HeaderNode* best() const {
        return by_rank_.empty() ? nullptr : by_rank_.rbegin()->second;
    }

private:
    struct Rank {
        Work work;
        std::uint64_t earliness = 0;
        friend auto operator<=>(const Rank&, const Rank&) = default;
    };
    static Rank rank(const BlockTree::Entry& entry) { return {entry.node.work, ~entry.arrival}; }

    std::map<Rank, const HeaderNode*> by_rank_;
};

}  // namespace starling::chain
