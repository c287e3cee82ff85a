#pragma once

#include "p2p/limits.h"
#include "p2p/orphanage.h"
#include "p2p/outbox.h"
#include "p2p/pool_mirror.h"
#include "p2p/rolling_set.h"
#include "p2p/token_bucket.h"
#include "p2p/tx_requests.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace starling::p2p {

struct Figures;

// Brings the transactions that peers announce to Ledger: asks for them, has them checked at the
// expense of the peer that sent them, and keeps those whose parents are missing until these come.
//
// Invariants:
//   - what is being checked, is in the pool, was mined or was refused on this tip is not asked for;
//   - a message causes at most one check; orphans are checked again a few at a time;
//   - a peer whose allowance for checks is used up has nothing checked.
class TxDownload {
public:
    TxDownload(const Limits& limits, const Pace& pace, const PoolMirror& pool, Random& random);

    void ready(const Peer& peer, Time now);
    void disconnected(PeerId peer);
    // A transaction of an inv.
    void announced(const Peer& peer, const InventoryItem& item, Turn& turn);
    void received(Peer& peer, const Tx& message, Turn& turn);
    void not_found(const Peer& peer, const InventoryItem& item);
    // True if the ticket was of one of our submissions.
    bool decided(const mempool::TransactionDecided& decided, Turn& turn);
    // After PoolMirror was told.
    void pool_changed(const mempool::PoolChanged& changed, Turn& turn);
    void tip_changed(const chain::TipChanged& changed, Turn& turn);
    void handle_timer(Turn& turn);
    [[nodiscard]] std::optional<Time> next_wakeup() const;
    void count(Figures& figures, Time now) const;

    [[nodiscard]] const Orphanage& orphanage() const { return orphanage_; }

private:
    struct Submission {
        PeerId peer;
        bool orphan = false;
        PeerId sender;    // of an orphan perhaps another than `peer`, whom it is charged to
        PeerId resolver;  // of an orphan: who sent its last missing parent
    };
    struct Resolvable {
        Wtxid wtxid;
        PeerId resolver;  // none: the last parent came in a block, or was our own
    };

    [[nodiscard]] bool known(const TxName& name) const;
    void submit(const Submission& submission, const Shared<Transaction>& transaction, Turn& turn);
    void lack_parents(Peer* peer, const mempool::TransactionDecided& decided, Turn& turn);
    void refuse(Peer* peer, const Transaction& transaction, const Reject& reject, Turn& turn);
    void accepted(const Submission& submission, const Transaction& transaction, Turn& turn);
    void arrived(const Transaction& transaction, PeerId sender);
    void resolve(Turn& turn);
    void ask(Turn& turn);

    const Limits& limits_;
    const PoolMirror& pool_;
    TxRequests requests_;
    Orphanage orphanage_;
    RollingSet refused_;  // on this tip
    PeerMap<TokenBucket> allowances_;
    std::map<std::uint64_t, Submission> submissions_;  // by ticket
    std::map<Wtxid, PeerId> checking_;                 // who sent it
    std::deque<Resolvable> resolvable_;                // orphans whose parents all came
    std::size_t resolving_ = 0;
};

}  // namespace starling::p2p
