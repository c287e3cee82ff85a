#include "sim/net/datagrams.h"

#include "p2p/discovery/open_packet.h"

#include <algorithm>
#include <utility>

namespace starling::sim {

namespace {

template <class Packet>
std::size_t payload_of(const Packet& packet) {
    return packet.open ? wire_bytes(*packet.open) : packet.bytes.size();
}

// For observers: what a sealed one says, nobody on its way knows.
template <class Packet>
std::string_view name_of(const Packet& packet) {
    return packet.open ? p2p::discv5::name_of(packet.open->message) : "sealed";
}

}  // namespace

Datagrams::Datagrams(const Environment& environment, Seats& seats)
    : environment_(environment), seats_(seats) {
    for (const HostPlan& host : environment.plan.hosts) {
        Sender& sender =
            senders_.emplace_back(seed_of(environment.plan.settings.seed, "datagram", host.index));
        if (host.nat != Nat::open)
            sender.nat = std::make_unique<NatBox>(host.nat, host.address.port);
    }
}

HostIndex Datagrams::host_at(const p2p::Endpoint& address) const {
    const HostIndex exactly = seats_.exactly_at(address);
    if (exactly != kNoHost) return exactly;
    for (const HostIndex host : seats_.on(address)) {
        const auto& nat = senders_[host].nat;
        if (nat && nat->owns(address.port, environment_.events.now())) return host;
    }
    return kNoHost;
}

void Datagrams::send(HostIndex from, p2p::discv5::Datagram datagram) {
    const Moment now = environment_.events.now();
    Seat& seat = seats_.at(from);
    Sender& sender = senders_[from];
    p2p::Endpoint source = seat.plan->address;
    if (sender.nat) source.port = sender.nat->sent(datagram.to, now);
    if (seat.up.thin_wait(now) > kQueueMax) return;
    const std::size_t payload = payload_of(datagram);
    const Moment on_line = seat.up.thin(now, payload + kHeaderBytes);

    const HostIndex to = host_at(datagram.to);
    const std::string_view name = name_of(datagram);
    environment_.observers.tell(
        [&](Observer& observer) { observer.datagram_sent(from, to, name, payload); });
    if (to == kNoHost || seats_.weather.holds(from, to)) return;
    const Ppm loss = std::min(
        kPpm, environment_.plan.settings.internet.datagram_loss + seats_.weather.datagram_loss());
    const Span delay = seats_.jittered(seats_.way(from, to), sender.chance);
    if (chance(sender.chance, loss)) return;
    auto arrival = [this,
                    way = Way{from, to, datagram.to.port, static_cast<std::uint32_t>(payload)},
                    arrived = p2p::discv5::DatagramReceived{source, std::move(datagram.bytes),
                                                            std::move(datagram.open)}]() mutable {
        arrive(way, std::move(arrived));
    };
    static_assert(sizeof arrival <= Action::kInlineBytes, "each datagram would be an allocation");
    environment_.events.at(on_line + delay, std::move(arrival));
}

void Datagrams::arrive(const Way& way, p2p::discv5::DatagramReceived datagram) {
    const auto [from, to, port, payload] = way;
    const Moment now = environment_.events.now();
    Seat& seat = seats_.at(to);
    const auto& nat = senders_[to].nat;
    if (seat.down.thin_wait(now) > kQueueMax) return;
    seat.down.thin(now, payload + kHeaderBytes);
    if (nat && !nat->lets_in(datagram.from, port, now)) return;
    if (seat.resident == nullptr) return;
    const std::string_view name = name_of(datagram);
    environment_.observers.tell([&](Observer& observer) {
        observer.datagram_received(way.to, way.from, name, way.payload);
    });
    seat.resident->received(std::move(datagram));
}

}  // namespace starling::sim
