#pragma once

#include "chain/store.h"
#include "consensus/header_node.h"
#include "consensus/lookup_table.h"
#include "consensus/parameters.h"
#include "consensus/reject.h"
#include "consensus/result.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <vector>

namespace starling::chain {

// The tree of all headers we know, with what is known about each block: whether we have its body,
// and whether it was found valid or invalid.
//
// Nodes live in an arena that only grows, so pointers to nodes and entries stay good. Nothing here
// recurses: a chain may be as long as it likes.
//
// Invariants:
//   - everything above an invalid block is invalid;
//   - a block is linked if and only if it and all its ancestors have bodies;
//   - what changed since the last take_changes() is in `changes_` once, parents first.
//
// Bounds: none of its own. A header costs its sender proof of work, and about 250 bytes of ours;
// whoever submits headers makes sure first that their chain has work enough to be worth keeping.
class BlockTree {
public:
    BlockTree(const Parameters& parameters, Random& random);
    BlockTree(const BlockTree&) = delete;
    BlockTree& operator=(const BlockTree&) = delete;

    struct Entry {
        HeaderNode node;
        bool has_body = false;
        bool linked = false;         // it and every ancestor have bodies
        bool failed = false;         // itself broke a rule, or a person said so
        bool invalid = false;        // itself, or an ancestor, broke a rule
        bool fully_valid = false;    // its scripts were verified once
        bool changed = false;        // waits in `changes_`
        std::uint64_t arrival = 0;   // order in which its body came: first seen wins a tie
        std::uint64_t position = 0;  // in the arena
        Entry* parent = nullptr;
        Entry* first_child = nullptr;
        Entry* next_sibling = nullptr;
    };

    [[nodiscard]] const HeaderNode* genesis() const;
    [[nodiscard]] const HeaderNode* find(const BlockHash& hash) const;
    [[nodiscard]] const Entry* entry(const BlockHash& hash) const;
    [[nodiscard]] const Entry& entry(const HeaderNode* node) const;
    // The valid header with the most work, with or without bodies; the first that came wins a tie.
    [[nodiscard]] const HeaderNode* best_header() const;
    // Nodes that no other node builds on, in order of arrival (getchaintips).
    [[nodiscard]] std::vector<const HeaderNode*> tips() const;
    [[nodiscard]] std::size_t size() const;  // genesis included
    [[nodiscard]] std::size_t memory_bytes() const;

    // Checks the header after its parent and adds it; gives the node that is there already for a
    // known one. `now` in seconds since 1970.
    Result<const HeaderNode*, Reject> add(const Header& header, std::int64_t now);
    // Adds without a check what our own store gives back. The parent must be there.
    const HeaderNode* restore(const Loaded::StoredHeader& stored);

    // The body is there now. Gives every block that became linked by it, parents first.
    std::vector<const Entry*> mark_body(const HeaderNode* node);
    // The body turned out to be lost. Gives all that is no longer linked.
    std::vector<const Entry*> forget_body(const HeaderNode* node);
    void mark_valid(const HeaderNode* node);
    // Gives all that became invalid by it, the node first, parents before children.
    std::vector<const Entry*> mark_invalid(const HeaderNode* node);
    // Takes back the marks of a block, of its ancestors and of its descendants, as Bitcoin Core's
    // reconsiderblock. Gives what became valid again, parents first.
    std::vector<const Entry*> reconsider(const HeaderNode* node);

    // The headers that are new or have another validity than when they were last taken.
    [[nodiscard]] bool has_changes() const { return !changes_.empty(); }
    std::vector<HeaderRecord> take_changes();

    // In order of arrival, parents before children.
    void each(const std::function<void(const Entry&)>& visit) const;

private:
    Entry* place(const Header& header, const BlockHash& hash, Entry* parent);
    void note_change(Entry& entry);
    void find_best_header();
    Entry& writable(const HeaderNode* node);

    const Parameters& parameters_;
    std::deque<Entry> arena_;
    LookupTable<BlockHash, Entry*> by_hash_;
    std::map<std::uint64_t, const Entry*> tips_;  // by position
    const Entry* best_ = nullptr;
    std::uint64_t arrivals_ = 0;
    std::vector<Entry*> changes_;
};

}  // namespace starling::chain
