#pragma once

#include "p2p/peers.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace starling::p2p {

// Chooses whose inbound connection ends when all places are taken and a newcomer calls. What an
// attacker could fill is given up last where it costs him something: netgroups that he cannot
// choose, nearness, useful work, and having been there before he came. Pure: peers in, a peer out;
// of equal ones the older stays.
//
// The rules are Bitcoin Core's (node/eviction.cpp) but for five things:
//   - there so many peers are protected for each merit, of some 114 places; with fewer places, as
//     here, that would be all of them and who comes first would have the node for ever. So what is
//     protected is the same share of the places, twice it for the work that all are of use for;
//   - of netgroups four are protected by a peer each, not four peers: one group cannot take all;
//   - of the places of the old ones a netgroup has a quarter, while others want the rest: who calls
//     from one group for a day would be all of the old ones else;
//   - of those without transactions one that serves no blocks takes up no place of the others;
//   - of the networks that are at a disadvantage only our own (local) is known here. IPv6 is none:
//     its addresses cost an attacker nothing, and what were kept for them he would have.

// An inbound connection, by what counts for or against it.
struct Evictable {
    PeerId peer;
    Time connected;
    std::optional<Duration> ping_min;
    std::optional<Time> gave_block, gave_transaction;
    bool relays_transactions = false;
    bool serves_blocks = false;
    bool local = false;          // nobody on the Internet has its address: is_local_only
    bool wanted = false;         // a person asked for its node: never evicted
    bool discouraged = false;    // the first to be evicted, of those that no merit protects
    std::uint64_t netgroup = 0;  // under a secret key: nobody knows which group is high
};
Evictable evictable(const Peer& peer, std::uint64_t keyed_netgroup);

// How many are protected for each merit.
struct Protections {
    std::size_t netgroups = 4;     // the highest, of each its oldest
    std::size_t pings = 8;         // the lowest: an attacker would have to move nearer
    std::size_t transactions = 4;  // who last was the first to give us one
    std::size_t block_only = 8;    // who last gave us a block, of those without transactions
    std::size_t blocks = 4;        // who last gave us a block
};
constexpr Protections kUnprotected{0, 0, 0, 0, 0};
constexpr std::size_t kCoreInboundMax = 114;
// The same share of `inbound_max` places as of Bitcoin Core's 114, rounded up, and not more than it
// has; twice that share for transactions and for blocks.
Protections protections_of(std::size_t inbound_max);

// Of those that no merit protects half stay, the oldest, a quarter being kept for local ones and of
// the others a quarter at the most for one netgroup while others want the rest; of those that are
// left the youngest of the netgroup that has most of them goes. Nobody if all are protected.
std::optional<PeerId> whom_to_evict(std::vector<Evictable> peers, const Protections& protections);

}  // namespace starling::p2p
