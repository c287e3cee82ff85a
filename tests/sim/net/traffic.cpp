#include "sim/net/connections.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace starling::sim {

// ---- into a pipe ----

void Connections::send(HostIndex from, p2p::PeerId to, p2p::Message message, std::size_t bytes) {
    Connection* connection = find(from, to);
    if (connection == nullptr) return;
    const End end = connection->end_of(from);
    if (connection->ends[end] != Standing::open) return;
    const bool body = std::holds_alternative<p2p::BlockMessage>(message);
    // What goes into a connection that the other end has left, and observers know as disconnected,
    // reaches nobody.
    if (connection->ends[other(end)] != Standing::gone) {
        environment_.observers.tell([&](Observer& observer) {
            observer.sent(from, connection->hosts[other(end)], message, bytes);
        });
    }
    if (connection->link && LinkEnds::encodes(message)) {
        put_bytes(*connection, end, connection->link->seal(end, message));
    } else {
        auto parcel = std::make_unique<Parcel>();
        parcel->bytes = bytes;
        parcel->content = std::move(message);
        put(*connection, end, std::move(parcel));
    }
    count(*connection, end, bytes, body);
    const Pipe& pipe = connection->pipes[end];
    if (pipe.waiting(now(), seat(*connection, end).up) <= kHeldBytesMax) return;
    // Not from inside its own call.
    environment_.events.after(Span{0}, [this, name = name(*connection, end)] { overflowed(name); });
}

void Connections::overflowed(const Name& name) {
    Connection* connection = named(name);
    if (connection == nullptr || connection->ends[name.end] != Standing::open) return;
    cut_unsent(*connection, name.end);
    put(*connection, name.end, Parcel::Kind::fin, Parcel::kBareBytes);
    lose(*connection, name.end);
}

void Connections::put_bytes(Connection& connection, End from, Bytes bytes) {
    for (Bytes& piece : LinkEnds::torn(std::move(bytes), connection.chance)) {
        auto parcel = std::make_unique<Parcel>();
        parcel->kind = Parcel::Kind::bytes;
        parcel->bytes = piece.size();
        parcel->content = std::move(piece);
        put(connection, from, std::move(parcel));
    }
}

void Connections::put(Connection& connection, End from, Parcel::Kind kind, std::size_t bytes) {
    auto parcel = std::make_unique<Parcel>();
    parcel->kind = kind;
    parcel->bytes = bytes;
    put(connection, from, std::move(parcel));
}

void Connections::put(Connection& connection, End from, std::unique_ptr<Parcel> parcel) {
    Pipe& pipe = connection.pipes[from];
    const HostIndex sender = connection.hosts[from];
    const HostIndex receiver = connection.hosts[other(from)];
    const bool was_empty = pipe.parcels.empty();
    if (pipe.holds || seats_.weather.holds(sender, receiver)) {
        pipe.hold(std::move(parcel), now());
    } else {
        const Span way = seats_.jittered(seats_.way(sender, receiver), connection.chance);
        pipe.send(std::move(parcel), now(), way, seats_.at(sender).up, seats_.at(receiver).down);
    }
    if (was_empty) schedule(connection, from);
}

void Connections::schedule(Connection& connection, End from) {
    Pipe& pipe = connection.pipes[from];
    const Parcel* first = pipe.parcels.first();
    if (first == nullptr) return;
    pipe.next = environment_.events.at(first->held ? first->due + Pipe::kGivenUp : first->due,
                                       [this, name = name(connection, from)] { due(name); });
}

// ---- out of it ----

// What the host does with what it is told may free the connection: that comes last.
void Connections::due(const Name& name) {
    Connection* connection = named(name);
    if (connection == nullptr) return;
    Parcels& parcels = connection->pipes[name.end].parcels;
    if (parcels.first()->held) return given_up(*connection, name.end);
    const std::unique_ptr<Parcel> parcel = parcels.pop();
    schedule(*connection, name.end);
    arrive(*connection, other(name.end), *parcel);
}

void Connections::arrive(Connection& connection, End at, Parcel& parcel) {
    using Kind = Parcel::Kind;
    const bool ends =
        parcel.kind == Kind::fin || parcel.kind == Kind::reset || parcel.kind == Kind::refusal;
    if (connection.ends[at] == Standing::gone) {
        if (!ends) put(connection, at, Kind::reset, Parcel::kBareBytes);
        return;
    }
    if (ends) return lose(connection, at);
    if (parcel.kind == Kind::syn) return answer_syn(connection);
    if (parcel.kind == Kind::bytes)
        return take_bytes(connection, at, std::get<Bytes>(parcel.content));
    if (parcel.kind != Kind::message) return shake_hands(connection, at, parcel.kind);
    seat(connection, at)
        .resident->received(p2p::MessageReceived{
            connection.id, std::get<p2p::Message>(std::move(parcel.content)), parcel.bytes});
}

// As Connection in node/ does with bytes that its socket gives it.
void Connections::take_bytes(Connection& connection, End at, const Bytes& bytes) {
    const Name me = name(connection, at);
    p2p::Transport::Opened opened = connection.link->at(at).open(bytes);
    if (opened.error) {
        put(connection, at, Parcel::Kind::fin, Parcel::kBareBytes);
        return lose(connection, at);
    }
    if (!opened.reply.empty()) put_bytes(connection, at, std::move(opened.reply));
    if (opened.established && connection.ends[at] == Standing::pending) established(connection, at);
    for (const p2p::RawMessage& raw : opened.messages) {
        const Connection* still = named(me);
        if (still == nullptr || still->ends[at] != Standing::open) return;
        seats_.at(still->hosts[at])
            .resident->received(p2p::MessageReceived{
                me.id, p2p::decode(raw, environment_.parameters), raw.wire_bytes()});
    }
}

void Connections::given_up(Connection& connection, End from) {
    const bool was_gone = connection.ends[from] == Standing::gone;
    const bool reset = connection.pipes[from].parcels.first()->kind == Parcel::Kind::reset;
    cut_unsent(connection, from);
    if (!was_gone) return lose(connection, from);
    // What a reset would have answered was never acknowledged either.
    if (reset) lose(connection, other(from));
}

// ---- the sender's account ----

// A body is answered by itself: Gossip sends no next one before it has heard of this one.
void Connections::count(Connection& connection, End from, std::size_t bytes, bool body) {
    Pipe& pipe = connection.pipes[from];
    pipe.unreported =
        static_cast<std::uint32_t>(std::min(Pipe::kReportBytes, pipe.unreported + bytes));
    if (body || pipe.unreported >= Pipe::kReportBytes) report_when_written(connection, from);
}

void Connections::report_when_written(Connection& connection, End from) {
    Pipe& pipe = connection.pipes[from];
    if (std::exchange(pipe.reporting, true)) return;
    // The line rounds up: a moment later there is surely nothing left, and so no second report.
    const Span socket = seat(connection, from).up.time_of(Pipe::kSocketBytes) - Span{1};
    environment_.events.at(pipe.on_line - socket,
                           [this, name = name(connection, from)] { report(name); });
}

void Connections::report(const Name& name) {
    Connection* connection = named(name);
    if (connection == nullptr) return;
    Pipe& pipe = connection->pipes[name.end];
    pipe.reporting = false;
    if (connection->ends[name.end] != Standing::open) return;
    pipe.unreported = 0;
    Seat& host = seat(*connection, name.end);
    const std::size_t queued = pipe.queued(now(), host.up);
    // What is held is told of when it goes on.
    if (queued > 0 && !pipe.holds) report_when_written(*connection, name.end);
    host.resident->drained({.peer = name.id, .queued_bytes = queued});
}

// ---- the weather ----

void Connections::began(const Fault& fault) {
    if (fault.kind != Fault::Kind::clog) return;
    for (const auto& connection : slots_) {
        if (!connection) continue;
        if (!seats_.weather.clogs(connection->hosts[kDialler]) &&
            !seats_.weather.clogs(connection->hosts[kListener]))
            continue;
        for (const End from : {kDialler, kListener}) {
            environment_.events.cancel(connection->pipes[from].next);
            connection->pipes[from].hold_all(now());
            schedule(*connection, from);
        }
    }
}

// What was lost is sent again when its sender next tries; it waits twice as long each time, so that
// may be as long again as it has waited. What was only clogged goes on at once.
void Connections::ended(const Fault& fault) {
    for (const auto& connection : slots_) {
        if (!connection) continue;
        for (const End from : {kDialler, kListener}) {
            Pipe& pipe = connection->pipes[from];
            const Parcel* first = pipe.parcels.first();
            if (!pipe.holds || first == nullptr ||
                seats_.weather.holds(connection->hosts[from], connection->hosts[other(from)]))
                continue;
            const Span waited = first->held ? now() - first->due : Span{0};
            const Span wait = fault.kind == Fault::Kind::clog
                                  ? Span{0}
                                  : uniform(connection->chance, Span{0}, waited);
            environment_.events.after(wait,
                                      [this, name = name(*connection, from)] { resume(name); });
        }
    }
}

void Connections::resume(const Name& name) {
    Connection* connection = named(name);
    if (connection == nullptr) return;
    const End from = name.end;
    Pipe& pipe = connection->pipes[from];
    const HostIndex sender = connection->hosts[from];
    const HostIndex receiver = connection->hosts[other(from)];
    if (!pipe.holds || seats_.weather.holds(sender, receiver)) return;
    environment_.events.cancel(pipe.next);
    const auto way = [&] {
        return seats_.jittered(seats_.way(sender, receiver), connection->chance);
    };
    pipe.release(now(), way, seats_.at(sender).up, seats_.at(receiver).down);
    schedule(*connection, from);
    if (connection->ends[from] == Standing::open) report_when_written(*connection, from);
}

}  // namespace starling::sim
