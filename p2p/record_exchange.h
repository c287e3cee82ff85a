#pragma once

#include "consensus/random.h"
#include "p2p/address_manager.h"
#include "p2p/admission.h"
#include "p2p/identity/network_tag.h"
#include "p2p/limits.h"
#include "p2p/outbox.h"
#include "p2p/token_bucket.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace starling::p2p {

// Tells peers who we are and whom we know, as signed records, and hears the same of them. Only over
// links that proved a key.
//
// Nothing heard is believed: it goes to discovery, which asks a node before it proposes it. A peer
// may send a thousand records when we asked and one in ten seconds else (Bitcoin Core's figures for
// addresses); what is more is an offence, since each costs us the check of a signature.
//
// Inbound peers that ask hear of nodes that we were connected to once, and all who ask within a day
// hear the same (Bitcoin Core's rule for addresses, with its figures): which of them we are
// connected to now is not to be seen. With a fresh answer each time, who came often enough under
// ever new keys would read out all of them, and see whom we connected to meanwhile, be it for
// blocks alone. Their records are those of when the sample was drawn: a newer one would show that
// its node had told us. But while we have been connected to few, all are told at any time, for so a
// network begins; then it is seen who is new.
//
// A peer's own record must be of the link's key and of our network, or the connection ends. A
// record of another network among `records`, or one whose identity has not the network's price, is
// an offence that may happen a few times.
class RecordExchange {
public:
    // The share of `tried` that is told of, but kAllToldMax nodes if there are; and how long it is
    // the same, by chance up to kSampleLifeSpread longer.
    static constexpr std::size_t kToldPercent = 23;
    static constexpr std::size_t kAllToldMax = 16;  // more than an asker wants outbound peers
    static constexpr Duration kSampleLife = std::chrono::hours{21};
    static constexpr Duration kSampleLifeSpread = std::chrono::hours{6};

    RecordExchange(const Parameters& parameters, const Limits& limits, Random& random)
        : limits_(limits),
          random_(random),
          network_(network_tag(parameters)),
          identity_bits_(parameters.identity_bits) {}

    void own_changed(Shared<Record> own, Turn& turn);
    void ready(Peer& peer, Turn& turn);
    void disconnected(PeerId peer) { peers_.erase(peer); }
    // True if the peer's record is news.
    bool received(Peer& peer, const RecordMessage& message, Turn& turn);
    struct Known {
        AddressManager& addresses;
        const Admission& admission;
    };
    // Answers once for a connection, and only inbound peers; see Addresses. Does not tell of whom a
    // person refuses.
    void received(Peer& peer, const GetRecords& message, const Known& known, Turn& turn);
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

    // Drawn anew when its time is over.
    [[nodiscard]] const std::vector<Shared<Record>>& sample_of(AddressManager& addresses, Time now);
    void announce(Turn& turn);
    void send_own(Peer& peer, Exchange& exchange, Turn& turn) const;

    const Limits& limits_;
    Random& random_;
    NetworkTag network_;
    std::uint8_t identity_bits_;
    Shared<Record> own_;
    PeerMap<Exchange> peers_;  // that are ready, with a key
    std::optional<Time> next_announcement_;
    Time quiet_until_;
    std::vector<Shared<Record>> sample_;  // at most Records::kCountMax
    Time sample_until_;
};

}  // namespace starling::p2p
