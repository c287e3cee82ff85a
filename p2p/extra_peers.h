#pragma once

#include "p2p/earliest.h"
#include "p2p/limits.h"
#include "p2p/outbox.h"

#include <optional>

namespace starling::p2p {

class BehindPeers;
class BlockDownload;

// Judges extra peers, 45 seconds after they are ready: keeps those that brought more than one that
// was there, which then leaves instead. Nobody leaves within 30 seconds, or while it owes us
// blocks.
//
// Of a full-relay extra, sought while the tip was stale: the peer leaves that showed us more work
// than we had the longest time ago, the youngest of equals, none that BehindPeers protects (Bitcoin
// Core). A block-only extra stays if it brought a block first, or showed more work than we had:
// then the one of the others leaves that brought a block the longest time ago.
class ExtraPeers {
public:
    ExtraPeers(const Limits& limits, const BehindPeers& behind, const BlockDownload& download)
        : limits_(limits), behind_(behind), download_(download) {}

    void ready(const Peer& peer, Time now) {
        if (is_extra(peer)) wakeup_.by(now + limits_.extra_peer_interval);
    }
    [[nodiscard]] bool due(Time now) const { return wakeup_.due(now); }
    // When it is due. True if a full-relay extra was judged.
    bool handle_timer(Turn& turn);
    [[nodiscard]] std::optional<Time> next_wakeup() const { return wakeup_.next(); }

private:
    static bool is_extra(const Peer& peer) {
        return peer.ours() && (peer.kind == ConnectionKind::extra_full_relay ||
                               peer.kind == ConnectionKind::extra_block_only);
    }
    // False: later.
    bool judge_full(Peer& extra, Turn& turn);
    bool judge_block_only(Peer& extra, Turn& turn);
    [[nodiscard]] bool may_leave(const Peer& peer, Time now) const;
    void keep(Peer& extra, ConnectionKind as, const Peer* instead_of, Turn& turn);

    const Limits& limits_;
    const BehindPeers& behind_;
    const BlockDownload& download_;
    Wakeup wakeup_;
};

}  // namespace starling::p2p
