#include "p2p/anchor_peers.h"

#include <algorithm>

namespace starling::p2p {

void AnchorPeers::read(const std::vector<Anchor>& anchors, const Netgroups& netgroups) {
    for (const Anchor& anchor : anchors) {
        if (entries_.size() >= limits_.anchors_max || contains(anchor.key)) continue;
        entries_.push_back({anchor, netgroups.of(anchor.address)});
        waiting_.push_back(anchor);
        unsettled_.insert(anchor.key);
    }
}

bool AnchorPeers::put_back(const Anchor& anchor) {
    if (!unsettled_.contains(anchor.key)) return false;
    cut_off_.push_back(anchor);
    return true;
}

void AnchorPeers::again() {
    waiting_.insert(waiting_.end(), cut_off_.begin(), cut_off_.end());
    cut_off_.clear();
}

bool AnchorPeers::settled(const CompressedKey& key, bool reached) {
    if (unsettled_.erase(key) == 0) return false;
    ++tried_;
    kept_ += reached ? 1u : 0u;
    if (Entry* entry = find(key)) entry->missed = !reached;
    return true;
}

bool AnchorPeers::held(const Anchor& anchor, const Netgroup& netgroup) {
    if (Entry* known = find(anchor.key)) {
        known->held = true;
        known->missed = false;
        const bool moved = known->anchor.address != anchor.address;
        known->anchor.address = anchor.address;
        known->netgroup = netgroup;
        return moved;
    }
    if (Entry* old = replaceable(netgroup)) {
        entries_.erase(entries_.begin() + (old - entries_.data()));
    } else if (entries_.size() >= limits_.anchors_max) {
        return false;
    }
    entries_.push_back({.anchor = anchor, .netgroup = netgroup, .held = true});
    return true;
}

void AnchorPeers::lost(const CompressedKey& key) {
    if (Entry* entry = find(key)) entry->held = false;
}

bool AnchorPeers::remove(const CompressedKey& key) {
    const auto is_it = [&](const Anchor& anchor) { return anchor.key == key; };
    std::erase_if(waiting_, is_it);
    std::erase_if(cut_off_, is_it);
    unsettled_.erase(key);
    return std::erase_if(entries_, [&](const Entry& entry) { return entry.anchor.key == key; }) > 0;
}

std::vector<Anchor> AnchorPeers::all() const {
    std::vector<Anchor> anchors;
    for (const Entry& entry : entries_)
        anchors.push_back(entry.anchor);
    return anchors;
}

bool AnchorPeers::contains(const CompressedKey& key) const {
    return std::ranges::any_of(entries_,
                               [&](const Entry& entry) { return entry.anchor.key == key; });
}

AnchorPeers::Entry* AnchorPeers::find(const CompressedKey& key) {
    const auto at =
        std::ranges::find(entries_, key, [](const Entry& one) { return one.anchor.key; });
    return at == entries_.end() ? nullptr : &*at;
}

// Who makes room for a newcomer of this group, of those that are not held: one of the same group;
// else one that was dialled in vain; else, if there is no room, the youngest. The oldest stay: they
// are from before whatever goes on now, and a lie that lasts must outlast them (Heilman et al.
// 2015, whose anchors are dialled by the age of their first connection). One whose dial is still to
// come is left alone while there is another.
AnchorPeers::Entry* AnchorPeers::replaceable(const Netgroup& netgroup) {
    Entry* worst = nullptr;
    const auto rank = [&](const Entry& entry) {
        return entry.missed ? 2 : unsettled_.contains(entry.anchor.key) ? 0 : 1;
    };
    for (Entry& entry : entries_) {
        if (entry.held) continue;
        if (entry.netgroup == netgroup) return &entry;
        if (worst == nullptr || rank(entry) >= rank(*worst)) worst = &entry;
    }
    const bool full = entries_.size() >= limits_.anchors_max;
    return worst != nullptr && (full || worst->missed) ? worst : nullptr;
}

}  // namespace starling::p2p
