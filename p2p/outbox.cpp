#include "p2p/outbox.h"

#include "p2p/plain_transport.h"

namespace starling::p2p {
namespace {

// Of the payload, nearly: enough to know how much a peer has yet to read. Encoding it for the exact
// figure would cost more than the figure is worth.
std::size_t size_of(const Message& message) {
    return std::visit(
        []<class M>(const M& m) -> std::size_t {
            if constexpr (requires { m.items; }) {
                return 3 + m.items.size() * 36;
            } else if constexpr (requires { m.headers; }) {
                return 3 + m.headers.size() * (Header::kSize + 1);
            } else if constexpr (requires { m.locator; }) {
                return 37 + m.locator.size() * 32;
            } else if constexpr (requires { m.transaction; }) {
                return m.transaction->size();
            } else if constexpr (requires { m.record; }) {
                return m.record->bytes().size();
            } else if constexpr (requires { m.records; }) {
                return 3 + m.records.size() * Record::kBytesMax;
            } else if constexpr (requires { m.entries; }) {
                return 3 + m.entries.size() * 24;
            } else {
                return sizeof(M);
            }
        },
        message);
}

}  // namespace

void Outbox::send(Peer& peer, Message message) {
    const std::size_t bytes = kPlainHeaderBytes + size_of(message);
    peer.queued_bytes += bytes;
    peer.bytes_sent += bytes;
    peer.last_sent = now_;
    effects_.push_back(Send{peer.id, std::move(message)});
}

void Outbox::blame(Peer& peer, Offence offence, std::string_view detail) {
    std::string reason(describe(offence));
    if (!detail.empty()) reason.append(": ").append(detail);
    const bool was_good = peer.blame < kBlameMax;
    peer.blame += cost_of(offence);
    report(Event::Kind::misbehaved, peer.id, reason);
    if (!was_good || peer.blame < kBlameMax) return;
    refusals_.count(Refusal::misbehaved);
    drop(peer.id, std::move(reason));
}

}  // namespace starling::p2p
