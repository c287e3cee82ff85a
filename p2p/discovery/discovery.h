#pragma once

#include "consensus/parameters.h"
#include "consensus/random.h"
#include "consensus/time.h"
#include "p2p/discovery/bootstrap_nodes.h"
#include "p2p/discovery/contact.h"
#include "p2p/discovery/density.h"
#include "p2p/discovery/limits.h"
#include "p2p/discovery/lookup.h"
#include "p2p/discovery/queues.h"
#include "p2p/discovery/table.h"
#include "p2p/discovery/wire.h"
#include "p2p/identity/sighting.h"
#include "p2p/netgroup.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace starling::p2p::discv5 {

using Ticket = std::uint64_t;  // chosen by who asks; comes back in the answer

// ---- Inputs ----
// DatagramReceived is contact.h's.
// A record that somebody told us of: it is asked before anything is believed.
struct NodeHeard {
    Sighting sighting;
};
struct LookupAsked {
    Ticket ticket = 0;
    NodeId target;
};
struct TalkAsked {  // TALKREQ to a node of the table or of this record
    Ticket ticket = 0;
    Shared<Record> to;
    Bytes protocol;
    Bytes request;
};
using Input = std::variant<DatagramReceived, NodeHeard, LookupAsked, TalkAsked>;

// ---- Effects ----
// SendDatagram is contact.h's Datagram.
struct NodesFound {  // of our network, proven or told of by a lookup, with an address to dial
    std::vector<Sighting> sightings;
};
struct RecordChanged {  // our own
    Shared<Record> record;
};
struct LookupFinished {  // only of LookupAsked
    Ticket ticket = 0;
    LookupReport report;
};
struct TalkFinished {
    Ticket ticket = 0;
    std::optional<Bytes> response;  // none: no answer
};
struct SavePeers {};  // saved() is to be made discovery.dat, replacing it atomically
struct NodeJoined {   // the table
    NodeId id;
};
struct NodeLeft {
    NodeId id;
    Duration stayed{0};
};
using Effect = std::variant<Datagram,
                            NodesFound,
                            RecordChanged,
                            LookupFinished,
                            TalkFinished,
                            SavePeers,
                            NodeJoined,
                            NodeLeft>;

// Figures since the start.
struct Figures {
    WireCounters wire;
    std::size_t sessions = 0;
    std::array<std::uint64_t, kAdmissions> admissions{};
    std::uint64_t lookups = 0, lookups_without_answer = 0;
    std::uint64_t lookup_hops = 0;  // of the nearest node, summed over lookups
    Duration lookup_time{0};        // summed
    std::uint64_t requests = 0, timeouts = 0;
    std::uint64_t unsolicited = 0;  // responses to nothing that we asked, or too late
    std::uint64_t joined = 0, left = 0;
    Duration stayed{0};                  // of those that left, summed
    std::uint64_t foreign_networks = 0;  // nodes met whose record names another network, or none
    std::uint64_t cheap_identities = 0;  // records whose key has too little work (identity_work.h)
    std::optional<Time> last_received;   // any packet that was used
    std::optional<Time> last_unasked;    // a handshake that another node began: we are reachable
    DensityFigures density;
};

// What a TALKREQ of one protocol is answered with; pure and quick. At most talk_bytes_max bytes.
using TalkHandler = std::function<Bytes(const NodeId& from, ByteView request)>;

// Where and how the node begins.
struct Start {
    // Addresses that are known to be ours: listened at, or named by a person. Their ports are the
    // ports of UDP and TCP. Without an address (0.0.0.0) only the ports count, until others have
    // told us by their votes.
    std::optional<Endpoint> udp, tcp, udp6, tcp6;
    std::vector<BootstrapNodes> bootstrap;
    Bytes saved;  // what saved() once gave; empty or damaged: ignored
};

// Node Discovery v5.1 as a machine: datagrams and time in, datagrams and wake-ups out. Keeps the
// overlay's table and our own record, and proposes nodes; whom to connect to is decided elsewhere.
class Discovery {
public:
    Discovery(const Parameters& parameters,
              const Identity& identity,
              const Limits& limits,
              Random& random,
              WireKind wire = WireKind::sealed,
              const Netgroups& netgroups = {});
    ~Discovery();

    // Before open(). Other protocols get an empty answer.
    void serve(std::string protocol, TalkHandler handler);

    void open(const Start& start, Time now, std::vector<Effect>& out);
    void handle(Input input, Time now, std::vector<Effect>& out);
    [[nodiscard]] std::optional<Time> next_wakeup() const;
    void handle_timer(Time now, std::vector<Effect>& out);

    [[nodiscard]] Shared<Record> record() const;  // our own; null before open()
    [[nodiscard]] const Table& table() const;
    [[nodiscard]] Figures figures() const;
    [[nodiscard]] Queues queues() const;
    // The contents of discovery.dat: whenever SavePeers asks for it, and at a clean stop.
    [[nodiscard]] Bytes saved(Time now) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::p2p::discv5
