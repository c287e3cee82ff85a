#pragma once

#include "consensus/transaction.h"
#include "p2p/limits.h"
#include "p2p/peer_id.h"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace starling::p2p {

struct Figures;

// Keeps transactions whose parents are not known yet.
//
// An orphan is charged to each peer that announced it and lives while one of them keeps it. A peer
// that exceeds its share loses its own oldest orphans, never another's, so that nobody can push out
// what an honest peer brought.
//
// Invariants:
//   - every orphan has at least one announcer;
//   - each missing parent of each orphan is in the index; it leaves it once, when it arrives;
//   - a peer is charged for at most Limits::orphan_weight_per_peer and orphans_per_peer;
//   - an arriving transaction costs a look at its own children, never at all orphans, and an orphan
//     is complete once for each time it was added, not once for each parent.
class Orphanage {
public:
    explicit Orphanage(const Limits& limits) : limits_(limits) {}

    // More missing parents than a cluster of the pool has room for: it could never enter.
    static constexpr std::size_t kMissingMax = 63;

    // False if it is too heavy or lacks too much to be kept. An orphan that is here gets the
    // announcer and the parents that are missing now.
    bool add(const Shared<Transaction>& transaction,
             PeerId announcer,
             const std::vector<Txid>& missing);
    // One more peer announced it. Empty if it is not here or the peer announced it before,
    // otherwise the parents that are missing: that peer may have them too.
    std::vector<Txid> announced(const Wtxid& wtxid, PeerId announcer);
    void erase(const Wtxid& wtxid);
    void disconnected(PeerId peer);

    // The orphans that lack nothing more now that this transaction came.
    std::vector<Wtxid> complete(const Txid& arrived);

    [[nodiscard]] bool awaited(const Txid& parent) const { return by_parent_.contains(parent); }
    [[nodiscard]] Shared<Transaction> find(const Wtxid& wtxid) const;
    // Who sent it; of an orphan that is here. Others may have announced it since.
    [[nodiscard]] PeerId sender(const Wtxid& wtxid) const { return orphans_.at(wtxid).sender; }
    // Whom to charge for checking it: of its announcers the one with the lowest id.
    [[nodiscard]] std::optional<PeerId> announcer(const Wtxid& wtxid) const;
    [[nodiscard]] bool contains(const Wtxid& wtxid) const { return orphans_.contains(wtxid); }
    [[nodiscard]] std::size_t size() const { return orphans_.size(); }
    [[nodiscard]] std::size_t weight_of(PeerId peer) const;
    void count(Figures& figures) const;

private:
    struct Orphan {
        Shared<Transaction> transaction;
        PeerId sender;
        std::set<PeerId> announcers;
        std::vector<Txid> missing;
    };
    struct Share {
        std::vector<Wtxid> oldest_first;  // at most Limits::orphans_per_peer and one
        std::size_t weight = 0;
    };

    void charge(PeerId peer, const Transaction& transaction);
    void give_up(PeerId peer, const Wtxid& wtxid);
    void index(const Wtxid& wtxid, const std::vector<Txid>& missing);
    void unindex(const Wtxid& wtxid, const std::vector<Txid>& missing);

    const Limits& limits_;
    std::map<Wtxid, Orphan> orphans_;
    std::map<Txid, std::set<Wtxid>> by_parent_;
    std::map<PeerId, Share> shares_;
};

}  // namespace starling::p2p
