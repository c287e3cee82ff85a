#pragma once

#include "consensus/parameters.h"
#include "consensus/time.h"
#include "p2p/discovery/known_records.h"
#include "p2p/discovery/limits.h"
#include "p2p/discovery/recent_ids.h"
#include "p2p/discovery/request.h"
#include "p2p/identity/network_tag.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace starling::p2p::discv5 {

// Decides which of the records that others tell us are believed.
//
// Of a NODES answer: an identity that has the network's price (a hash, so before the signature); a
// true signature; a distance from its sender that was asked for; our network;
// an address to be asked at, which a node of the Internet may not give on a private network
// (geth's CheckRelayAddr: else it would have us ask machines beside us); not our own; each node
// once.
class RecordFilter {
public:
    RecordFilter(const Parameters& parameters,
                 const NodeId& own,
                 const Limits& limits,
                 KnownRecords& known,
                 Random& random);

    // At most `most` of its records are looked at.
    std::vector<Shared<Record>> believed(const Request& request,
                                         const Nodes& nodes,
                                         std::size_t most,
                                         Time now);
    // Of our network, its identity paid for. Others are counted, each once in a while.
    bool of_network(const Record& record, Time now);
    // May a node at `teller` tell us, or be told, of this address?
    [[nodiscard]] bool relayable(const Endpoint& teller, const Endpoint& address) const;

    [[nodiscard]] std::uint64_t foreign_networks() const { return foreign_networks_; }
    [[nodiscard]] std::uint64_t cheap_identities() const { return cheap_identities_; }

private:
    bool believed(const Request& request, const Record& record, Time now);

    const OverlayRules& rules_;
    NetworkTag tag_;
    std::uint8_t identity_bits_;
    NodeId own_;
    KnownRecords& known_;
    RecentIds<> foreign_;
    std::uint64_t foreign_networks_ = 0;
    std::uint64_t cheap_identities_ = 0;
};

}  // namespace starling::p2p::discv5
