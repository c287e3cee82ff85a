#include "p2p/outbox.h"

namespace starling::p2p {

void Outbox::send(Peer& peer, Message message) {
    const std::size_t bytes = wire_bytes(message);
    peer.queued_bytes += bytes;
    peer.bytes_sent += bytes;
    peer.last_sent = now_;
    effects_.push_back(Send{peer.id, std::move(message)});
}

void Outbox::blame(Peer& peer, Offence offence, std::string_view detail) {
    const bool was_good = peer.blame < kBlameMax;
    peer.blame += cost_of(offence);
    report({.kind = Event::Kind::misbehaved,
            .peer = peer.id,
            .offence = offence,
            .detail = std::string(detail)});
    if (!was_good || peer.blame < kBlameMax) return;
    refusals_.count(Refusal::misbehaved);
    report({.kind = Event::Kind::dropped_for_conduct, .peer = peer.id, .offence = offence});
    std::string reason(describe(offence));
    if (!detail.empty()) reason.append(": ").append(detail);
    drop(peer.id, std::move(reason));
}

}  // namespace starling::p2p
