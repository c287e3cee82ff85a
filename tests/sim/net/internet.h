#pragma once

#include "p2p/discovery/discovery.h"
#include "p2p/effects.h"
#include "sim/environment.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace starling::sim {

// A host's side of its connections: told at the moment when it happens.
class Resident {
public:
    virtual ~Resident() = default;
    virtual void connected(p2p::PeerConnected) = 0;
    virtual void dial_failed(p2p::DialFailed) = 0;
    virtual void received(p2p::MessageReceived) = 0;
    virtual void lost(p2p::PeerLost) = 0;
    virtual void drained(p2p::SendBudget) = 0;
    virtual void received(p2p::discv5::DatagramReceived) = 0;
};

struct ConnectionView {
    p2p::PeerId peer;  // the same at both ends
    HostIndex dialler = 0, listener = 0;
    bool established = false;
    std::size_t queued_bytes = 0;  // both ways, not yet on the line
};

// Carries messages and datagrams between hosts: delays by region, bandwidth, loss, NATs, and the
// weather (partitions, clogs). Connections are reliable ordered pipes with slow start; a message is
// one event, not one a segment. Over `wire` it runs the real link (p2p/link) over torn bytes.
//
// What a host may not do to others it may not do here: a datagram has the sender's own address, a
// connection reaches whom the address belongs to.
class Internet {
public:
    explicit Internet(const Environment& environment);
    ~Internet();

    // The host runs from now on; null: it is gone, its connections with it. `crashed`: the others
    // notice only by what they send.
    void attach(HostIndex host, Resident* resident, bool crashed = false);

    void dial(HostIndex from, const p2p::Dial& dial);
    // `bytes`: on the wire.
    void send(HostIndex from, p2p::PeerId to, p2p::Message message, std::size_t bytes);
    void close(HostIndex from, p2p::PeerId peer);
    void send(HostIndex from, p2p::discv5::Datagram datagram);

    // ---- The weather ----
    void begin(const Fault& fault);  // partition, one_way_partition, clog, loss_burst
    void end(const Fault& fault);

    [[nodiscard]] std::vector<ConnectionView> connections() const;  // by peer id
    [[nodiscard]] std::vector<ConnectionView> connections_of(HostIndex host) const;
    // The other end; kNoHost if there is no such connection.
    [[nodiscard]] HostIndex other_end(HostIndex host, p2p::PeerId peer) const;
    // What SendBudget would tell the host now.
    [[nodiscard]] std::size_t queued_bytes(HostIndex host, p2p::PeerId peer) const;
    // Whose address this is; of a port that is nobody's (of a call that came in, of a NAT) whose
    // IP address. kNoHost: nobody's, or that of several.
    [[nodiscard]] HostIndex host_at(const p2p::Endpoint& address) const;
    // Nothing that a partition or a clog holds back.
    [[nodiscard]] bool reachable(HostIndex from, HostIndex to) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::sim
