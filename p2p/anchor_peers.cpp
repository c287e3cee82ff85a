#include "p2p/anchor_peers.h"

#include <algorithm>

namespace starling::p2p {

void AnchorPeers::read(const std::vector<Anchor>& anchors, const Netgroups& netgroups) {
    for (const Anchor& anchor : anchors) {
        if (entries_.size() >= limits_.anchors_max || contains(anchor.key)) continue;
        entries_.push_back({anchor, netgroups.of(anchor.address), false});
        waiting_.push_back(anchor);
        unsettled_.insert(anchor.key);
        ++tried_;
    }
}

bool AnchorPeers::settled(const CompressedKey& key, bool reached) {
    if (unsettled_.erase(key) == 0) return false;
    kept_ += reached ? 1u : 0u;
    return true;
}

bool AnchorPeers::held(const Anchor& anchor, const Netgroup& netgroup) {
    if (Entry* known = find(anchor.key)) {
        known->held = true;
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
    entries_.push_back({anchor, netgroup, true});
    return true;
}

void AnchorPeers::lost(const CompressedKey& key) {
    if (Entry* entry = find(key)) entry->held = false;
}

bool AnchorPeers::remove(const CompressedKey& key) {
    std::erase_if(waiting_, [&](const Anchor& anchor) { return anchor.key == key; });
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

// One of the newcomer's group, else the oldest, where there is no room; of those not held. An
// anchor whose dial is still to come is left alone while there is another.
AnchorPeers::Entry* AnchorPeers::replaceable(const Netgroup& netgroup) {
    Entry* oldest = nullptr;
    for (Entry& entry : entries_) {
        if (entry.held) continue;
        if (entry.netgroup == netgroup) return &entry;
        const bool better = oldest == nullptr || (unsettled_.contains(oldest->anchor.key) &&
                                                  !unsettled_.contains(entry.anchor.key));
        if (better) oldest = &entry;
    }
    return entries_.size() < limits_.anchors_max ? nullptr : oldest;
}

}  // namespace starling::p2p
