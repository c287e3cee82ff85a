#pragma once

#include "consensus/bytes.h"
#include "consensus/time.h"
#include "p2p/discovery/contact.h"
#include "p2p/discovery/limits.h"
#include "p2p/discovery/lru_map.h"
#include "p2p/identity/record.h"

#include <cstddef>
#include <map>
#include <optional>

namespace starling::p2p::discv5 {

// A WHOAREYOU of ours.
struct Challenge {
    Bytes datagram;         // as it was sent, to be sent again
    Bytes data;             // challenge-data: what the answer is bound to
    Shared<Record> record;  // the newest known of whom it was sent to, or null
};

// The WHOAREYOUs that wait for an answer, one a contact, each for challenge_timeout.
//
// A sender (datagram_allowance.h) holds a bounded number, so that one cannot push out the others'.
// Where all together are too many the oldest goes: even at the highest rate of datagrams that we
// take in, an honest answer then still has half a second to come.
class Challenges {
public:
    Challenges(const Limits& limits, Random& random)
        : limits_(limits), waiting_(limits.challenges_max, random) {}

    // Null where none waits. Expired ones must have been dropped (expire).
    Challenge* find(const Contact& contact) { return waiting_.find(contact); }
    // False, and nothing is kept, if its sender has as many as it may.
    bool add(const Contact& contact, Challenge challenge, Time now);
    void erase(const Contact& contact);
    void expire(Time now);

    [[nodiscard]] std::optional<Time> next_expiry() const;
    [[nodiscard]] std::size_t size() const { return waiting_.size(); }

private:
    void released(const Contact& contact);

    const Limits& limits_;
    LruMap<Contact, Challenge> waiting_;
    std::map<Endpoint, std::size_t> by_sender_;  // none of them zero
};

}  // namespace starling::p2p::discv5
