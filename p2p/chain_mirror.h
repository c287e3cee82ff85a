#pragma once

#include "chain/block_tree.h"
#include "consensus/header_node.h"
#include "consensus/time.h"
#include "consensus/work.h"

#include <vector>

namespace starling::p2p {

class Peers;

// The chain as Gossip sees it: the tree of headers, which is only read, and the tip that Ledger
// told of last.
class ChainMirror {
public:
    // A chain that was not gained on for so long is not on its way, whatever headers are shown:
    // who has them need not give the blocks. Past any stall that honest peers cause.
    static constexpr Duration kGainTimeout = std::chrono::minutes{20};

    void open(const chain::BlockTree& tree, const HeaderNode* tip, Time now);
    void moved(const HeaderNode* tip, Time now);
    // Notes whether we are far behind, for as long as nothing changes.
    void watch(const Peers& peers, Time now);

    [[nodiscard]] const HeaderNode* tip() const { return tip_; }
    [[nodiscard]] const HeaderNode* best_header() const { return tree_->best_header(); }
    [[nodiscard]] const HeaderNode* find(const BlockHash& hash) const { return tree_->find(hash); }
    [[nodiscard]] bool has_body(const HeaderNode* node) const;
    // It and all below it have bodies.
    [[nodiscard]] bool linked(const HeaderNode* node) const;
    [[nodiscard]] bool invalid(const HeaderNode* node) const;
    [[nodiscard]] bool fully_valid(const HeaderNode* node) const;
    // On the chain that ends at the tip.
    [[nodiscard]] bool active(const HeaderNode* node) const {
        return ancestor(tip_, node->height) == node;
    }
    // A chain of headers with less is not worth remembering: our tip's less 144 blocks
    // (Bitcoin Core's rule against cheap headers).
    [[nodiscard]] const Work& least_work() const;
    // Hashes on the way from `node` to genesis, ten one by one, then at doubling distances.
    [[nodiscard]] static std::vector<BlockHash> locator(const HeaderNode* node);
    // False since the tip came within a day of now once, and while no peer has more work than we.
    [[nodiscard]] bool initial_download() const { return initial_download_; }
    // Until then, if nothing changes, our chain counts as gaining on the others': since it was
    // opened, or by blocks' own times grew twice as fast as the clock. Who gives a block now and
    // then does not prolong it.
    [[nodiscard]] Time gaining_until() const { return gained_ + kGainTimeout; }
    // The same while we are far behind; else a time that has passed.
    [[nodiscard]] Time catching_up_until() const {
        return initial_download_ ? gaining_until() : Time{};
    }
    [[nodiscard]] Time tip_moved() const { return tip_moved_; }

private:
    [[nodiscard]] Time tip_time() const { return Time{std::chrono::seconds{tip_->header.time}}; }
    void note_gain(Time now);

    const chain::BlockTree* tree_ = nullptr;
    const HeaderNode* tip_ = nullptr;
    bool was_current_ = false;
    bool initial_download_ = true;
    Time tip_moved_;
    // When the chain gained last, and its tip's own time then.
    Time gained_, gained_tip_time_;
};

}  // namespace starling::p2p
