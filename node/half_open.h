#pragma once

#include "p2p/address.h"
#include "p2p/peer_id.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace starling::node {

// Inbound connections whose handshake is not done, and which of them has to go when they are too
// many. Strangers open them for nothing and hold them for the timeout, so they are bounded by the
// address that they come from, and in total.
//
// When all places are taken the oldest makes room: an honest handshake takes two round trips, so
// who wants to keep honest peers out has to open all places anew in each of those, and not once in
// a timeout.
class HalfOpen {
public:
    // A connection costs a descriptor, about 3 KB and 0.3 ms of a worker. Five times what Gossip
    // keeps inbound unless a person raises it: after an outage all of them may come back at once,
    // beside strangers who fill what they can.
    static constexpr std::size_t kTotalMax = 128;
    // Of a node that stands at an address: two dials of it may cross a retry of each.
    static constexpr std::size_t kPerNodeMax = 4;

    // `nodes_per_address`: how many nodes may share an address (OverlayRules::ids_per_address_max).
    explicit HalfOpen(std::size_t nodes_per_address)
        : per_source_max_(kPerNodeMax * nodes_per_address) {}

    [[nodiscard]] bool admits(const p2p::Endpoint& address) const;
    // Gives the one that makes room, which is then no longer counted. Ids rise with time.
    [[nodiscard]] std::optional<p2p::PeerId> add(p2p::PeerId peer, const p2p::Endpoint& address);
    void remove(p2p::PeerId peer);  // established or ended; also of one that is not counted

    [[nodiscard]] std::size_t size() const { return peers_.size(); }

private:
    std::size_t per_source_max_;
    std::map<p2p::PeerId, std::string> peers_;    // with their source
    std::map<std::string, std::size_t> sources_;  // how many of each
};

}  // namespace starling::node
