#pragma once

#include "consensus/parameters.h"
#include "consensus/time.h"
#include "p2p/discovery/address_vote.h"
#include "p2p/discovery/saved_peers.h"
#include "p2p/identity/record.h"

#include <optional>

namespace starling::p2p::discv5 {

struct Start;

// What we tell others of ourselves, signed anew whenever it changes.
//
// Addresses that we were started with stay; of the others we believe what nodes that we asked have
// seen, by AddressVote. Our TCP port is taken to be the one we listen at: nobody sees it.
//
// Invariant: the sequence number rises with every change, over restarts too: it begins at the wall
// clock in milliseconds, or above the saved one where the clock was turned back.
class OwnRecord {
public:
    OwnRecord(const Parameters& parameters,
              const Identity& identity,
              const Netgroups& netgroups = {})
        : rules_(parameters.overlay), identity_(identity), votes_(parameters.overlay, netgroups) {
        fields_.network = network_tag(parameters);
    }

    void open(const Start& start, const Record* saved, Time now);
    // `voter`, whom we asked, has seen us at `seen`. True if the record changed.
    bool seen(const Endpoint& voter, const Endpoint& seen, Time now);

    [[nodiscard]] const Shared<Record>& record() const { return record_; }

private:
    void sign(Time now);

    const OverlayRules& rules_;
    const Identity& identity_;
    AddressVote votes_;
    RecordFields fields_;
    // Which address the votes decide, and the TCP port to go with it (0: none).
    std::optional<std::uint16_t> voted_tcp_, voted_tcp6_;
    Shared<Record> record_;
};

}  // namespace starling::p2p::discv5
