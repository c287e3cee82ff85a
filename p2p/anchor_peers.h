#pragma once

#include "p2p/anchors.h"
#include "p2p/limits.h"
#include "p2p/netgroup.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <vector>

namespace starling::p2p {

// Knows our anchors: which are to be kept for the next start, and which of the last one's were
// reached.
//
// An anchor stays one when its connection is lost, until another block-only peer takes its place:
// neither a crash nor an hour without a network empties the list. There are more places than
// block-only slots, and of those that are not held the youngest leaves first: who has us reconnect,
// or waits until our peers have left, does not outlive the first ones. Bitcoin Core writes its
// anchors at a clean stop and deletes them when it starts, so that two crashes in a row leave none.
// Nor does a start before the network is there: whom we could not reach then is dialled until we
// are online.
//
// Invariants:
//   - at most Limits::anchors_max, each node once, and as many of the last run to be dialled;
//   - one that is held is replaced by nothing.
class AnchorPeers {
public:
    explicit AnchorPeers(const Limits& limits) : limits_(limits) {}

    // From the last run, once.
    void read(const std::vector<Anchor>& anchors, const Netgroups& netgroups);
    // Those that are still to be dialled, first one first.
    [[nodiscard]] const std::deque<Anchor>& waiting() const { return waiting_; }
    void dialled() { waiting_.pop_front(); }  // or needs no dial

    // Not reached, but it may be us who are cut off: it waits for again(), neither reached nor
    // lost. False if it is not one of the last run whose dial was under way.
    bool put_back(const Anchor& anchor);
    [[nodiscard]] const std::vector<Anchor>& cut_off() const { return cut_off_; }
    void again();  // they are to be dialled

    // True of one of the last run whose dial was under way: it is `reached`, or lost.
    bool settled(const CompressedKey& key, bool reached);

    // A block-only peer is there. True if what is to be kept changed.
    bool held(const Anchor& anchor, const Netgroup& netgroup);
    // Its connection is gone.
    void lost(const CompressedKey& key);
    // Not to be dialled again, and neither reached nor lost if it was not yet: a person refused it.
    // True if what is to be kept changed.
    bool remove(const CompressedKey& key);

    [[nodiscard]] std::vector<Anchor> all() const;
    [[nodiscard]] bool contains(const CompressedKey& key) const;
    // Of the last run those that were dialled with an outcome, and those of them that were reached.
    [[nodiscard]] std::size_t tried() const { return tried_; }
    [[nodiscard]] std::size_t kept() const { return kept_; }

private:
    struct Entry {
        Anchor anchor;
        Netgroup netgroup;
        bool held = false;
        bool missed = false;  // dialled in vain at the start
    };

    [[nodiscard]] Entry* find(const CompressedKey& key);
    [[nodiscard]] Entry* replaceable(const Netgroup& netgroup);

    const Limits& limits_;
    std::vector<Entry> entries_;  // the oldest first
    std::deque<Anchor> waiting_;
    std::vector<Anchor> cut_off_;        // put back
    std::set<CompressedKey> unsettled_;  // of the last run
    std::size_t tried_ = 0, kept_ = 0;
};

}  // namespace starling::p2p
