#pragma once

#include "consensus/time.h"
#include "p2p/address.h"
#include "p2p/discovery/limits.h"
#include "p2p/discovery/lru_map.h"
#include "p2p/token_bucket.h"

#include <cstddef>
#include <cstdint>

namespace starling::p2p::discv5 {

// Whom a limit by address counts: an IPv4 address, a /64 of IPv6 (what one subscriber has), with
// any port. On loopback the port counts too: there, nodes have nothing else to differ by, and
// nobody from outside can send from it.
Endpoint sender_of(const Endpoint& from);

TokenBucket full_bucket(double burst, double per_second);

// Decides whether a datagram is looked at: every sender has its allowance, and all together have
// two, one for what we have reason to expect and one for strangers. The sender's is asked first, so
// that what it wastes is not taken from the others'; and a flood from thousands of addresses leaves
// the nodes that we already speak with alone.
//
// Remembers a bounded number of senders, those that were heard last, and of these only whose
// allowance may not be full again. One that is forgotten earlier begins with a full one; that takes
// a flood, which the strangers' allowance stops.
class DatagramAllowance {
public:
    DatagramAllowance(const Limits& limits, Random& random);

    // Before a datagram is decoded.
    bool take_of_sender(const Endpoint& from, Time now);
    // After. `expected`: it belongs to a session, a handshake or a request of ours, as it claims.
    bool take_of_all(bool expected, Time now);
    [[nodiscard]] std::size_t tracked() const { return senders_.size(); }

private:
    const Limits& limits_;
    Duration refilled_after_;  // an empty allowance is full
    TokenBucket expected_;
    TokenBucket strangers_;
    LruMap<Endpoint, TokenBucket> senders_;
};

}  // namespace starling::p2p::discv5
