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
    void open(const chain::BlockTree& tree, const HeaderNode* tip);
    void moved(const HeaderNode* tip) { tip_ = tip; }
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

private:
    const chain::BlockTree* tree_ = nullptr;
    const HeaderNode* tip_ = nullptr;
    bool was_current_ = false;
    bool initial_download_ = true;
};

}  // namespace starling::p2p
