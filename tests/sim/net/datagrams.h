#pragma once

#include "p2p/discovery/contact.h"
#include "sim/engine/stream.h"
#include "sim/environment.h"
#include "sim/net/nat.h"
#include "sim/net/seats.h"

#include <memory>
#include <vector>

namespace starling::sim {

// UDP: delayed, overtaken, lost, and filtered by NATs.
class Datagrams {
public:
    // What a line's queue holds; more is dropped at its tail. Routers are built with about one long
    // round trip of it.
    static constexpr Span kQueueMax = std::chrono::milliseconds{200};
    static constexpr std::size_t kHeaderBytes = 28;  // IPv4 and UDP

    Datagrams(const Environment& environment, Seats& seats);

    void send(HostIndex from, p2p::discv5::Datagram datagram);
    // Who hears what is sent to this address; kNoHost: nobody, or nobody yet.
    [[nodiscard]] HostIndex host_at(const p2p::Endpoint& address) const;

private:
    struct Sender {
        explicit Sender(std::uint64_t seed) : chance(seed) {}
        Stream chance;
        std::unique_ptr<NatBox> nat;  // none: its address is its own
    };
    struct Way {
        HostIndex from, to;
        std::uint16_t port;     // at which it arrives
        std::uint32_t payload;  // in bytes
    };
    void arrive(const Way& way, p2p::discv5::DatagramReceived datagram);

    const Environment& environment_;
    Seats& seats_;
    std::vector<Sender> senders_;  // by host
};

}  // namespace starling::sim
