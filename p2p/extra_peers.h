#pragma once

#include "p2p/earliest.h"
#include "p2p/limits.h"
#include "p2p/outbox.h"

#include <optional>

namespace starling::p2p {

class BehindPeers;
class BlockDownload;

// Judges extra peers, when one of them has been ready for 45 seconds: keeps those that brought more
// than one that was there, which then leaves instead. Nobody leaves so within 30 seconds, or while
// it owes us blocks.
//
// Of a full-relay extra, sought while the tip was stale: the peer leaves that showed us more work
// than we had the longest time ago, the youngest of equals, none that BehindPeers protects (Bitcoin
// Core).
//
// A block-only extra takes the place of the slowest, the one that was the first to give us a block
// the longest time ago, if it was so later; to announce one does not count. Only the younger half
// of the block-only peers can lose their places so (of Bitcoin Core's two, the younger one): who is
// nearer than others, or comes to us more often, never has them all.
class ExtraPeers {
public:
    ExtraPeers(const Limits& limits, const BehindPeers& behind, const BlockDownload& download)
        : limits_(limits), behind_(behind), download_(download) {}

    void ready(const Peer& peer, Time now) {
        if (is_extra(peer)) wakeup_.by(now + limits_.extra_peer_interval);
    }
    [[nodiscard]] bool due(Time now) const { return wakeup_.due(now); }
    // That no connection has, and none is being dialled for.
    struct FreeSlots {
        bool full_relay = false, block_only = false;
    };
    // When it is due. True if a full-relay extra was judged.
    bool handle_timer(const FreeSlots& free, Turn& turn);
    [[nodiscard]] std::optional<Time> next_wakeup() const { return wakeup_.next(); }

private:
    static bool is_extra(const Peer& peer) {
        return peer.ours() && (peer.kind == ConnectionKind::extra_full_relay ||
                               peer.kind == ConnectionKind::extra_block_only);
    }
    // False: later.
    bool judge_full(Peer& extra, const FreeSlots& free, Turn& turn);
    bool judge_block_only(Peer& extra, const FreeSlots& free, Turn& turn);
    // Of those that can lose their places.
    static const Peer* slowest_block_only(const Peers& peers);
    [[nodiscard]] bool may_leave(const Peer& peer, Time now) const;
    void keep(Peer& extra, ConnectionKind as, const Peer* instead_of, Turn& turn);
    static void drop(const Peer& extra, Turn& turn);

    const Limits& limits_;
    const BehindPeers& behind_;
    const BlockDownload& download_;
    Wakeup wakeup_;
};

}  // namespace starling::p2p
