#include "p2p/block_download.h"

#include "p2p/chain_mirror.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace starling::p2p {
namespace {

// A block may be asked of the peer that is slow and of one more.
constexpr std::size_t kAskedMax = 2;
// Steps of the walk along a peer's chain (Bitcoin Core's figure).
constexpr std::int32_t kScanBlocks = 128;
// How long a block that is not wanted now is not asked for.
constexpr Duration kRefusedFor = std::chrono::seconds{60};

// The blocks above `from`, at most kScanBlocks and not above `end`, on the chain of `best`.
std::vector<const HeaderNode*> path_above(const HeaderNode* from,
                                          const HeaderNode* best,
                                          Height end) {
    const Height top = std::min({from->height + kScanBlocks, best->height, end});
    std::vector<const HeaderNode*> path;
    for (const HeaderNode* node = ancestor(best, top); node != nullptr && node != from;
         node = node->parent)
        path.push_back(node);
    std::ranges::reverse(path);
    return path;
}

bool on_chain(const HeaderNode* node, const HeaderNode* best) {
    return node != nullptr && ancestor(best, node->height) == node;
}

}  // namespace

void BlockDownload::disconnected(PeerId peer) {
    const auto source = sources_.find(peer);
    if (source == sources_.end()) return;
    while (!source->second.owed.empty())
        release(source->second, peer, source->second.owed.begin()->first);
    sources_.erase(source);
}

void BlockDownload::schedule(Turn& turn) {
    scheduled_ = turn.now;
    if (paused_) return;
    resumed_ = false;
    const bool slow = std::ranges::any_of(sources_, [](const auto& e) { return e.second.slow; });
    for (auto& [id, peer] : turn.peers.all()) {
        if (!peer.serves_blocks() || peer.best_known == nullptr) continue;
        if (peer.best_known->work < turn.chain.tip()->work) continue;
        if (!slow && peer.best_known == turn.chain.tip()) continue;  // most peers, mostly
        // All of its chain is ours, and nobody's blocks are to be taken over.
        if (!slow && peer.last_common == peer.best_known && turn.chain.linked(peer.best_known))
            continue;
        Source& source = sources_[id];
        if (source.owed.size() < limits_.blocks_in_flight_per_peer) ask(peer, source, turn);
    }
}

void BlockDownload::received(Peer& peer, const BlockMessage& message, Turn& turn) {
    const HeaderNode* node = turn.chain.find(message.hash);
    const auto source = sources_.find(peer.id);
    const bool asked =
        node != nullptr && source != sources_.end() && source->second.owed.contains(key_of(node));
    if (!message.checked.ok()) {
        if (asked) release(source->second, peer.id, key_of(node));
        return judge(peer, message.hash, message.checked.error(), turn);
    }
    if (!asked) {
        // It costs a peer nothing to send what we have already, and us nothing to ignore it.
        return turn.out.blame(peer, Offence::unrequested_block, to_string(message.hash));
    }
    delivered(peer, source->second, message, turn);
}

void BlockDownload::not_found(Peer& peer, const BlockHash& hash, Turn& turn) {
    const HeaderNode* node = turn.chain.find(hash);
    const auto source = sources_.find(peer.id);
    if (node == nullptr || source == sources_.end()) return;
    if (!source->second.owed.contains(key_of(node))) return;
    release(source->second, peer.id, key_of(node));
    // It is not asked for this block again before it shows more.
    if (on_chain(node, peer.best_known)) peer.best_known = node->parent;
    turn.out.blame(peer, Offence::missing_block, to_string(hash));
}

bool BlockDownload::decided(const chain::Decided& decided, Turn& turn) {
    const auto submission = submissions_.extract(decided.ticket.value);
    if (!submission) return false;
    const auto& [id, hash] = submission.mapped();
    submitted_.erase(hash);
    Peer* peer = turn.peers.find(id);
    if (!decided.reject) {
        if (peer != nullptr) peer->gave_block = turn.now;
        return true;
    }
    ++round_;  // another copy may be wanted
    if (peer != nullptr) {
        judge(*peer, hash, *decided.reject, turn);
    } else if (decided.reject->kind != RejectKind::mutated) {
        refuse(hash, turn.now + kRefusedFor);
    }
    return true;
}

void BlockDownload::handle_timer(Turn& turn) {
    if (!wakeup_.due(turn.now)) return;
    bool stalled = false;
    for (auto& [id, source] : sources_) {
        if (source.owed.empty()) continue;
        if (turn.now >= source.progress + limits_.block_timeout) {
            turn.out.report({.kind = Event::Kind::download_timed_out, .peer = id});
            turn.out.drop(id, "block download timeout");
        } else if (!source.slow && turn.now >= source.progress + stall_timeout_) {
            source.slow = true;
            stalled = true;
            turn.out.report({.kind = Event::Kind::download_stalled, .peer = id});
        }
    }
    // If peers are slow because our link is, asking others makes it slower still.
    if (stalled) stall_timeout_ = std::min(2 * stall_timeout_, limits_.stall_timeout_max);
    rearm(turn.now);
}

void BlockDownload::rearm(Time now) {
    wakeup_.clear();
    for (const auto& [id, source] : sources_)
        rearm(source);
    for (const auto& [hash, until] : refused_) {
        if (until > now) wakeup_.by(until);
    }
}

std::optional<Time> BlockDownload::next_wakeup() const {
    if (resumed_ && !paused_) return earliest(scheduled_, wakeup_.next());
    return wakeup_.next();
}

std::vector<Height> BlockDownload::in_flight(PeerId peer) const {
    std::vector<Height> heights;
    const auto source = sources_.find(peer);
    if (source == sources_.end()) return heights;
    for (const auto& [key, node] : source->second.owed)
        heights.push_back(key.first);
    return heights;
}

void BlockDownload::ask(Peer& peer, Source& source, Turn& turn) {
    std::vector<const HeaderNode*> found;
    if (!source.slow) take_over(peer, source, turn, found);
    find_new(peer, source, turn, found);
    if (found.empty()) return;

    if (source.owed.empty()) source.progress = turn.now;
    GetData request;
    for (const HeaderNode* node : found) {
        source.owed.emplace(key_of(node), node);
        Flight& flight = flights_[key_of(node)];
        flight.node = node;
        flight.asked.push_back(peer.id);
        assert(flight.asked.size() <= kAskedMax);
        request.items.push_back(InventoryItem::witness_block(node->hash));
    }
    rearm(source);
    turn.out.send(peer, std::move(request));
}

// What slow peers owe and this one has too, lowest first: it holds up everything above it.
void BlockDownload::take_over(Peer& peer,
                              Source& source,
                              Turn& turn,
                              std::vector<const HeaderNode*>& found) {
    for (const auto& [id, other] : sources_) {
        if (!other.slow || id == peer.id) continue;
        for (const auto& [key, node] : other.owed) {
            if (source.owed.size() + found.size() >= limits_.blocks_in_flight_per_peer) return;
            if (flights_.at(key).asked.size() >= kAskedMax) continue;
            if (!on_chain(node, peer.best_known) || source.owed.contains(key)) continue;
            if (!lacking(node, turn)) continue;
            found.push_back(node);
            turn.out.report({.kind = Event::Kind::download_taken_over,
                             .peer = peer.id,
                             .other = id,
                             .hash = Hash256{node->hash.bytes}});
        }
    }
}

void BlockDownload::find_new(Peer& peer,
                             Source& source,
                             Turn& turn,
                             std::vector<const HeaderNode*>& found) {
    advance_common(peer, source, turn);
    const Height end = peer.last_common->height + window();
    for (;;) {
        const auto path = path_above(source.scanned, peer.best_known, end);
        if (path.empty() || !scan(path, source, turn, found)) return;
    }
}

// True if the whole path was passed and more may follow.
bool BlockDownload::scan(const std::vector<const HeaderNode*>& path,
                         Source& source,
                         Turn& turn,
                         std::vector<const HeaderNode*>& found) {
    for (const HeaderNode* node : path) {
        if (source.owed.size() + found.size() >= limits_.blocks_in_flight_per_peer) return false;
        if (lacking(node, turn) && !flights_.contains(key_of(node))) {
            if (turn.chain.invalid(node) || refused(node->hash, turn.now)) return false;
            found.push_back(node);
        }
        source.scanned = node;
    }
    return true;
}

// Moves `last_common` up to the last block below which all of this peer's chain is ours too, and
// starts the scan anew where something became wanted again.
void BlockDownload::advance_common(Peer& peer, Source& source, const Turn& turn) const {
    // It is no longer linked where a body was lost.
    if (!on_chain(peer.last_common, peer.best_known) || !turn.chain.linked(peer.last_common)) {
        peer.last_common = fork_point(turn.chain.tip(), peer.best_known);
        source.scanned = nullptr;
    }
    for (;;) {
        const Height end = peer.best_known->height;
        const auto path = path_above(peer.last_common, peer.best_known, end);
        const auto gap = std::ranges::find_if_not(
            path, [&](const HeaderNode* node) { return turn.chain.has_body(node); });
        if (gap != path.begin()) peer.last_common = *(gap - 1);
        if (path.empty() || gap != path.end()) break;
    }
    if (source.round != round_ || !on_chain(source.scanned, peer.best_known) ||
        source.scanned->height < peer.last_common->height) {
        source.scanned = peer.last_common;
        source.round = round_;
    }
}

std::int32_t BlockDownload::window() const {
    const std::size_t fit = limits_.download_window_bytes / std::max<std::size_t>(block_bytes_, 1);
    const std::size_t least = limits_.blocks_in_flight_per_peer;
    return static_cast<std::int32_t>(std::max(least, std::min(fit, limits_.download_window)));
}

// Nobody has brought the body yet.
bool BlockDownload::lacking(const HeaderNode* node, const Turn& turn) const {
    return !turn.chain.has_body(node) && !submitted_.contains(node->hash);
}

bool BlockDownload::refused(const BlockHash& hash, Time now) const {
    const auto until = refused_.find(hash);
    return until != refused_.end() && until->second > now;
}

void BlockDownload::refuse(const BlockHash& hash, Time until) {
    refused_[hash] = until;
    wakeup_.by(until);
    if (refused_.size() <= limits_.refused_blocks_max) return;
    refused_.erase(
        std::ranges::min_element(refused_, {}, [](const auto& entry) { return entry.second; }));
}

// The peer owes this block no longer. If nobody else was asked for it, it is wanted again.
void BlockDownload::release(Source& source, PeerId peer, Key key) {
    source.owed.erase(key);
    const auto flight = flights_.find(key);
    assert(flight != flights_.end());
    std::erase(flight->second.asked, peer);
    if (!flight->second.asked.empty()) return;
    flights_.erase(flight);
    ++round_;
}

void BlockDownload::delivered(Peer& peer, Source& source, const BlockMessage& message, Turn& turn) {
    const HeaderNode* node = turn.chain.find(message.hash);
    release(source, peer.id, key_of(node));
    source.progress = turn.now;
    source.slow = false;
    const Duration less = std::max(stall_timeout_ - stall_timeout_ / 8, limits_.stall_timeout_min);
    if (std::exchange(stall_timeout_, less) != less) rearm(turn.now);
    rearm(source);
    if (!lacking(node, turn)) {  // the second copy
        return turn.out.report({.kind = Event::Kind::block_unwanted,
                                .peer = peer.id,
                                .hash = Hash256{message.hash.bytes}});
    }

    const Shared<CheckedBlock>& block = message.checked.value();
    constexpr std::size_t kWeight = 8;  // of the past in the average
    block_bytes_ = (block_bytes_ * (kWeight - 1) + block->bytes->size()) / kWeight;
    const chain::Ticket ticket = turn.out.ticket();
    submissions_.emplace(ticket.value, Submission{peer.id, message.hash});
    submitted_.emplace(message.hash, ticket.value);
    turn.out.submit(chain::Input{chain::BlockArrived{.ticket = ticket, .block = block}});
}

// Holds a bad block against the peer that sent it, and against the block where that is certain.
void BlockDownload::judge(Peer& peer, const BlockHash& hash, const Reject& reject, Turn& turn) {
    switch (reject.kind) {
        case RejectKind::mutated:
            // Says nothing about the block: somebody else may have the honest copy.
            return turn.out.blame(peer, Offence::mutated_block, reject.reason);
        case RejectKind::invalid:
            // Not for ever: if Ledger found it invalid, the tree remembers that better.
            if (turn.chain.find(hash) != nullptr) refuse(hash, turn.now + kRefusedFor);
            return turn.out.blame(peer, Offence::invalid_block, reject.reason);
        case RejectKind::invalid_parent:
            return turn.out.blame(peer, Offence::invalid_chain, reject.reason);
        default:
            if (turn.chain.find(hash) != nullptr) refuse(hash, turn.now + kRefusedFor);
    }
}

}  // namespace starling::p2p
