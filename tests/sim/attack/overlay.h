#pragma once

#include "consensus/parameters.h"
#include "p2p/discovery/discovery.h"
#include "sim/engine/events.h"
#include "sim/engine/stream.h"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace starling::sim {

// Discovery machines alone, joined by an Internet that only takes time: what attacks on tables are
// measured in. Everybody reaches everybody, nothing is lost, and an address is one's own, so that
// an attacker answers from his only. Equal calls give equal worlds.
class Overlay {
public:
    using Index = std::size_t;
    static constexpr Span kWay = std::chrono::milliseconds{50};  // one way, and up to as much again

    struct Birth {
        p2p::Identity identity;
        p2p::Endpoint address;
        std::vector<Shared<p2p::Record>> bootnodes{};
        Bytes saved{};
    };

    // Of the rules and bounds of one kind of node.
    Overlay(std::uint64_t seed, const Parameters& parameters, const p2p::discv5::Limits& limits);
    ~Overlay();
    Overlay(const Overlay&) = delete;
    Overlay& operator=(const Overlay&) = delete;

    Index start(const Birth& birth);
    // It goes without a word; gives what it would begin with the next time.
    Bytes stop(Index index);
    void tell(Index index, p2p::discv5::Input input);

    [[nodiscard]] const p2p::discv5::Discovery& operator[](Index index) const;
    [[nodiscard]] Time clock() const;
    // Nodes that it proposed since it started, in order.
    [[nodiscard]] const std::vector<p2p::Sighting>& found(Index index) const;

    void run_for(Span span);
    void after(Span wait, Action action) { events_.after(wait, std::move(action)); }
    // By who is at an address that no machine has.
    void send(const p2p::Endpoint& from, p2p::discv5::Datagram datagram);
    std::function<void(const p2p::Endpoint& at, const p2p::discv5::DatagramReceived&)> outside;

private:
    struct Node;

    void deliver(const p2p::Endpoint& to, p2p::discv5::DatagramReceived datagram);
    void carry_out(Node& node, std::vector<p2p::discv5::Effect> effects);

    Events events_;
    Stream machines_, ways_;
    const Parameters parameters_;
    const p2p::discv5::Limits limits_;
    std::vector<std::unique_ptr<Node>> nodes_;
    std::map<p2p::Endpoint, Index> living_;
};

// So many identities at each distance from a node, from `farthest` down to `nearest`, made by
// trying: 2^(257 - distance) tries each. None twice.
std::vector<p2p::Identity> ground_identities(
    const p2p::NodeId& from, unsigned farthest, unsigned nearest, std::size_t each, Random& random);
// Of the simulated network, with UDP and TCP at one address.
Shared<p2p::Record> record_at(const p2p::Identity& identity, const p2p::Endpoint& address);

}  // namespace starling::sim
