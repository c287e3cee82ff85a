#include "p2p/gossip_state.h"

#include "p2p/netgroup.h"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace starling::p2p {
namespace {

template <class M, class... Ms>
constexpr bool kOneOf = (std::is_same_v<M, Ms> || ...);
// Messages that change which blocks are asked of whom. An inv that names a block says so itself.
template <class M>
constexpr bool kMovesBlocks = kOneOf<M, Headers, BlockMessage, NotFound>;

}  // namespace

Gossip::State::State(const Parameters& parameters,
                     const Limits& given,
                     Random& random,
                     const Netgroups& groups)
    : limits(given),
      pace(given.pace.value_or(pace_of(parameters))),
      network(network_tag(parameters)),
      netgroups(groups),
      one_machine(parameters.overlay.loopback),
      spacing(block_spacing(parameters, given).value_or(Duration{0})),
      block_clocks_apart(std::chrono::seconds{parameters.future_seconds_max}),
      admission(parameters, limits, random, netgroups),
      discouraged(limits, random),
      handshake(limits, random),
      liveness(limits, random),
      headers(parameters, limits),
      download(limits),
      block_relay(limits),
      pool(limits, random),
      tx_download(limits, pace, pool, random),
      tx_relay(limits, pace, pool, random),
      uploads(limits, tx_relay),
      dialler(limits, pace, random),
      outbound(
          parameters, limits, pace, random, netgroups, {headers, download, discouraged, admission}),
      records(parameters, limits, random),
      unknown(limits) {}

void Gossip::State::handle_timers(Turn& turn) {
    // Most timers are of pings, feelers and the like.
    turn.moves_blocks = download.due(turn.now);
    handshake.handle_timer(turn);
    liveness.handle_timer(turn);
    headers.handle_timer(turn);
    download.handle_timer(turn);
    uploads.handle_timer(turn);
    tx_download.handle_timer(turn);
    tx_relay.handle_timer(turn);
    dialler.handle_timer(turn);
    records.handle_timer(turn);
    if (dialler.active()) outbound.handle_timer(dialler.nodes(), turn);
}

std::optional<Time> Gossip::State::next_wakeup() const {
    constexpr Time kNever = Time::max();
    Time first = kNever;
    for (const auto& wakeup :
         {handshake.next_wakeup(), liveness.next_wakeup(), headers.next_wakeup(),
          download.next_wakeup(), uploads.next_wakeup(), tx_download.next_wakeup(),
          tx_relay.next_wakeup(), dialler.next_wakeup(), records.next_wakeup()})
        first = std::min(first, wakeup.value_or(kNever));
    if (dialler.active()) {
        const auto wakeup = outbound.next_wakeup(peers, chain.catching_up_until());
        first = std::min(first, wakeup.value_or(kNever));
    }
    return first == kNever ? std::nullopt : std::optional(first);
}

bool Gossip::State::is_candidate(const Record& record) const {
    return record.of_network(network) && !admission.is_ourselves(record.id()) &&
           admission.accepts(record.key());
}

PeerView Gossip::State::view_of(const Peer& peer) const {
    PeerView view{.id = peer.id,
                  .address = peer.address,
                  .direction = peer.direction,
                  .manual = peer.manual,
                  .kind = peer.kind,
                  .ready = peer.ready,
                  .user_agent = {},
                  .connected = peer.connected,
                  .ping = peer.ping,
                  .ping_min = peer.ping_min,
                  .ping_wait = {},
                  .clock_offset = peer.clock_offset,
                  .best_known = peer.best_known,
                  .last_common = peer.last_common,
                  .in_flight = download.in_flight(peer.id),
                  .bytes_sent = peer.bytes_sent,
                  .bytes_received = peer.bytes_received,
                  .last_sent = peer.last_sent,
                  .last_received = peer.last_received,
                  .last_block = peer.gave_block,
                  .last_transaction = peer.gave_transaction,
                  .fee_filter = {Amount{peer.fee_filter}, 1'000},
                  .netgroup = to_string(netgroups.of(peer.address)),
                  .mapped_as = netgroups.mapped_as(peer.address),
                  .found = {},
                  .key = peer.key,
                  .node = peer.node,
                  .record = peer.record};
    if (peer.inbound()) {
        view.found = to_string(Origin::inbound);
    } else {
        view.found = to_string(peer.origin.value_or(Origin::manual));
    }
    if (peer.version) {
        view.user_agent = peer.version->user_agent;
        view.version = peer.version->version;
        view.services = peer.version->services;
        view.start_height = peer.version->start_height;
        view.relays_transactions = peer.version->relay && !peer.block_only();
    }
    return view;
}

void Gossip::State::became_ready(Peer& peer, Turn& turn) {
    outbound.ready(peer, turn);
    if (peer.ours() && peer.kind == ConnectionKind::feeler) return;
    turn.out.send(peer, SendHeaders{});
    liveness.ready(peer, turn);
    headers.ready(peer);
    dialler.ready(peer);
    // What we relay, and whom we know, would show that we are there.
    if (peer.block_only()) return;
    turn.out.send(peer, FeeFilter{limits.fee_filter});
    tx_download.ready(peer, turn.now);
    tx_relay.ready(peer, turn.now);
    records.ready(peer, turn);
}

// The connection is gone, or will be: nothing of it stays but what others gave us meanwhile.
void Gossip::State::forget(PeerId id, Turn& turn) {
    const Peer* peer = peers.find(id);
    if (peer == nullptr) return;
    dialler.lost(*peer, turn.now);
    outbound.lost(*peer, turn);
    headers.disconnected(id);
    download.disconnected(id);
    tx_download.disconnected(id);
    tx_relay.disconnected(id);
    uploads.disconnected(id);
    addresses.disconnected(id);
    records.disconnected(id);
    unknown.disconnected(id);
    peers.remove(id);
}

void Gossip::State::finish(Turn& turn) {
    for (Drop& drop : turn.out.take_drops()) {
        turn.moves_blocks = true;
        const Peer* peer = peers.find(drop.peer);
        if (peer == nullptr) continue;  // for two reasons at once
        if (peer->blame >= kBlameMax) discourage(*peer);
        forget(drop.peer, turn);
        turn.out.carry_out(std::move(drop));
    }
    chain.watch(peers, turn.now);
    headers.schedule(turn);
    if (turn.moves_blocks) download.schedule(turn);
    // What may be asked for at once need not wait for the timer.
    tx_download.handle_timer(turn);
}

bool Gossip::State::asked_for(const Peer& peer) const {
    return peer.manual || (peer.node && dialler.nodes().contains(*peer.node));
}

void Gossip::State::discourage(const Peer& peer) {
    if (asked_for(peer)) return;
    discouraged.add(peer);
    for (auto& [id, other] : peers.all())
        other.discouraged = is_discouraged(other);
}

bool Gossip::State::is_discouraged(const Peer& peer) const {
    return !asked_for(peer) && discouraged.contains(peer.address, peer.node);
}

// ---- Inputs ----

void Gossip::State::on(const PeerConnected& input, Turn& turn) {
    turn.moves_blocks = false;
    if (!dialler.active()) return turn.out.carry_out(Drop{input.peer, "network is not active"});
    Peer newcomer{.id = input.peer,
                  .direction = input.direction,
                  .address = input.address,
                  .manual = input.manual,
                  .connected = turn.now,
                  .key = input.key};
    if (input.key) newcomer.node = input.node ? input.node : node_id_of(*input.key);
    newcomer.discouraged = is_discouraged(newcomer);
    const auto [refusal, replaced, evicted] = admission.judge(newcomer, peers, dialler.nodes());
    outbound.connected(newcomer);
    if (refusal) return refuse(newcomer, *refusal, turn);
    if (replaced) turn.out.refuse(*replaced, Refusal::connected_twice);
    if (evicted) {
        turn.out.refuse(*evicted, Refusal::evicted);
        turn.out.report(
            {.kind = Event::Kind::inbound_evicted, .peer = *evicted, .other = newcomer.id});
    }
    Peer& peer = peers.add(std::move(newcomer));
    dialler.connected(peer);
    handshake.connected(peer, turn);
}

// It never was among the peers.
void Gossip::State::refuse(Peer& newcomer, Refusal refusal, Turn& turn) {
    refusals.count(refusal);
    turn.out.carry_out(Drop{newcomer.id, std::string(describe(refusal))});
    newcomer.is_ourselves = refusal == Refusal::ourselves;
    if (!newcomer.inbound()) dialler.lost(newcomer, turn.now);
    outbound.lost(newcomer, turn);
}

void Gossip::State::on(const PeerLost& input, Turn& turn) {
    if (input.foreign && peers.find(input.peer) != nullptr)
        refusals.count(Refusal::foreign_network);
    forget(input.peer, turn);
}

void Gossip::State::on(const DialFailed& input, Turn& turn) {
    turn.moves_blocks = false;
    dialler.failed(input.address, turn.now);
    outbound.failed(input.address, turn);
}

void Gossip::State::on(const MessageReceived& input, Turn& turn) {
    Peer* peer = peers.find(input.peer);
    if (peer == nullptr) return;  // dropped while the message was being decoded
    peer->bytes_received += input.bytes;
    peer->last_received = turn.now;
    if (const auto* message = std::get_if<Unknown>(&input.message))
        unknown.received(*peer, *message, input.bytes, turn);
    if (!peer->ready) {
        turn.moves_blocks = false;
        if (handshake.received(*peer, input.message, turn)) became_ready(*peer, turn);
        return;
    }
    std::visit(
        [&]<class M>(const M& message) {
            turn.moves_blocks = kMovesBlocks<M>;
            on(*peer, message, turn);
        },
        input.message);
}

void Gossip::State::on(const SendBudget& input, Turn& turn) {
    Peer* peer = peers.find(input.peer);
    if (peer == nullptr) return;
    turn.moves_blocks = false;
    peer->queued_bytes = input.queued_bytes;
    uploads.written(*peer, turn);
}

void Gossip::State::on(const PeerAdded& input, Turn& turn) {
    const auto node = input.key ? node_id_of(*input.key) : std::nullopt;
    if (node && !admission.allows(*node)) return;
    dialler.added(input, turn);
}

void Gossip::State::on(const PeerRemoved& input, Turn&) {
    dialler.removed(input.address);
}

void Gossip::State::on(const DisconnectAsked& input, Turn& turn) {
    turn.out.drop(input.peer, "asked for");
}

void Gossip::State::on(const NetworkActive& input, Turn& turn) {
    if (!input.active) {
        for (const auto& [id, peer] : peers.all())
            turn.out.drop(id, "network is not active");
        // Now, so that what they leave is not dialled again before the network is active.
        finish(turn);
    }
    if (input.active && !dialler.active()) active_since = turn.now;
    dialler.set_active(input.active, turn);
}

void Gossip::State::on(const CandidatesFound& input, Turn& turn) {
    turn.moves_blocks = false;
    for (const Sighting& sighting : input.sightings)
        if (is_candidate(*sighting.record)) outbound.propose(sighting, turn.now);
}

void Gossip::State::on(const OwnRecordChanged& input, Turn& turn) {
    admission.know_ourselves(input.record->id());
    outbound.forget(input.record->id());
    records.own_changed(input.record, turn);
}

void Gossip::State::on(const NodeRefused& input, Turn& turn) {
    admission.refuse(input.node, input.refused);
    if (admission.allows(input.node)) return outbound.allowed(input.node, turn.now);
    outbound.refused(input.node, turn);
    dialler.forget(input.node);
    for (const auto& [id, peer] : peers.all()) {
        if (peer.node == input.node) turn.out.refuse(id, Refusal::refused_node);
    }
}

void Gossip::State::on(const AnchorsRead& input, Turn&) {
    std::vector<Anchor> anchors = input.anchors;
    std::erase_if(anchors, [&](const Anchor& anchor) {
        const auto node = node_id_of(anchor.key);
        return !node || !admission.allows(*node) || !admission.accepts(anchor.key);
    });
    outbound.read(anchors);
}

void Gossip::State::on(const TransactionPosted& input, Turn& turn) {
    turn.moves_blocks = false;
    tx_relay.posted(input.wtxid, turn.now);
}

void Gossip::State::on(const chain::Decided& input, Turn& turn) {
    if (!headers.decided(input, turn)) download.decided(input, turn);
}

void Gossip::State::on(const chain::HeadersAdded&, Turn&) {}  // the tree shows them

void Gossip::State::on(const chain::TipChanged& input, Turn& turn) {
    chain.moved(input.tip, turn.now);
    chain.watch(peers, turn.now);
    if (!input.disconnected.empty()) pool.disconnected();
    for (const auto& block : input.connected)
        pool.connected(*block);
    tx_download.tip_changed(input, turn);
    outbound.tip_changed(turn);
    block_relay.announce_tip(turn);
}

void Gossip::State::on(const chain::BodyKept&, Turn&) {}  // the tree shows it

void Gossip::State::on(const chain::BlockInvalid& input, Turn& turn) {
    const bool by_hand = input.reject.reason == "invalidated";  // says nothing of the peers
    for (auto& [id, peer] : peers.all()) {
        if (peer.best_known == nullptr) continue;
        if (ancestor(peer.best_known, input.node->height) != input.node) continue;
        peer.best_known = input.node->parent;
        // Honest nodes show headers of blocks that they have verified.
        if (!by_hand) turn.out.blame(peer, Offence::invalid_block, input.reject.reason);
    }
}

void Gossip::State::on(const mempool::TransactionDecided& input, Turn& turn) {
    turn.moves_blocks = false;
    tx_download.decided(input, turn);
}

void Gossip::State::on(const mempool::PoolChanged& input, Turn& turn) {
    turn.moves_blocks = false;
    pool.changed(input);
    tx_download.pool_changed(input, turn);
    if (!input.added.empty()) tx_relay.pool_grew(turn.now);
}

}  // namespace starling::p2p
