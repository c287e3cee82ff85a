#pragma once

#include "consensus/time.h"
#include "p2p/discovery/contact.h"
#include "p2p/discovery/protocol.h"
#include "p2p/discovery/queues.h"
#include "p2p/identity/record.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace starling::p2p::discv5 {

// A message whose sender is proven: it holds the key of `from.id` and receives at `from.address`.
struct Delivered {
    Contact from;
    Message message;
    Shared<Record> record;  // the sender's, where the handshake brought one; checked
};

// Why a datagram was not used, for the metrics.
enum class Dropped {
    bad_packet,     // no packet of ours
    rate_limited,   // its address or all together sent too many
    unexpected,     // a WHOAREYOU that answers nothing, a handshake without a challenge
    bad_handshake,  // record, signature or key exchange wrong
    undecryptable,  // challenged, or the challenge is under way
    bad_message,    // sealed correctly, but no message of the protocol
    challenges_full,
};
constexpr std::size_t kDroppedKinds = 7;
std::string_view name_of(Dropped reason);

struct WireCounters {
    // By Message's alternatives, then WHOAREYOU.
    std::array<std::uint64_t, 7> received{}, sent{};
    std::array<std::uint64_t, kDroppedKinds> dropped{};
    std::uint64_t handshakes = 0;  // completed, both directions
};

// Which wire a machine speaks by.
enum class WireKind { sealed, open };

// The newest record known of a node, or null; called while a datagram is taken in.
using RecordOf = std::function<Shared<Record>(const NodeId&)>;

// Turns datagrams into messages whose sender is proven, and messages into datagrams. Knows nothing
// of requests, of what messages mean or of the table. What proves a sender is the implementation's:
// SealedWire, which every node has, and OpenWire of the simulator.
class Wire {
public:
    Wire() = default;
    virtual ~Wire() = default;
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    // What we prove ourselves with, from now on.
    virtual void set_record(Shared<Record> own) = 0;

    // A request, to be carried as soon as there is a session with `to`; one that comes about later
    // than challenge_timeout does not carry it. `key` is the receiver's, of its record.
    virtual void send_request(const Contact& to,
                              const CompressedKey& key,
                              Message message,
                              Time now,
                              std::vector<Datagram>& out) = 0;
    // An answer; dropped where no session exists any more.
    virtual void send_response(const Contact& to,
                               Message message,
                               Time now,
                               std::vector<Datagram>& out) = 0;

    virtual void received(const DatagramReceived& datagram,
                          Time now,
                          std::vector<Datagram>& out,
                          std::vector<Delivered>& delivered) = 0;

    [[nodiscard]] virtual std::optional<Time> next_wakeup() const = 0;
    virtual void handle_timer(Time now) = 0;  // forgets what expired

    [[nodiscard]] virtual WireQueues queues() const = 0;
    [[nodiscard]] virtual const WireCounters& counters() const = 0;
};

}  // namespace starling::p2p::discv5
