#pragma once

#include "p2p/address_manager.h"
#include "p2p/identity/network_tag.h"
#include "p2p/limits.h"
#include "p2p/outbox.h"
#include "p2p/token_bucket.h"

#include <optional>

namespace starling::p2p {

// Tells peers who we are and whom we know, as signed records, and hears the same of them. Only over
// links that proved a key.
//
// Nothing heard is believed: it goes to discovery, which asks a node before it proposes it. A peer
// may send a thousand records when we asked and one in ten seconds else (Bitcoin Core's figures for
// addresses); what is more is an offence, since each costs us the check of a signature.
//
// A peer's own record must be of the link's key and of our network, or the connection ends. A
// record of another network among `records`, or one whose identity has not the network's price, is
// an offence that may happen a few times.
class RecordExchange {
public:
    RecordExchange(const Parameters& parameters, const Limits& limits)
        : limits_(limits),
          network_(network_tag(parameters)),
          identity_bits_(parameters.identity_bits) {}

    void own_changed(Shared<Record> own, Turn& turn);
    void ready(Peer& peer, Turn& turn);
    void disconnected(PeerId peer) { peers_.erase(peer); }
    // True if the peer's record is news.
    bool received(Peer& peer, const RecordMessage& message, Turn& turn);
    // Answers once for a connection, and only inbound peers; see Addresses. Told are nodes that we
    // were connected to once: which of them we are connected to now is not to be seen.
    void received(Peer& peer, const GetRecords& message, AddressManager& addresses, Turn& turn);
    void received(Peer& peer, const Records& message, Turn& turn);
    void handle_timer(Turn& turn);
    [[nodiscard]] std::optional<Time> next_wakeup() const;

private:
    struct Exchange {
        std::uint64_t sent_sequence = 0;
        bool answered = false;
        TokenBucket own;     // changes of its own record
        TokenBucket others;  // records of other nodes
    };

    void announce(Turn& turn);
    void send_own(Peer& peer, Exchange& exchange, Turn& turn) const;

    const Limits& limits_;
    NetworkTag network_;
    std::uint8_t identity_bits_;
    Shared<Record> own_;
    PeerMap<Exchange> peers_;  // that are ready, with a key
    std::optional<Time> next_announcement_;
    Time quiet_until_;
};

}  // namespace starling::p2p
