#include "p2p/headers_sync.h"

#include "consensus/pow.h"
#include "p2p/chain_mirror.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace starling::p2p {
namespace {

// Empty if they do not follow each other. `best`: what a peer announces is mostly our best header
// once more, whose hash is known.
std::vector<BlockHash> hashes_of(const std::vector<Header>& headers, const HeaderNode& best) {
    if (headers.size() == 1 && headers.front() == best.header) return {best.hash};
    std::vector<BlockHash> hashes;
    hashes.reserve(headers.size());
    for (const Header& header : headers) {
        if (!hashes.empty() && header.previous != hashes.back()) return {};
        hashes.push_back(hash_of(header));
    }
    return hashes;
}

// So that a peer that has the block answers with its header at least, and thereby shows that it
// has it: we may know headers whose blocks we lack.
std::vector<BlockHash> locator_below(const HeaderNode* node) {
    return ChainMirror::locator(node->parent == nullptr ? node : node->parent);
}

Work work_after(const HeaderNode* parent, const std::vector<Header>& headers) {
    Work work = parent->work;
    for (const Header& header : headers)
        work = work + work_of(header.bits);
    return work;
}

}  // namespace

void HeadersSync::announced(Peer& peer, Turn& turn) {
    // What was asked already will be answered with this block too: peers answer in order.
    const auto sync = peers_.find(peer.id);
    if (sync == peers_.end() || sync->second.answer_due) return;
    ask(peer, locator_below(turn.chain.best_header()), turn);
}

void HeadersSync::received(Peer& peer, const Headers& message, Turn& turn) {
    const auto found = peers_.find(peer.id);
    if (found == peers_.end()) return;
    Sync& sync = found->second;
    if (message.headers.empty()) {
        sync.answer_due.reset();
        return end_presync(peer.id, sync, Event::Kind::presync_aborted, turn);
    }
    const std::vector<BlockHash> hashes = hashes_of(message.headers, *turn.chain.best_header());
    if (hashes.empty())
        return turn.out.blame(peer, Offence::invalid_header, "headers do not follow each other");

    const bool full = message.headers.size() == Headers::kHeadersMax;
    const BlockHash& previous = message.headers.front().previous;
    if (sync.presync && sync.presync->continues(previous))
        return follow_low_work(peer, sync, message, hashes, turn);

    const HeaderNode* parent = turn.chain.find(previous);
    if (parent == nullptr) return unconnected(peer, sync, turn);
    sync.unconnecting = 0;
    sync.answer_due.reset();
    if (const HeaderNode* last = turn.chain.find(hashes.back())) {
        if (turn.chain.invalid(last)) return turn.out.blame(peer, Offence::invalid_chain);
        return learnt(peer, last, full, turn);
    }
    if (turn.chain.invalid(parent)) return turn.out.blame(peer, Offence::invalid_chain);
    if (work_after(parent, message.headers) >= turn.chain.least_work())
        return submit(peer, sync, message, hashes.back(), turn);
    // Too little work to keep. A short chain ends here; a long one may have more to come.
    if (!full) return turn.out.report({.kind = Event::Kind::low_work_refused, .peer = peer.id});
    end_presync(peer.id, sync, Event::Kind::presync_aborted, turn);
    sync.presync.emplace(parent, parameters_, limits_);
    turn.out.report({.kind = Event::Kind::presync_began, .peer = peer.id});
    follow_low_work(peer, sync, message, hashes, turn);
}

bool HeadersSync::decided(const chain::Decided& decided, Turn& turn) {
    const auto submission = submissions_.extract(decided.ticket.value);
    if (!submission) return false;
    const auto& [id, last_hash, full] = submission.mapped();
    Peer* peer = turn.peers.find(id);
    const auto sync = peers_.find(id);
    if (peer == nullptr || sync == peers_.end()) return true;
    --sync->second.undecided;
    if (decided.reject) {
        end_presync(id, sync->second, Event::Kind::presync_aborted, turn);
        refused(*peer, *decided.reject, turn);
    } else if (const HeaderNode* last = turn.chain.find(last_hash)) {
        learnt(*peer, last, full, turn);
    }
    return true;
}

void HeadersSync::schedule(Turn& turn) {
    if (!some_unasked_) return;
    start(Direction::outbound, turn);
    start(Direction::inbound, turn);
    some_unasked_ =
        std::ranges::any_of(peers_, [](const auto& entry) { return !entry.second.started; });
}

void HeadersSync::handle_timer(Turn& turn) {
    if (!wakeup_.due(turn.now)) return;
    wakeup_.clear();
    for (auto& [id, sync] : peers_) {
        if (!sync.answer_due) continue;
        if (*sync.answer_due > turn.now) {
            wakeup_.by(*sync.answer_due);
            continue;
        }
        sync.answer_due.reset();
        end_presync(id, sync, Event::Kind::presync_aborted, turn);
        turn.out.report({.kind = Event::Kind::headers_stalled, .peer = id});
    }
}

void HeadersSync::ask(Peer& peer, std::vector<BlockHash> locator, Turn& turn) {
    Sync& sync = peers_[peer.id];
    sync.started = true;
    sync.answer_due = turn.now + limits_.headers_timeout;
    wakeup_.by(*sync.answer_due);
    turn.out.send(peer, GetHeaders{std::move(locator), BlockHash{}});
}

void HeadersSync::end_presync(PeerId peer, Sync& sync, Event::Kind how, Turn& turn) {
    if (!sync.presync) return;
    sync.presync.reset();
    turn.out.report({.kind = how, .peer = peer});
}

// Headers whose parent we do not know: announcements that we missed the first of, or nonsense.
void HeadersSync::unconnected(Peer& peer, Sync& sync, Turn& turn) {
    if (++sync.unconnecting > limits_.unconnecting_headers_max) {
        sync.unconnecting = 0;
        turn.out.blame(peer, Offence::unconnecting_headers);
    }
    announced(peer, turn);
}

void HeadersSync::follow_low_work(Peer& peer,
                                  Sync& sync,
                                  const Headers& message,
                                  const std::vector<BlockHash>& hashes,
                                  Turn& turn) {
    using Verdict = HeadersPresync::Verdict;
    sync.answer_due.reset();
    const bool full = message.headers.size() == Headers::kHeadersMax;
    HeadersPresync& presync = *sync.presync;
    switch (presync.received(message.headers, hashes, turn.chain.least_work(), full)) {
        case Verdict::ask_on:
            return ask(peer, {presync.last()}, turn);
        case Verdict::ask_again:
            turn.out.report({.kind = Event::Kind::presync_proved, .peer = peer.id});
            return ask(peer, ChainMirror::locator(presync.start()), turn);
        case Verdict::hand_on:
            return submit(peer, sync, message, hashes.back(), turn);
        case Verdict::hand_on_end:
            end_presync(peer.id, sync, Event::Kind::presync_ended, turn);
            return submit(peer, sync, message, hashes.back(), turn);
        case Verdict::give_up:
            end_presync(peer.id, sync, Event::Kind::presync_aborted, turn);
    }
}

void HeadersSync::submit(
    Peer& peer, Sync& sync, const Headers& message, const BlockHash& last, Turn& turn) {
    if (sync.undecided >= limits_.header_submissions_per_peer) return;
    ++sync.undecided;
    const chain::Ticket ticket = turn.out.ticket();
    const bool full = message.headers.size() == Headers::kHeadersMax;
    submissions_.emplace(ticket.value, Submission{peer.id, last, full});
    turn.out.submit(chain::Input{chain::HeadersArrived{ticket, message.headers}});
}

// The peer has this header, which is in our tree.
void HeadersSync::learnt(Peer& peer, const HeaderNode* last, bool full, Turn& turn) {
    peer.has_shown(last);
    if (last->work > turn.chain.tip()->work) peer.showed_more = turn.now;
    if (!full) return;
    if (room(turn) == 0) {
        some_unasked_ = true;
        peers_[peer.id].started = false;  // others are at it: asked for the rest when they are done
        return;
    }
    // Where our own best chain goes on from there, what the peer has below its end is known.
    const HeaderNode* best = turn.chain.best_header();
    const bool on_best = ancestor(best, last->height) == last;
    ask(peer, on_best && best != last ? locator_below(best) : ChainMirror::locator(last), turn);
}

void HeadersSync::refused(Peer& peer, const Reject& reject, Turn& turn) {
    switch (reject.kind) {
        case RejectKind::invalid:
        case RejectKind::mutated:
            return turn.out.blame(peer, Offence::invalid_header, reject.reason);
        case RejectKind::invalid_parent:
        case RejectKind::duplicate:
            return turn.out.blame(peer, Offence::invalid_chain, reject.reason);
        default:
            return;  // too early, or we lack its parent: nobody's fault
    }
}

void HeadersSync::start(Direction direction, Turn& turn) {
    std::size_t left = room(turn);
    for (auto& [id, sync] : peers_) {
        if (left == 0) return;
        if (sync.started) continue;
        Peer* peer = turn.peers.find(id);
        if (peer == nullptr || peer->direction != direction) continue;
        --left;
        ask(*peer, locator_below(turn.chain.best_header()), turn);
    }
}

// How many more peers may be asked now.
std::size_t HeadersSync::room(const Turn& turn) const {
    if (!turn.chain.initial_download()) return std::numeric_limits<std::size_t>::max();
    const auto busy = static_cast<std::size_t>(std::ranges::count_if(
        peers_, [](const auto& entry) { return entry.second.answer_due.has_value(); }));
    return limits_.header_sync_peers - std::min(busy, limits_.header_sync_peers);
}

}  // namespace starling::p2p
