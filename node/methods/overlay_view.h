#pragma once

#include "consensus/time.h"
#include "p2p/discovery/discovery.h"
#include "p2p/eclipse_alarm.h"
#include "p2p/identity/node_id.h"
#include "p2p/identity/record.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace starling::node {

// What went through the socket of discovery, since the start.
struct UdpTraffic {
    std::uint64_t received = 0, received_bytes = 0;
    std::uint64_t sent = 0, sent_bytes = 0;
    std::uint64_t oversized = 0;  // received, longer than any packet of the protocol
    std::uint64_t unsent = 0;     // refused by the system: no route, no room
    std::optional<Time> last_received, last_sent;
};

// WireCounters::received and sent, by place.
constexpr std::array<std::string_view, 7> kPacketNames = {
    "ping", "pong", "findnode", "nodes", "talkreq", "talkresp", "whoareyou"};

// What the RPC methods and the metrics see of our identity and of the overlay. There is always an
// identity; without discovery everything else is empty.
class OverlayView {
public:
    virtual ~OverlayView() = default;

    [[nodiscard]] virtual const p2p::Identity& identity() const = 0;
    // Our own; null over plain links and until it was signed at the start.
    [[nodiscard]] virtual Shared<p2p::Record> record() const = 0;
    [[nodiscard]] virtual bool plain() const = 0;
    [[nodiscard]] virtual bool discovery() const = 0;  // is it on?
    [[nodiscard]] virtual std::vector<p2p::discv5::BucketView> buckets() const = 0;
    [[nodiscard]] virtual p2p::discv5::Figures figures() const = 0;
    [[nodiscard]] virtual UdpTraffic traffic() const = 0;
    [[nodiscard]] virtual std::vector<std::string> lan() const = 0;  // interfaces
    [[nodiscard]] virtual std::size_t outbound_wanted() const = 0;   // peers sought by ourselves
    // As it was last looked at; see Overlay::kEclipseInterval.
    [[nodiscard]] virtual const p2p::EclipseReport& eclipse() const = 0;

    // A lookup for a person; false, and `then` is not called, without discovery and when too many
    // are under way.
    using Found = std::function<void(const p2p::discv5::LookupReport&)>;
    virtual bool look_up(const p2p::NodeId& target, Found then) = 0;

    // TALKREQ for a person; `then` is told the response, or that none came. False as above.
    using Talked = std::function<void(const std::optional<Bytes>&)>;
    virtual bool talk(const Shared<p2p::Record>& to,
                      Bytes protocol,
                      Bytes request,
                      Talked then) = 0;
};

}  // namespace starling::node
