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

// Decides whether a datagram is looked at: every sender has its allowance and all together have
// one. The sender's is asked first, so that what it wastes is not taken from the others'.
//
// Remembers a bounded number of senders, those that were heard last. A sender that is forgotten
// begins with a full allowance; that takes a flood from thousands of addresses, which the total
// stops.
class DatagramAllowance {
public:
    explicit DatagramAllowance(const Limits& limits);

    bool take(const Endpoint& from, Time now);
    [[nodiscard]] std::size_t tracked() const { return senders_.size(); }

private:
    const Limits& limits_;
    TokenBucket total_;
    LruMap<Endpoint, TokenBucket> senders_;
};

}  // namespace starling::p2p::discv5
