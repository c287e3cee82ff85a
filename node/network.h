#pragma once

#include "node/machine.h"
#include "p2p/address.h"
#include "p2p/identity/node_id.h"
#include "p2p/limits.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace starling::node {

struct NetworkOptions {
    std::size_t connections_max = 0;  // of either direction; bounded by descriptors
    p2p::Identity identity;           // proved to every peer
    // --plain: Bitcoin's framing with every peer, without keys. Whether the network allows it
    // (Parameters::plain_transport) is checked with the configuration.
    bool plain = false;
    // BOLT 8 names none. Two round trips, of which a bad line may lose a packet each.
    std::chrono::milliseconds handshake_timeout = std::chrono::seconds{10};
};

// How many inbound connections Gossip may be allowed where Network holds `connections_max`: what is
// left beside all others that it may have and the strangers before their handshake. With more it
// would never be Gossip that finds no place: newcomers would find no descriptor, nobody would be
// evicted, and who came first would have the node for ever.
std::size_t inbound_places(std::size_t connections_max, const p2p::Limits& limits);

// The sockets of the peer-to-peer network: listens, dials, holds the connections, and does with
// them what Gossip says. Gossip hears of a connection when its handshake is done, with the key that
// the peer proved; a stranger who proves nothing is nobody's peer.
//
// Bounds: inbound connections by Gossip (inbound_max, at most inbound_places), before that by
// HalfOpen, and here by the file descriptors that the process may open, so that a flood leaves some
// for the store and the RPC.
class Network final : public Wire {
public:
    // 10 s: Bitcoin Core waits 5 s; a dial over a bad line takes several retransmissions.
    static constexpr std::chrono::seconds kDialTimeout{10};

    Network(Machine& machine, const NetworkOptions& options);
    ~Network() override;

    // Throws std::runtime_error if the address cannot be listened at. Gives the actual address.
    p2p::Endpoint listen(const p2p::Endpoint& endpoint);
    // Closes everything; nothing is dialled or accepted any more.
    void stop();

    void dial(const p2p::Dial& dial) override;
    void send(const p2p::Send& send) override;
    void send_body(const p2p::SendBody& send) override;
    void drop(const p2p::Drop& drop) override;

    [[nodiscard]] std::size_t half_open() const;  // inbound, before the handshake's end
    [[nodiscard]] std::uint64_t bytes_received() const;
    [[nodiscard]] std::uint64_t bytes_sent() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace starling::node
