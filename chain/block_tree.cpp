#include "chain/block_tree.h"

#include "consensus/check_block.h"
#include "consensus/pow.h"

#include <algorithm>
#include <cassert>

namespace starling::chain {

namespace {

// Calls for every entry below `root`, itself included, parents before children, without recursion;
// does not go above an entry for which the visit gives false.
template <class Entry, class Visit>
void each_above(Entry* root, Visit visit) {
    std::vector<Entry*> open{root};
    while (!open.empty()) {
        Entry* entry = open.back();
        open.pop_back();
        if (!visit(*entry)) continue;
        for (Entry* child = entry->first_child; child != nullptr; child = child->next_sibling)
            open.push_back(child);
    }
}

}  // namespace

BlockTree::BlockTree(const Parameters& parameters, Random& random)
    : parameters_(parameters), by_hash_(random) {
    Entry* genesis = place(parameters.genesis.header, parameters.genesis_hash, nullptr);
    genesis->has_body = genesis->linked = genesis->fully_valid = true;
}

const HeaderNode* BlockTree::genesis() const {
    return &arena_.front().node;
}

const HeaderNode* BlockTree::find(const BlockHash& hash) const {
    const Entry* found = entry(hash);
    return found == nullptr ? nullptr : &found->node;
}

const BlockTree::Entry* BlockTree::entry(const BlockHash& hash) const {
    Entry* const* found = by_hash_.find(hash);
    return found == nullptr ? nullptr : *found;
}

const BlockTree::Entry& BlockTree::entry(const HeaderNode* node) const {
    const Entry* found = entry(node->hash);
    assert(found != nullptr && &found->node == node);
    return *found;
}

BlockTree::Entry& BlockTree::writable(const HeaderNode* node) {
    return **by_hash_.find(node->hash);
}

const HeaderNode* BlockTree::best_header() const {
    return &best_->node;
}

std::vector<const HeaderNode*> BlockTree::tips() const {
    std::vector<const HeaderNode*> out;
    out.reserve(tips_.size());
    for (const auto& [position, entry] : tips_)
        out.push_back(&entry->node);
    return out;
}

std::size_t BlockTree::size() const {
    return arena_.size();
}

std::size_t BlockTree::memory_bytes() const {
    return arena_.size() * sizeof(Entry) + by_hash_.table_bytes();
}

Result<const HeaderNode*, Reject> BlockTree::add(const Header& header, std::int64_t now) {
    const BlockHash hash = hash_of(header);
    if (const Entry* known = entry(hash)) {
        if (known->invalid) return Failure{Reject{RejectKind::duplicate, "duplicate-invalid", {}}};
        return &known->node;
    }
    if (auto work = check_header_work(header, parameters_); !work.ok())
        return Failure{work.error()};
    Entry* const* parent = by_hash_.find(header.previous);
    if (parent == nullptr)
        return Failure{Reject{RejectKind::missing_parent, "prev-blk-not-found", {}}};
    if ((*parent)->invalid) return Failure{Reject{RejectKind::invalid_parent, "bad-prevblk", {}}};
    if (auto rules = check_header(header, (*parent)->node, now, parameters_); !rules.ok())
        return Failure{rules.error()};
    Entry* added = place(header, hash, *parent);
    note_change(*added);
    return &added->node;
}

const HeaderNode* BlockTree::restore(const Loaded::StoredHeader& stored) {
    const BlockHash hash = hash_of(stored.header);
    if (const Entry* known = entry(hash)) return &known->node;
    Entry* const* parent = by_hash_.find(stored.header.previous);
    assert(parent != nullptr);
    Entry* added = place(stored.header, hash, *parent);
    added->fully_valid = stored.validity == Validity::valid;
    added->failed = stored.validity == Validity::invalid;
    if (added->failed) {
        added->invalid = true;
        if (best_ == added) find_best_header();
    }
    return &added->node;
}

BlockTree::Entry* BlockTree::place(const Header& header, const BlockHash& hash, Entry* parent) {
    Entry& entry = arena_.emplace_back();
    HeaderNode& node = entry.node;
    node.header = header;
    node.hash = hash;
    node.work = work_of(header.bits);
    node.time_max = header.time;
    if (parent != nullptr) {
        node.parent = &parent->node;
        node.height = parent->node.height + 1;
        node.work = parent->node.work + node.work;
        node.time_max = std::max(parent->node.time_max, header.time);
        node.skip = ancestor(node.parent, skip_height(node.height));
        entry.invalid = parent->invalid;
        entry.parent = parent;
        entry.next_sibling = parent->first_child;
        parent->first_child = &entry;
        tips_.erase(parent->position);
    }
    by_hash_.try_emplace(hash, &entry);
    entry.position = arena_.size() - 1;
    tips_.emplace(entry.position, &entry);
    if (best_ == nullptr || (!entry.invalid && node.work > best_->node.work)) best_ = &entry;
    return &entry;
}

std::vector<const BlockTree::Entry*> BlockTree::mark_body(const HeaderNode* node) {
    Entry& entry = writable(node);
    std::vector<const Entry*> linked;
    if (entry.has_body) return linked;
    entry.has_body = true;
    entry.arrival = ++arrivals_;
    if (entry.parent != nullptr && !entry.parent->linked) return linked;
    each_above(&entry, [&](Entry& above) {
        if (!above.has_body || above.linked) return false;
        above.linked = true;
        linked.push_back(&above);
        return true;
    });
    return linked;
}

std::vector<const BlockTree::Entry*> BlockTree::forget_body(const HeaderNode* node) {
    Entry& entry = writable(node);
    std::vector<const Entry*> unlinked;
    entry.has_body = false;
    each_above(&entry, [&](Entry& above) {
        if (!above.linked) return false;
        above.linked = false;
        unlinked.push_back(&above);
        return true;
    });
    return unlinked;
}

void BlockTree::mark_valid(const HeaderNode* node) {
    Entry& entry = writable(node);
    if (entry.fully_valid) return;
    entry.fully_valid = true;
    note_change(entry);
}

std::vector<const BlockTree::Entry*> BlockTree::mark_invalid(const HeaderNode* node) {
    Entry& entry = writable(node);
    std::vector<const Entry*> newly;
    if (!entry.failed) note_change(entry);
    entry.failed = true;
    each_above(&entry, [&](Entry& above) {
        if (above.invalid) return false;
        above.invalid = true;
        newly.push_back(&above);
        return true;
    });
    if (best_->invalid) find_best_header();
    return newly;
}

std::vector<const BlockTree::Entry*> BlockTree::reconsider(const HeaderNode* node) {
    std::vector<const Entry*> revived;
    for (Entry& entry : arena_) {
        const bool below = ancestor(node, entry.node.height) == &entry.node;
        const bool above = ancestor(&entry.node, node->height) == node;
        if (entry.failed && (below || above)) {
            entry.failed = false;
            note_change(entry);
        }
        const bool was_invalid = entry.invalid;
        entry.invalid = entry.failed || (entry.parent != nullptr && entry.parent->invalid);
        if (was_invalid && !entry.invalid) revived.push_back(&entry);
    }
    find_best_header();
    return revived;
}

std::vector<HeaderRecord> BlockTree::take_changes() {
    std::vector<HeaderRecord> out;
    out.reserve(changes_.size());
    for (Entry* entry : changes_) {
        entry->changed = false;
        const Validity found = entry->fully_valid ? Validity::valid : Validity::unknown;
        out.push_back({&entry->node, entry->failed ? Validity::invalid : found});
    }
    changes_.clear();
    return out;
}

void BlockTree::each(const std::function<void(const Entry&)>& visit) const {
    for (const Entry& entry : arena_)
        visit(entry);
}

void BlockTree::note_change(Entry& entry) {
    if (entry.changed) return;
    entry.changed = true;
    changes_.push_back(&entry);
}

void BlockTree::find_best_header() {
    best_ = &arena_.front();
    for (const Entry& entry : arena_) {
        if (!entry.invalid && entry.node.work > best_->node.work) best_ = &entry;
    }
}

}  // namespace starling::chain
