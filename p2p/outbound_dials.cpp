// Which slot is filled next, by whom, and when to look again.

#include "p2p/block_download.h"
#include "p2p/chain_mirror.h"
#include "p2p/earliest.h"
#include "p2p/exponential.h"
#include "p2p/outbound_peers.h"

#include <algorithm>
#include <utility>

namespace starling::p2p {

void OutboundPeers::handle_timer(const std::set<NodeId>& given, Turn& turn) {
    give_up_overdue(turn);
    behind_.handle_timer(turn);
    if (tip_.handle_timer(turn.now, download_.downloading()))
        turn.out.report({.kind = Event::Kind::tip_stale, .peer = {}});
    if (extra_.due(turn.now)) {
        const ExtraPeers::FreeSlots free{has_free(ConnectionKind::full_relay, turn.peers),
                                         has_free(ConnectionKind::block_only, turn.peers)};
        if (extra_.handle_timer(free, turn)) tip_.helped();
        hold_anchors(turn, {});
    }
    dial_next(given, turn);
}

std::optional<Time> OutboundPeers::next_wakeup(const Peers& peers, Time catching_up_until) const {
    std::optional<Time> wakeup = earliest(behind_.next_wakeup(), extra_.next_wakeup());
    wakeup = earliest(wakeup, tip_.next_wakeup());
    for (const auto& [address, attempt] : dialling_)
        wakeup = earliest(wakeup, attempt.deadline);
    if (promoted_ || anchor_wanted(peers)) return earliest(wakeup, last_draw_);
    if (!anchors_.cut_off().empty())
        wakeup = earliest(wakeup, std::max(anchors_again_, last_draw_));
    if (addresses_.size() == 0) return wakeup;
    std::optional<Time> draw = earliest(next_extra(peers, catching_up_until), next_feeler(peers));
    if (slot(peers)) draw = earliest(draw, next_draw_);
    return draw ? earliest(wakeup, std::max(*draw, last_draw_)) : wakeup;
}

void OutboundPeers::give_up_overdue(Turn& turn) {
    std::vector<Endpoint> overdue;
    for (const auto& [address, attempt] : dialling_) {
        if (attempt.deadline <= turn.now) overdue.push_back(address);
    }
    for (const Endpoint& address : overdue)
        failed(address, turn);
}

void OutboundPeers::dial_next(const std::set<NodeId>& given, Turn& turn) {
    if (turn.now < last_draw_) return;
    dial_anchors_again(turn.now);
    if (dial_promoted(given, turn) || dial_anchor(given, turn) || addresses_.size() == 0) return;
    const auto kind = wanted(turn);
    if (!kind) return;
    if (*kind == ConnectionKind::extra_block_only) {
        next_extra_ = turn.now + exponential(random_, limits_.extra_block_only_interval);
    } else if (*kind == ConnectionKind::feeler) {
        next_feeler_ = turn.now + exponential(random_, limits_.feeler_interval);
    }
    const Selection how = selection(turn.peers);
    const auto drawn = draw(*kind, how, given, turn);
    last_draw_ = turn.now + pace_.draw_interval;
    next_draw_ = drawn ? last_draw_ : turn.now + pace_.draw_interval_empty;
    if (!drawn && *kind == ConnectionKind::full_relay) promote_block_only(turn);
    if (!drawn) return;
    if (discouraged_.contains(drawn->address, drawn->node)) {
        // What its neighbours did is not held against it.
        const bool itself = discouraged_.contains(drawn->node);
        return addresses_.failed(drawn->node, drawn->address, turn.now, itself);
    }
    dial(*drawn, *kind, how == Selection::group_first, turn);
}

bool OutboundPeers::dial_anchor(const std::set<NodeId>& given, Turn& turn) {
    while (anchor_wanted(turn.peers)) {
        const Anchor anchor = anchors_.waiting().front();
        anchors_.dialled();
        const auto node = node_id_of(anchor.key);
        const AddressManager::Excluded taken = excluded(given, turn.peers);
        const bool elsewhere = node && taken.nodes.contains(*node);
        if (elsewhere || !node || discouraged_.contains(*node) || taken_at(anchor.address, taken)) {
            // A dial that is under way, and may never end well, settles nothing.
            if (!put_back_anchor(anchor, turn.now, turn.now))
                settle_anchor(anchor.key, elsewhere, anchor.address, turn);
            continue;
        }
        turn.out.report(
            {.kind = Event::Kind::anchor_dialled, .peer = {}, .detail = to_string(anchor.address)});
        last_draw_ = turn.now + pace_.draw_interval;
        dial({*node, anchor.key, anchor.address, Origin::overlay}, ConnectionKind::block_only,
             false, turn);
        return true;
    }
    return false;
}

void OutboundPeers::dial_anchors_again(Time now) {
    if (anchors_.cut_off().empty() || now < anchors_again_) return;
    anchors_.again();
    anchors_wait_ = std::max(anchors_wait_, std::min(2 * anchors_wait_, pace_.candidate_wait_min));
}

bool OutboundPeers::taken_at(const Endpoint& address, const AddressManager::Excluded& taken) const {
    return taken.addresses.contains(address) ||
           (!one_machine_ && taken.netgroups.contains(netgroups_.of(address)));
}

void OutboundPeers::promote_block_only(Turn& turn) {
    if (turn.now < next_promotion_) return;
    std::optional<PeerId> youngest;
    for (const auto& [id, peer] : turn.peers.all()) {
        if (!peer.ready || !peer.ours() || peer.kind != ConnectionKind::block_only) continue;
        const auto node = peer.node ? peer.node : peer.candidate;
        const auto record = node ? addresses_.record_of(*node) : nullptr;
        // One that is not filed might not be found again.
        if (!record || !download_.in_flight(id).empty()) continue;
        youngest = id;
        promoted_ = {*node, record->key(), peer.address, peer.origin.value_or(Origin::overlay)};
    }
    if (!youngest) return;
    next_promotion_ = turn.now + promotion_wait();
    turn.out.drop(*youngest, "dialled again, for transactions too");
}

bool OutboundPeers::dial_promoted(const std::set<NodeId>& given, Turn& turn) {
    const auto whom = std::exchange(promoted_, std::nullopt);
    if (!whom || !has_free(ConnectionKind::full_relay, turn.peers)) return false;
    const AddressManager::Excluded taken = excluded(given, turn.peers);
    if (taken.nodes.contains(whom->node) || taken_at(whom->address, taken)) return false;
    last_draw_ = turn.now + pace_.draw_interval;
    dial(*whom, ConnectionKind::full_relay, false, turn);
    return true;
}

// By then everybody that is known had a turn, and whoever was lost another.
Duration OutboundPeers::promotion_wait() const {
    return pace_.bootstrap_wait_beside_others + pace_.candidate_wait_min;
}

void OutboundPeers::dial(const AddressManager::Drawn& whom,
                         ConnectionKind kind,
                         bool group_first,
                         Turn& turn) {
    dialling_.insert_or_assign(whom.address,
                               Attempt{whom, turn.now + limits_.dial_timeout, kind, group_first});
    turn.out.dial({.address = whom.address, .manual = false, .key = whom.key});
}

std::optional<ConnectionKind> OutboundPeers::slot(const Peers& peers) const {
    using Kind = ConnectionKind;
    if (has_free(Kind::full_relay, peers)) return Kind::full_relay;
    // Anchors that were put back have the first right to these. Who seeks peers for blocks alone
    // has no others to learn from that it is online.
    const bool for_anchors = !anchors_.cut_off().empty() && limits_.outbound_full_max > 0;
    if (!for_anchors && has_free(Kind::block_only, peers)) return Kind::block_only;
    if (tip_.stale() && has_free(Kind::extra_full_relay, peers)) return Kind::extra_full_relay;
    return std::nullopt;
}

std::optional<ConnectionKind> OutboundPeers::wanted(const Turn& turn) const {
    // A draw for a slot that found nobody leaves time for visits.
    const auto kind = slot(turn.peers);
    if (kind && turn.now >= next_draw_) return kind;
    const auto due = [&](std::optional<Time> time) { return time && *time <= turn.now; };
    if (due(next_extra(turn.peers, turn.chain.catching_up_until())))
        return ConnectionKind::extra_block_only;
    if (due(next_feeler(turn.peers))) return ConnectionKind::feeler;
    return std::nullopt;
}

// It is drawn as those for slots are: where a slot finds nobody it does not either. While we catch
// up, whoever is there can show more work than we have; where that makes no headway, all our peers
// may be of one who keeps the blocks from us.
std::optional<Time> OutboundPeers::next_extra(const Peers& peers, Time catching_up_until) const {
    const bool wanted = limits_.outbound_block_only_max > 0 && !slot(peers) &&
                        has_free(ConnectionKind::extra_block_only, peers);
    return wanted ? std::optional(std::max(next_extra_, catching_up_until)) : std::nullopt;
}

std::optional<Time> OutboundPeers::next_feeler(const Peers& peers) const {
    const bool wanted = limits_.outbound_max() > 0 && has_free(ConnectionKind::feeler, peers);
    return wanted ? std::optional(next_feeler_) : std::nullopt;
}

bool OutboundPeers::anchor_wanted(const Peers& peers) const {
    return !anchors_.waiting().empty() && has_free(ConnectionKind::block_only, peers);
}

std::size_t OutboundPeers::slots_of(ConnectionKind kind) const {
    if (kind == ConnectionKind::full_relay) return limits_.outbound_full_max;
    if (kind == ConnectionKind::block_only) return limits_.outbound_block_only_max;
    return 1;
}

std::size_t OutboundPeers::of_kind(ConnectionKind kind, const Peers& peers) const {
    const auto dialled = std::ranges::count_if(
        dialling_, [&](const auto& entry) { return entry.second.kind == kind; });
    return peers.ours(kind) + static_cast<std::size_t>(dialled);
}

std::optional<AddressManager::Drawn> OutboundPeers::draw(ConnectionKind kind,
                                                         Selection how,
                                                         const std::set<NodeId>& given,
                                                         const Turn& turn) {
    AddressManager::Excluded out = excluded(given, turn.peers);
    for (const Anchor& anchor : anchors_.cut_off()) {
        if (const auto node = node_id_of(anchor.key)) out.nodes.insert(*node);
    }
    if (kind != ConnectionKind::feeler) return addresses_.draw(out, turn.now, how);
    out.netgroups.clear();  // it does not stay
    return addresses_.draw_feeler(out, turn.now, how);
}

Selection OutboundPeers::selection(const Peers& peers) const {
    std::size_t taken = 0, group_first = 0;
    const auto count = [&](ConnectionKind kind, bool by_group) {
        if (kind == ConnectionKind::feeler) return;
        ++taken;
        group_first += by_group ? 1u : 0u;
    };
    for (const auto& [id, peer] : peers.all()) {
        if (peer.ours()) count(peer.kind, peer.group_first);
    }
    for (const auto& [address, attempt] : dialling_)
        count(attempt.kind, attempt.group_first);
    return selection_after(taken, group_first, limits_.group_first_percent);
}

AddressManager::Excluded OutboundPeers::excluded(const std::set<NodeId>& given,
                                                 const Peers& peers) const {
    AddressManager::Excluded out;
    const std::size_t others = peers.all().size() + dialling_.size();
    out.nodes.reserve(given.size() + others);
    out.addresses.reserve(others);
    out.netgroups.reserve(others);
    out.nodes.insert(given.begin(), given.end());
    out.have_others = peers.ours() + dialling_.size() > 0;
    for (const auto& [id, peer] : peers.all()) {
        if (peer.node) out.nodes.insert(*peer.node);
        if (!peer.inbound()) out.addresses.insert(peer.address);
        if (peer.ours()) out.netgroups.insert(netgroups_.of(peer.address));
    }
    for (const auto& [address, attempt] : dialling_) {
        out.nodes.insert(attempt.whom.node);
        out.addresses.insert(address);
        out.netgroups.insert(netgroups_.of(address));
    }
    return out;
}

}  // namespace starling::p2p
