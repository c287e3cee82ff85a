#pragma once

#include "consensus/header_node.h"
#include "consensus/time.h"
#include "p2p/address.h"
#include "p2p/connection_kind.h"
#include "p2p/identity/sighting.h"
#include "p2p/message.h"
#include "p2p/peer_id.h"
#include "p2p/peer_map.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace starling::p2p {

// What several concerns know of one connection. Each group is written by the concern in its
// comment and read by all; what only one concern needs lives there.
struct Peer {
    PeerId id;
    Direction direction = Direction::inbound;
    Endpoint address;
    bool manual = false;
    // Of those that are ours, what the connection is for.
    ConnectionKind kind = ConnectionKind::full_relay;
    bool group_first = false;  // drawn by netgroup first
    Time connected;
    // Of a link that proved a key.
    std::optional<CompressedKey> key;
    std::optional<NodeId> node;
    // How it was found; none: it was given by a person, or it called us.
    std::optional<Origin> origin;
    std::optional<NodeId> candidate;  // whom we meant to dial; `plain` proves nobody
    Shared<Record> record;            // its own, as it told us

    // Handshake
    std::uint64_t our_nonce = 0;  // in the version that we sent
    std::optional<Version> version;
    std::optional<Duration> clock_offset;  // theirs less ours, to show to people; else of no use
    bool ready = false;                    // verack seen
    bool wtxid_relay = false;              // BIP 339
    bool addr_v2 = false;                  // BIP 155
    bool is_ourselves = false;             // our own nonce came back

    // The peer's wishes
    bool send_headers = false;  // BIP 130
    std::int64_t fee_filter = 0;

    // HeadersSync, BlockDownload, BlockRelay
    const HeaderNode* best_known = nullptr;   // the best header that it has shown us
    const HeaderNode* best_sent = nullptr;    // the last header that we have shown it
    const HeaderNode* last_common = nullptr;  // the last block that both have
    std::optional<Time> showed_more;          // a header with more work than our tip

    // Liveness
    std::optional<Duration> ping, ping_min;
    std::optional<Time> pinged;  // an answer is due
    std::uint64_t ping_nonce = 0;
    Time last_ping;  // sent

    // Outbox, Gossip: bytes as far as Gossip sees them
    std::size_t queued_bytes = 0;
    std::uint64_t bytes_sent = 0, bytes_received = 0;
    std::optional<Time> last_sent, last_received;
    // When it last was the first to give us a block or a transaction that we then accepted: what an
    // idle peer cannot claim.
    std::optional<Time> gave_block, gave_transaction;
    int blame = 0;             // Misbehaviour
    bool discouraged = false;  // its node or address was dropped for its conduct: see Discouraged

    [[nodiscard]] bool inbound() const { return direction == Direction::inbound; }
    // Connected of our own accord: neither did it call us, nor did a person ask for it.
    [[nodiscard]] bool ours() const { return !inbound() && !manual; }
    // One of ours that is to carry blocks alone.
    [[nodiscard]] bool block_only() const { return ours() && is_block_only(kind); }
    // They are told to it.
    [[nodiscard]] bool relays_transactions() const {
        return ready && version->relay && !block_only();
    }
    // Has whole blocks with witnesses for us.
    [[nodiscard]] bool serves_blocks() const {
        constexpr std::uint64_t kNeeded = kServiceNetwork | kServiceWitness;
        return ready && (version->services & kNeeded) == kNeeded;
    }
    // It is known to have this block's header.
    [[nodiscard]] bool knows(const HeaderNode* header) const {
        return ancestor(best_known, header->height) == header ||
               ancestor(best_sent, header->height) == header;
    }
    void has_shown(const HeaderNode* header) {
        if (best_known == nullptr || header->work > best_known->work) best_known = header;
    }

private:
    static const HeaderNode* ancestor(const HeaderNode* header, Height height) {
        return header == nullptr ? nullptr : starling::ancestor(header, height);
    }
};

// The connections that are open, in the order of their ids, which is the order in which everything
// that concerns several peers is done.
class Peers {
public:
    Peer& add(Peer peer) {
        remove(peer.id);
        count(peer, 1);
        return peers_.emplace(peer.id, std::move(peer)).first->second;
    }
    void remove(PeerId id) {
        const auto it = peers_.find(id);
        if (it == peers_.end()) return;
        count(it->second, -1);
        peers_.erase(it);
    }
    [[nodiscard]] Peer* find(PeerId id) {
        const auto it = peers_.find(id);
        return it == peers_.end() ? nullptr : &it->second;
    }
    [[nodiscard]] PeerMap<Peer>& all() { return peers_; }
    [[nodiscard]] const PeerMap<Peer>& all() const { return peers_; }
    [[nodiscard]] std::size_t inbound() const { return static_cast<std::size_t>(inbound_); }
    [[nodiscard]] std::size_t ours() const { return static_cast<std::size_t>(ours_); }
    [[nodiscard]] std::size_t ours(ConnectionKind kind) const {
        return static_cast<std::size_t>(of_kind_[static_cast<std::size_t>(kind)]);
    }
    // An extra peer takes a regular one's place.
    void make(Peer& peer, ConnectionKind kind) {
        count(peer, -1);
        peer.kind = kind;
        count(peer, 1);
    }

private:
    void count(const Peer& peer, int by) {
        inbound_ += peer.inbound() ? by : 0;
        if (!peer.ours()) return;
        ours_ += by;
        of_kind_[static_cast<std::size_t>(peer.kind)] += by;
    }

    PeerMap<Peer> peers_;
    int inbound_ = 0;
    int ours_ = 0;
    std::array<int, kConnectionKinds> of_kind_{};  // of ours_
};

}  // namespace starling::p2p
