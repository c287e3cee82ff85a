#pragma once

#include "consensus/parameters.h"
#include "p2p/address_manager.h"
#include "p2p/admission.h"
#include "p2p/anchor_peers.h"
#include "p2p/behind_peers.h"
#include "p2p/discouraged.h"
#include "p2p/extra_peers.h"
#include "p2p/outbox.h"
#include "p2p/tip_watch.h"

#include <cstddef>
#include <map>
#include <optional>
#include <set>

namespace starling::p2p {

struct Figures;

// Fills the slots for connections of our own accord: draws candidates one after the other and dials
// them, again when one is lost. Those that a person asked for are the Dialler's, and do not count.
//
// What is wanted first: anchors, full-relay peers, block-only peers, an extra full-relay peer while
// the tip is stale, an extra block-only peer now and then, a feeler now and then (Bitcoin Core's
// order). So extra peers come only when all slots are full; feelers also while nobody is found for
// those that are not.
//
// Where nodes are few, full relay comes before blocks alone: when nobody is found for a full-relay
// slot, three minutes after the start or the last loss of such a peer, the youngest block-only peer
// is dropped and dialled again for it; another one as long after that. Else anchors would keep
// nodes from it at each start, and a node that lost its full-relay peers might be left without
// transactions.
//
// Invariants:
//   - of each kind connections and dials under way are never more than its slots, of extra peers
//     and feelers one each;
//   - no node is dialled that is connected in either direction, that the Dialler keeps, or that is
//     discouraged; where only its address is, none but an anchor;
//   - none whom a person refused: it stays known, and is dialled once it is refused no more;
//   - on networks that are not on one machine no two are of one netgroup, feelers apart;
//   - as far as whole slots go, Limits::group_first_percent of them are drawn by netgroup first.
class OutboundPeers {
public:
    // What it looks at, or has do something, of other concerns.
    struct Beside {
        HeadersSync& headers;
        const BlockDownload& download;
        const Discouraged& discouraged;
        const Admission& admission;
    };

    OutboundPeers(const Parameters& parameters,
                  const Limits& limits,
                  const Pace& pace,
                  Random& random,
                  const Netgroups& netgroups,
                  const Beside& beside);

    void open(Time now);
    void read(const std::vector<Anchor>& anchors);
    void propose(const Sighting& sighting, Time now);
    void connected(Peer& peer);
    // A feeler is dropped.
    void ready(Peer& peer, Turn& turn);
    void introduced(const Peer& peer, Time now);  // by its own record
    // Still among `turn.peers`.
    void lost(const Peer& peer, Turn& turn);
    void failed(const Endpoint& address, Turn& turn);
    // A person does not want it.
    void refused(const NodeId& node, Turn& turn);
    // It may be dialled again, from now on.
    void allowed(const NodeId& node, Time now);
    // It is ourselves.
    void forget(const NodeId& node) { addresses_.remove(node); }
    void showed_headers(Peer& peer, Turn& turn) { behind_.look(peer, turn); }
    void tip_changed(Turn& turn);
    // `given`: nodes that are not ours to dial.
    void handle_timer(const std::set<NodeId>& given, Turn& turn);
    // While the network is active. `catching_up_until`: ChainMirror's.
    [[nodiscard]] std::optional<Time> next_wakeup(const Peers& peers, Time catching_up_until) const;

    [[nodiscard]] AddressManager& addresses() { return addresses_; }
    [[nodiscard]] const AddressManager& addresses() const { return addresses_; }
    [[nodiscard]] const AnchorPeers& anchors() const { return anchors_; }
    [[nodiscard]] CandidateFigures figures(const Peers& peers, Time now) const;
    void count(Figures& figures, const Peers& peers, Time now) const;

    // How the next slot is drawn when `taken` are, `group_first` of them by netgroup first.
    static Selection selection_after(std::size_t taken, std::size_t group_first, unsigned percent) {
        return (group_first + 1) * 100 <= percent * (taken + 1) ? Selection::group_first
                                                                : Selection::by_address;
    }

private:
    struct Attempt {
        AddressManager::Drawn whom;
        Time deadline;
        ConnectionKind kind = ConnectionKind::full_relay;
        bool group_first = false;
    };

    void give_up_overdue(Turn& turn);
    void dial_next(const std::set<NodeId>& given, Turn& turn);
    bool dial_anchor(const std::set<NodeId>& given, Turn& turn);
    void dial_anchors_again(Time now);
    // Nobody was found for a full-relay slot: after a while the youngest block-only peer gets it.
    void promote_block_only(Turn& turn);
    bool dial_promoted(const std::set<NodeId>& given, Turn& turn);
    [[nodiscard]] Duration promotion_wait() const;
    void dial(const AddressManager::Drawn& whom, ConnectionKind kind, bool group_first, Turn& turn);
    // Slots that are free, and extra peers that are due; not feelers' and extras' own times.
    [[nodiscard]] std::optional<ConnectionKind> slot(const Peers& peers) const;
    [[nodiscard]] std::optional<ConnectionKind> wanted(const Turn& turn) const;
    [[nodiscard]] bool anchor_wanted(const Peers& peers) const;
    // Connections and dials under way.
    [[nodiscard]] std::size_t of_kind(ConnectionKind kind, const Peers& peers) const;
    [[nodiscard]] std::size_t slots_of(ConnectionKind kind) const;
    [[nodiscard]] bool has_free(ConnectionKind kind, const Peers& peers) const {
        return of_kind(kind, peers) < slots_of(kind);
    }
    // When they are due, if they are wanted.
    [[nodiscard]] std::optional<Time> next_extra(const Peers& peers, Time catching_up_until) const;
    [[nodiscard]] std::optional<Time> next_feeler(const Peers& peers) const;
    [[nodiscard]] std::optional<AddressManager::Drawn> draw(ConnectionKind kind,
                                                            Selection selection,
                                                            const std::set<NodeId>& given,
                                                            const Turn& turn);
    [[nodiscard]] Selection selection(const Peers& peers) const;
    [[nodiscard]] AddressManager::Excluded excluded(const std::set<NodeId>& given,
                                                    const Peers& peers) const;
    // Is somebody else there, or of the same netgroup?
    [[nodiscard]] bool taken_at(const Endpoint& address,
                                const AddressManager::Excluded& taken) const;
    // Is it likely that a failure is not our own? With peers of ours in two netgroups.
    [[nodiscard]] bool online(const Peers& peers) const;
    // The dial of an anchor, begun then, failed or was not wanted before any peer of ours was
    // there: a machine may be up before its network. True if it is to be dialled again.
    bool put_back_anchor(const Anchor& anchor, Time begun, Time now);
    void settle_anchor(const CompressedKey& key, bool reached, const Endpoint& at, Turn& turn);
    void drop_anchor(const CompressedKey& key, Turn& turn);
    // Whoever holds a block-only slot is an anchor, if there is room.
    void hold_anchors(const Turn& turn, std::optional<PeerId> but);
    void draw_by(Time time) { next_draw_ = std::min(next_draw_, std::max(time, last_draw_)); }

    const Limits& limits_;
    Pace pace_;
    Random& random_;
    Netgroups netgroups_;
    const Discouraged& discouraged_;
    const Admission& admission_;
    const bool one_machine_;
    AddressManager addresses_;
    AnchorPeers anchors_;
    TipWatch tip_;
    BehindPeers behind_;
    ExtraPeers extra_;
    const BlockDownload& download_;
    std::map<Endpoint, Attempt> dialling_;
    Time last_draw_;  // and the interval after it
    Time next_draw_;
    Time next_extra_, next_feeler_;
    std::optional<Time> online_since_;  // when the first peer of ours came to verack
    Time anchors_again_;                // those that were put back are dialled
    Duration anchors_wait_;
    std::optional<AddressManager::Drawn> promoted_;  // dropped, and dialled next
    Time next_promotion_;
};

}  // namespace starling::p2p
