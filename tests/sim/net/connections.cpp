#include "sim/net/connections.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace starling::sim {

namespace {

// RFC 6335's dynamic ports.
constexpr std::uint32_t kFirstPort = 49'152, kPorts = 16'384;

constexpr auto kBefore = [](const auto& entry, p2p::PeerId peer) { return entry.peer < peer; };

}  // namespace

Connections::Connections(const Environment& environment, Seats& seats)
    : environment_(environment), seats_(seats), tables_(seats.size()) {}

Connections::~Connections() = default;

// ---- beginning ----

void Connections::dial(HostIndex from, const p2p::Dial& dial) {
    assert(seats_.at(from).resident != nullptr);
    if (!dial.key) return fail(from, dial.address, Span{0});
    const HostIndex to = seats_.exactly_at(dial.address);
    if (to == from) return fail(from, dial.address, Span{0});
    if (to == kNoHost || seats_.at(to).plan->nat != Nat::open)
        return fail(from, dial.address, kDialTimeout);
    Connection& connection = make(from, to, dial);
    set_deadline(connection, kDialTimeout);
    put(connection, kDialler, Parcel::Kind::syn, Parcel::kBareBytes);
}

void Connections::fail(HostIndex from, const p2p::Endpoint& address, Span wait) {
    environment_.events.after(wait, [this, from, stay = seats_.at(from).stay, address] {
        const Seat& seat = seats_.at(from);
        if (seat.resident != nullptr && seat.stay == stay) seat.resident->dial_failed({address});
    });
}

Connection& Connections::make(HostIndex from, HostIndex to, const p2p::Dial& dial) {
    const std::uint32_t dials = tables_[from].dials++;
    const std::uint64_t link = (std::uint64_t{from} << 32) | dials;
    auto made =
        std::make_unique<Connection>(seed_of(environment_.plan.settings.seed, "link", link));
    Connection& connection = *made;
    connection.id = {++last_id_};
    connection.hosts = {from, to};
    connection.port = static_cast<std::uint16_t>(kFirstPort + dials % kPorts);
    connection.manual = dial.manual;
    const p2p::Identity& listener = seats_.at(to).plan->identity;
    connection.right_key = *dial.key == listener.key;
    if (environment_.plan.settings.wire)
        connection.link = std::make_unique<LinkEnds>(seats_.at(from).plan->identity, *dial.key,
                                                     listener, connection.chance);
    if (free_.empty()) {
        connection.slot = static_cast<std::uint32_t>(slots_.size());
        slots_.push_back(std::move(made));
    } else {
        connection.slot = free_.back();
        free_.pop_back();
        slots_[connection.slot] = std::move(made);
    }
    enter(connection, kDialler);
    return connection;
}

void Connections::enter(const Connection& connection, End end) {
    std::vector<Entry>& entries = tables_[connection.hosts[end]].entries;
    const auto at = std::lower_bound(entries.begin(), entries.end(), connection.id, kBefore);
    entries.insert(at, {connection.id, connection.slot});
}

void Connections::set_deadline(Connection& connection, Span wait) {
    environment_.events.cancel(connection.deadline);
    connection.deadline =
        environment_.events.after(wait, [this, name = name(connection, kDialler)] {
            if (Connection* late = named(name)) too_late(*late);
        });
}

void Connections::too_late(Connection& connection) {
    const bool dialling = connection.ends[kDialler] == Standing::pending;
    if (connection.ends[kListener] == Standing::pending) {
        if (connection.ends[kDialler] == Standing::open)
            put(connection, kListener, Parcel::Kind::fin, Parcel::kBareBytes);
        gone(connection, kListener);  // frees it only if the dialler is gone
    }
    if (dialling) lose(connection, kDialler);
}

void Connections::established(Connection& connection, End end) {
    connection.ends[end] = Standing::open;
    const End far = other(end);
    p2p::PeerConnected input{
        .peer = connection.id,
        .direction = end == kDialler ? p2p::Direction::outbound : p2p::Direction::inbound,
        .address = seat(connection, far).plan->address,
        .manual = end == kDialler && connection.manual,
        .key = seat(connection, far).plan->identity.key,
        .node = seat(connection, far).plan->identity.id};
    if (end == kListener) {
        input.address.port = connection.port;
        environment_.events.cancel(connection.deadline);
        connection.told = connection.ends[kDialler] == Standing::open;
    }
    if (end == kListener && connection.told) {
        environment_.trace.note({.when = now(),
                                 .kind = "connected",
                                 .host = connection.hosts[kDialler],
                                 .other = connection.hosts[kListener]});
        environment_.observers.tell([&](Observer& observer) {
            observer.connected(connection.hosts[kDialler], connection.hosts[kListener]);
        });
    }
    seat(connection, end).resident->connected(std::move(input));
}

// ---- end ----

void Connections::close(HostIndex from, p2p::PeerId peer) {
    Connection* connection = find(from, peer);
    if (connection == nullptr) return;
    const End end = connection->end_of(from);
    if (connection->ends[end] != Standing::open) return;
    put(*connection, end, Parcel::Kind::fin, Parcel::kBareBytes);
    gone(*connection, end);
}

void Connections::leave(HostIndex host, bool crashed) {
    const std::vector<Entry> entries = tables_[host].entries;
    for (const Entry& entry : entries) {
        Connection& connection = *slots_[entry.slot];
        const End end = connection.end_of(host);
        if (crashed)
            cut_unsent(connection, end);
        else
            put(connection, end, Parcel::Kind::fin, Parcel::kBareBytes);
        gone(connection, end);
    }
}

void Connections::gone(Connection& connection, End end) {
    connection.ends[end] = Standing::gone;
    std::vector<Entry>& entries = tables_[connection.hosts[end]].entries;
    const auto at = std::lower_bound(entries.begin(), entries.end(), connection.id, kBefore);
    assert(at != entries.end() && at->peer == connection.id);
    entries.erase(at);
    if (std::exchange(connection.told, false)) {
        const HostIndex dialler = connection.hosts[kDialler];
        const HostIndex listener = connection.hosts[kListener];
        environment_.trace.note(
            {.when = now(), .kind = "disconnected", .host = dialler, .other = listener});
        environment_.observers.tell(
            [&](Observer& observer) { observer.disconnected(dialler, listener); });
    }
    const Standing far = connection.ends[other(end)];
    if (far == Standing::gone || far == Standing::none) free(connection);
}

void Connections::lose(Connection& connection, End end) {
    const Standing was = connection.ends[end];
    const p2p::PeerId id = connection.id;
    const p2p::Endpoint address = seat(connection, other(end)).plan->address;
    Resident* resident = seat(connection, end).resident;
    gone(connection, end);
    if (was == Standing::open)
        resident->lost({.peer = id});
    else if (end == kDialler)
        resident->dial_failed({address});
}

void Connections::cut_unsent(Connection& connection, End from) {
    Pipe& pipe = connection.pipes[from];
    pipe.cut_unsent(now(), seats_.way(connection.hosts[from], connection.hosts[other(from)]));
    if (pipe.parcels.empty()) environment_.events.cancel(pipe.next);
}

void Connections::free(Connection& connection) {
    environment_.events.cancel(connection.deadline);
    for (const Pipe& pipe : connection.pipes)
        environment_.events.cancel(pipe.next);
    free_.push_back(connection.slot);
    slots_[connection.slot].reset();
}

// ---- views ----

Connection* Connections::find(HostIndex host, p2p::PeerId peer) const {
    const std::vector<Entry>& entries = tables_[host].entries;
    const auto at = std::lower_bound(entries.begin(), entries.end(), peer, kBefore);
    return at == entries.end() || at->peer != peer ? nullptr : slots_[at->slot].get();
}

ConnectionView Connections::view(const Connection& connection) const {
    ConnectionView view{.peer = connection.id,
                        .dialler = connection.hosts[kDialler],
                        .listener = connection.hosts[kListener],
                        .established = connection.ends[kDialler] == Standing::open &&
                                       connection.ends[kListener] == Standing::open};
    for (const End end : {kDialler, kListener})
        view.queued_bytes +=
            connection.pipes[end].waiting(now(), seats_.at(connection.hosts[end]).up);
    return view;
}

}  // namespace starling::sim
