// What each concern holds, and the bound that it declares for it.

#include "p2p/figures.h"

#include "p2p/gossip_state.h"
#include "p2p/transport.h"

#include <algorithm>
#include <array>
#include <utility>

namespace starling::p2p {

std::vector<std::string_view> Figures::exceeded() const {
    const std::pair<std::string_view, const Amount&> amounts[] = {
        {"inbound", inbound},
        {"outbound", outbound},
        {"beyond_slots", beyond_slots},
        {"queued_bytes", queued_bytes},
        {"blocks_owed", blocks_owed},
        {"transactions_announced", transactions_announced},
        {"orphans_of_a_peer", orphans_of_a_peer},
        {"orphan_weight_of_a_peer", orphan_weight_of_a_peer},
        {"header_submissions", header_submissions},
        {"uploads_waiting", uploads_waiting},
        {"known_transactions", known_transactions},
        {"orphans_resolving", orphans_resolving},
        {"candidates", candidates},
        {"dialling", dialling},
        {"refused_blocks", refused_blocks},
        {"mined_transactions", mined_transactions},
        {"mined_bytes", mined_bytes},
        {"own_posted", own_posted},
    };
    const std::pair<std::string_view, const Age&> ages[] = {
        {"handshake", handshake}, {"ping", ping},
        {"dial", dial},           {"getheaders", getheaders},
        {"block", block},         {"transaction", transaction},
        {"body", body},
    };
    std::vector<std::string_view> names;
    for (const auto& [name, amount] : amounts) {
        if (amount.now > amount.bound) names.push_back(name);
    }
    for (const auto& [name, age] : ages) {
        if (age.oldest && *age.oldest > age.bound) names.push_back(name);
    }
    return names;
}

Figures Gossip::State::figures(Time now) const {
    Figures figures;
    count_peers(figures, now);
    headers.count(figures, now);
    download.count(figures, now);
    tx_download.count(figures, now);
    pool.count(figures);
    tx_relay.count(figures);
    uploads.count(figures, now);
    outbound.count(figures, peers, now);
    return figures;
}

void Gossip::State::count_peers(Figures& figures, Time now) const {
    figures.inbound = {peers.inbound(), limits.inbound_max};
    figures.peers = peers.all().size();
    // Whatever is sent when the queue is just below its limit may be one more message.
    figures.queued_bytes.bound = limits.send_queue_bytes_max + kMessageBytesMax;
    figures.handshake.bound = limits.handshake_timeout;
    figures.ping.bound = limits.ping_timeout;
    for (const auto& [id, peer] : peers.all()) {
        figures.queued_bytes.at_least(peer.queued_bytes);
        if (!peer.ready) figures.handshake.at_least(now - peer.connected);
        if (!peer.ready) continue;
        ++figures.ready;
        if (peer.pinged) figures.ping.at_least(now - *peer.pinged);
    }
}

void HeadersSync::count(Figures& figures, Time now) const {
    figures.getheaders.bound = limits_.headers_timeout;
    figures.header_submissions.bound = limits_.header_submissions_per_peer;
    for (const auto& [id, sync] : peers_) {
        figures.header_submissions.at_least(sync.undecided);
        figures.presyncs += sync.presync ? 1u : 0u;
        if (!sync.answer_due) continue;
        ++figures.getheaders_outstanding;
        figures.getheaders.at_least(now + limits_.headers_timeout - *sync.answer_due);
    }
}

void BlockDownload::count(Figures& figures, Time now) const {
    figures.blocks_in_flight = flights_.size();
    figures.blocks_owed.bound = limits_.blocks_in_flight_per_peer;
    figures.block.bound = limits_.block_timeout;
    figures.refused_blocks = {refused_.size(), limits_.refused_blocks_max};
    for (const auto& [id, source] : sources_) {
        figures.blocks_owed.at_least(source.owed.size());
        if (!source.owed.empty()) figures.block.at_least(now - source.progress);
    }
}

void TxDownload::count(Figures& figures, Time now) const {
    requests_.count(figures, now);
    orphanage_.count(figures);
    figures.checking = checking_.size();
    figures.orphans_resolving = {resolving_, limits_.orphans_resolving_max};
}

void TxRequests::count(Figures& figures, Time now) const {
    figures.transactions_wanted = tracked_.size();
    figures.transactions_announced.bound = kAnnouncementsPerPeerMax;
    figures.transaction.bound = kReplyTimeout;
    for (const auto& [peer, announced] : announced_by_)
        figures.transactions_announced.at_least(announced.count);
    // All of them: one whose deadline was forgotten is just what is looked for.
    tracked_.for_each([&](const TxName&, const Tracked& tracked) {
        for (const Announcement& announcement : tracked.announcements) {
            if (announcement.state != State::asked) continue;
            ++figures.transactions_asked;
            figures.transaction.at_least(now + kReplyTimeout - announcement.deadline);
        }
    });
}

void Orphanage::count(Figures& figures) const {
    figures.orphans = orphans_.size();
    figures.orphans_of_a_peer.bound = limits_.orphans_per_peer;
    figures.orphan_weight_of_a_peer.bound = limits_.orphan_weight_per_peer;
    for (const auto& [peer, share] : shares_) {
        figures.orphans_of_a_peer.at_least(share.oldest_first.size());
        figures.orphan_weight_of_a_peer.at_least(share.weight);
    }
}

void PoolMirror::count(Figures& figures) const {
    figures.pool = entries_.size();
    figures.mined_transactions = {mined_order_.size(), limits_.mined_transactions_max};
    figures.mined_bytes = {mined_bytes_, limits_.mined_bytes_max};
}

void TxRelay::count(Figures& figures) const {
    figures.known_transactions = {known_.most_made(), limits_.known_transactions_per_peer};
    // Whatever left the pool is forgotten when it would be repeated.
    figures.own_posted = {own_.size(), kOwnMax};
}

void Uploads::count(Figures& figures, Time now) const {
    figures.uploads_waiting.bound = limits_.upload_items_max;
    figures.body.bound = kBodyTimeout;
    for (const auto& [id, waiting] : peers_) {
        figures.uploads_waiting.at_least(waiting.items.size());
        if (waiting.body_due && !waiting.items.empty())
            figures.body.at_least(now + kBodyTimeout - *waiting.body_due);
    }
}

void OutboundPeers::count(Figures& figures, const Peers& peers, Time now) const {
    const std::size_t slots = limits_.outbound_max();
    const std::size_t bound = slots == 0 ? 0 : slots + Limits::kExtraOutboundMax;
    figures.outbound = {peers.ours() + dialling_.size(), bound};
    for (std::size_t i = 0; i < kConnectionKinds; ++i) {
        const auto kind = static_cast<ConnectionKind>(i);
        const std::size_t of_this = of_kind(kind, peers);
        figures.beyond_slots.now += of_this - std::min(of_this, slots_of(kind));
    }
    figures.candidates = {addresses_.size(), limits_.candidates_max};
    figures.dialling = {dialling_.size(), bound};
    figures.anchors_tried = anchors_.tried();
    figures.anchors_kept = anchors_.kept();
    figures.dial.bound = limits_.dial_timeout;
    for (const auto& [address, attempt] : dialling_)
        figures.dial.at_least(now + limits_.dial_timeout - attempt.deadline);
}

}  // namespace starling::p2p
