#pragma once

#include "consensus/header_node.h"
#include "consensus/lookup_table.h"
#include "consensus/parameters.h"
#include "consensus/reject.h"
#include "consensus/result.h"

#include <cstdint>
#include <deque>
#include <vector>

namespace starling::chain {

// The tree of all headers we know, with what is known about each block: whether we have its body,
// and whether it was found valid or invalid.
//
// Nodes live in an arena that only grows. Everything below an invalid block is invalid.
class BlockTree {
public:
    BlockTree(const Parameters& parameters, Random& random);

    struct Entry {
        HeaderNode node;
        bool has_body = false;
        bool invalid = false;       // itself, or an ancestor, broke a rule
        bool fully_valid = false;   // its scripts were verified once
        std::uint64_t arrival = 0;  // order in which its body came: first seen wins a tie
    };

    [[nodiscard]] const HeaderNode* genesis() const;
    [[nodiscard]] const HeaderNode* find(const BlockHash& hash) const;
    [[nodiscard]] const Entry* entry(const BlockHash& hash) const;
    // The valid header with the most work, with or without bodies.
    [[nodiscard]] const HeaderNode* best_header() const;
    // Nodes that no other node builds on, in order of arrival (getchaintips).
    [[nodiscard]] std::vector<const HeaderNode*> tips() const;
    [[nodiscard]] std::size_t size() const;

    // Checks the header after its parent and adds it; gives the node that is there already for a
    // known one. `now` in seconds since 1970.
    Result<const HeaderNode*, Reject> add(const Header& header, std::int64_t now);

private:
    // The implementer's: arena, index, marks. See block_tree.cpp.
    const Parameters& parameters_;
    std::deque<Entry> arena_;
    LookupTable<BlockHash, Entry*> by_hash_;
};

}  // namespace starling::chain
