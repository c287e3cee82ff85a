#pragma once

#include "consensus/bytes.h"
#include "consensus/time.h"
#include "p2p/crypto/cipher.h"
#include "p2p/discovery/contact.h"
#include "p2p/discovery/limits.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace starling::p2p::discv5 {

// A request of ours that may still be challenged.
struct Flight {
    Contact to;
    CompressedKey key{};  // the receiver's
    Bytes plain;          // the message, to be sealed again
    GcmNonce nonce{};     // of the packet that carried it last: a WHOAREYOU names it
    // The receiver cannot have read it: it was sent as chance for want of keys, or under keys that
    // the receiver has not. It goes again within the next session.
    bool unread = false;
    Time since;
};

// The requests under way, by the nonce of their packet, each for challenge_timeout: the longest
// that anybody may take to challenge one.
//
// Bounds: requests_max, and requests_per_node_max to a contact; the oldest are forgotten, which
// costs them only the handshake that a challenge of them would have begun.
class Flights {
public:
    using Serial = std::uint64_t;  // in the order of adding, never 0

    explicit Flights(const Limits& limits) : limits_(limits) {}

    Serial add(Flight flight);
    [[nodiscard]] std::optional<Serial> named(const GcmNonce& nonce) const;
    // The flight must be there.
    [[nodiscard]] const Flight& at(Serial serial) const { return flights_.at(serial); }
    void sent_again(Serial serial, const GcmNonce& nonce);
    void erase(Serial serial);
    void expire(Time now);

    // Nothing that was sent to this contact until now was read.
    void all_unread(const Contact& contact);
    // Those of this contact that are unread, oldest first.
    [[nodiscard]] std::vector<Serial> unread(const Contact& contact) const;

    [[nodiscard]] std::optional<Time> next_expiry() const;
    [[nodiscard]] std::size_t size() const { return flights_.size(); }

private:
    // The serials of a contact's flights, oldest first.
    [[nodiscard]] std::vector<Serial> of(const Contact& contact) const;

    const Limits& limits_;
    Serial last_ = 0;
    std::map<Serial, Flight> flights_;
    std::map<GcmNonce, Serial> by_nonce_;
    std::set<std::pair<Contact, Serial>> by_contact_;
};

}  // namespace starling::p2p::discv5
