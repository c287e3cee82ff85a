#include "p2p/discovery/open_wire.h"

#include "p2p/discovery/packet.h"

#include <cassert>
#include <memory>
#include <utility>

namespace starling::p2p::discv5 {

OpenPacket::OpenPacket(const NodeId& sender,
                       const NodeId& receiver,
                       Shared<Record> own,
                       Message said)
    : from(sender),
      to(receiver),
      record(std::move(own)),
      message(std::move(said)),
      message_bytes(encoded_bytes(message)) {}

std::size_t wire_bytes(const OpenPacket& packet) {
    return kOrdinaryBytes + packet.message_bytes + kTagBytes;
}

OpenWire::OpenWire(const NodeId& own, const Limits& limits, Random& random, RecordOf record_of)
    : own_(own),
      limits_(limits),
      record_of_(std::move(record_of)),
      allowance_(limits, random),
      their_handshakes_(full_bucket(limits.handshakes_burst, limits.handshakes_per_second)),
      own_handshakes_(full_bucket(limits.handshakes_burst, limits.handshakes_per_second)),
      sessions_(limits, random),
      asked_(limits.requests_max, random) {}

void OpenWire::send_request(const Contact& to,
                            const CompressedKey& /*key*/,
                            Message message,
                            Time now,
                            std::vector<Datagram>& out) {
    assert(is_request(message));
    expire(now);
    if (!sessions_.use(to, now)) asked_.put(to, {}, now);
    send(to, std::move(message), out);
}

void OpenWire::send_response(const Contact& to,
                             Message message,
                             Time now,
                             std::vector<Datagram>& out) {
    assert(!is_request(message));
    expire(now);
    if (sessions_.use(to, now)) send(to, std::move(message), out);
}

void OpenWire::received(const DatagramReceived& datagram,
                        Time now,
                        std::vector<Datagram>& /*out*/,
                        std::vector<Delivered>& delivered) {
    expire(now);
    if (!allowance_.take_of_sender(datagram.from, now)) return drop(Dropped::rate_limited);
    const OpenPacket* packet = datagram.open.get();
    if (packet == nullptr || packet->to != own_ || packet->from == own_)
        return drop(Dropped::bad_packet);
    const Contact contact{packet->from, datagram.from};
    const bool known = sessions_.use(contact, now);
    const bool expected = known || asked_.find(contact) != nullptr;
    if (!allowance_.take_of_all(expected, now)) return drop(Dropped::rate_limited);
    Shared<Record> news;
    if (!known) {
        auto record = met(contact, *packet, now);
        if (!record) return;
        news = std::move(*record);
    }
    if (!within_bounds(packet->message) || packet->message_bytes > kPlainBytesMax)
        return drop(Dropped::bad_message);
    ++counters_.received[packet->message.index()];
    delivered.push_back({contact, packet->message, std::move(news)});
}

WireQueues OpenWire::queues() const {
    return {.sessions = sessions_.size(),
            .challenges = 0,
            .unproven = asked_.size(),
            .senders = allowance_.tracked()};
}

void OpenWire::expire(Time now) {
    while (asked_.oldest() && *asked_.oldest() + limits_.challenge_timeout <= now)
        asked_.erase(Contact{asked_.oldest_key()});
}

void OpenWire::send(const Contact& to, Message message, std::vector<Datagram>& out) {
    assert(within_bounds(message));
    ++counters_.sent[message.index()];
    auto packet = std::make_shared<const OpenPacket>(own_, to.id, record_, std::move(message));
    out.push_back({.to = to.address, .open = std::move(packet)});
}

std::optional<Shared<Record>> OpenWire::met(const Contact& contact,
                                            const OpenPacket& packet,
                                            Time now) {
    // A response comes to who began.
    const bool theirs = is_request(packet.message);
    if (!(theirs ? their_handshakes_ : own_handshakes_).take(1, now)) {
        drop(Dropped::rate_limited);
        return std::nullopt;
    }
    const Shared<Record> known = record_of_(contact.id);
    const Shared<Record>& sent = packet.record;
    const bool foreign = sent != nullptr && sent->id() != contact.id;
    if (foreign || (sent == nullptr && known == nullptr)) {
        drop(Dropped::bad_handshake);
        return std::nullopt;
    }
    ++counters_.handshakes;
    asked_.erase(contact);
    sessions_.add(contact, now);
    const bool news =
        theirs && sent != nullptr && (known == nullptr || known->sequence() != sent->sequence());
    return news ? sent : nullptr;
}

}  // namespace starling::p2p::discv5
