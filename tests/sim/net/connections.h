#pragma once

#include "p2p/effects.h"
#include "sim/engine/events.h"
#include "sim/environment.h"
#include "sim/net/connection.h"
#include "sim/net/internet.h"
#include "sim/net/seats.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace starling::sim {

// TCP, and over it the encrypted link: dials, hands them through the acts of BOLT 8, carries
// messages, and tells each end when the other one is gone.
//
// An end that is gone leaves the connection to the other end, which hears of it by what it is sent
// (fin, reset) or by what is not acknowledged.
class Connections {
public:
    static constexpr Span kDialTimeout = std::chrono::seconds{10};       // as node/network.h
    static constexpr Span kHandshakeTimeout = std::chrono::seconds{10};  // as NetworkOptions
    // What a host holds for a peer that does not read; then the connection ends, as
    // Connection::kQueuedBytesMax in node/.
    static constexpr std::size_t kHeldBytesMax = 64u << 20;

    Connections(const Environment& environment, Seats& seats);
    ~Connections();

    void dial(HostIndex from, const p2p::Dial& dial);
    void send(HostIndex from, p2p::PeerId to, p2p::Message message, std::size_t bytes);
    void close(HostIndex from, p2p::PeerId peer);
    // The host's resident is gone already.
    void leave(HostIndex host, bool crashed);

    // The weather has changed.
    void began(const Fault& fault);
    void ended(const Fault& fault);

    // Null: there is none.
    [[nodiscard]] Connection* find(HostIndex host, p2p::PeerId peer) const;
    [[nodiscard]] ConnectionView view(const Connection& connection) const;
    template <class Told>
    void each(Told told) const {
        for (const auto& connection : slots_)
            if (connection) told(*connection);
    }
    template <class Told>
    void each_of(HostIndex host, Told told) const {
        for (const Entry& entry : tables_[host].entries)
            told(*slots_[entry.slot]);
    }
    [[nodiscard]] std::size_t count_of(HostIndex host) const {
        return tables_[host].entries.size();
    }

private:
    // Whom a host has connections with: a few dozen, sorted by id.
    struct Entry {
        p2p::PeerId peer;
        std::uint32_t slot = 0;
    };
    struct Table {
        std::vector<Entry> entries;
        std::uint32_t dials = 0;
    };

    // What an event that concerns a connection remembers of it.
    struct Name {
        p2p::PeerId id;
        std::uint32_t slot = 0;
        End end = kDialler;
    };
    [[nodiscard]] static Name name(const Connection& connection, End end) {
        return {connection.id, connection.slot, end};
    }
    // Null: it is no more.
    [[nodiscard]] Connection* named(const Name& name) const {
        Connection* found = slots_[name.slot].get();
        return found != nullptr && found->id == name.id ? found : nullptr;
    }

    // ---- connections.cpp: their life ----
    Connection& make(HostIndex from, HostIndex to, const p2p::Dial& dial);
    void fail(HostIndex from, const p2p::Endpoint& address, Span wait);
    void enter(const Connection& connection, End end);
    void established(Connection& connection, End end);
    void set_deadline(Connection& connection, Span wait);
    void too_late(Connection& connection);
    // The end takes no more: this frees the connection if the other end does not know it either.
    void gone(Connection& connection, End end);
    // The same, and its host is told.
    void lose(Connection& connection, End end);
    void cut_unsent(Connection& connection, End from);
    void free(Connection& connection);

    // ---- handshake.cpp: before the first message ----
    void answer_syn(Connection& connection);
    void shake_hands(Connection& connection, End at, Parcel::Kind kind);

    // ---- traffic.cpp: what goes through them ----
    void put(Connection& connection, End from, Parcel::Kind kind, std::size_t bytes);
    void put(Connection& connection, End from, std::unique_ptr<Parcel> parcel);
    void put_bytes(Connection& connection, End from, Bytes bytes);
    void schedule(Connection& connection, End from);
    void due(const Name& name);
    void given_up(Connection& connection, End from);
    void overflowed(const Name& name);
    void arrive(Connection& connection, End at, Parcel& parcel);
    void take_bytes(Connection& connection, End at, const Bytes& bytes);
    void count(Connection& connection, End from, std::size_t bytes, bool body);
    void report_when_written(Connection& connection, End from);
    void report(const Name& name);
    void resume(const Name& name);

    [[nodiscard]] Seat& seat(const Connection& connection, End end) {
        return seats_.at(connection.hosts[end]);
    }
    [[nodiscard]] Moment now() const { return environment_.events.now(); }

    const Environment& environment_;
    Seats& seats_;
    std::vector<std::unique_ptr<Connection>> slots_;  // used again
    std::vector<std::uint32_t> free_;
    std::vector<Table> tables_;  // by host
    std::uint64_t last_id_ = 0;
};

}  // namespace starling::sim
