#pragma once

#include "p2p/discovery/challenges.h"
#include "p2p/discovery/datagram_allowance.h"
#include "p2p/discovery/flights.h"
#include "p2p/discovery/lru_map.h"
#include "p2p/discovery/packet.h"
#include "p2p/discovery/sealed_wire.h"
#include "p2p/discovery/session_keys.h"

namespace starling::p2p::discv5 {

// Keys that the other side has proven to hold.
struct Session {
    SessionKeys keys;
    // Those before. Where both sides began a handshake at once, each ends with both keys but
    // perhaps in another order; either opens what the other seals.
    std::optional<SessionKeys> previous;
    // The other side has challenged a request, as if it had lost these keys: while a handshake of
    // ours is under way, its keys are written with.
    bool doubted = false;
};

// A handshake packet of ours that nothing has answered yet.
struct Attempt {
    SessionKeys keys;
    Bytes challenge;  // the WHOAREYOU's
    Bytes datagram;
    std::optional<Flights::Serial> carried;  // the request inside
    unsigned resent = 0;
    bool sent_since = false;  // other packets went after the datagram
};
// Our attempts with one contact, oldest first. More than one where it challenged again before its
// first answer came: a packet from before the handshake may reach it after. Which of them it
// accepted shows when it answers, so all stay until then. Those that it has
// accepted are gone from the list but count as made.
struct Initiation {
    std::vector<Attempt> attempts;
    std::size_t made = 0;
};

// What one call of SealedWire works on.
struct Turn {
    Time now;
    std::vector<Datagram>& out;
    std::vector<Delivered>* delivered = nullptr;
};

struct SealedWire::State {
    State(const Identity& own, const Limits& bounds, Random& chance, RecordOf records);

    // Forgets what expired; each public function begins with it.
    void expire(Time now);
    void drop(Dropped reason) { ++counters.dropped[static_cast<std::size_t>(reason)]; }

    // Does it belong to something that is under way, as far as can be said before it is checked?
    bool expected(const OrdinaryAuth& auth, const Endpoint& from, const Packet& packet);
    bool expected(const WhoAreYou& auth, const Endpoint& from, const Packet& packet);
    bool expected(const HandshakeAuth& auth, const Endpoint& from, const Packet& packet);

    // ---- Messages (sealed_wire.cpp) ----
    // The keys to seal with for this contact: the newest that it may have. Null for none.
    SessionKeys* writing_keys(const Contact& to);
    // An ordinary packet; nothing if the keys are used up.
    std::optional<Packet> sealed(SessionKeys& keys, ByteView plain);
    // What looks like one, with chance for its message, to be challenged.
    Packet unreadable();
    void send(const Contact& to, const Packet& packet, Turn& turn);
    void received(const OrdinaryAuth& auth, const Endpoint& from, const Packet& packet, Turn& turn);
    std::optional<Bytes> opened(const Contact& contact, const Packet& packet, Turn& turn);
    void deliver(const Contact& from, ByteView plain, Shared<Record> record, Turn& turn);

    // ---- Handshakes (sealed_wire_handshake.cpp) ----
    void challenge(const Contact& contact, const GcmNonce& nonce, Turn& turn);
    void received(const WhoAreYou& auth, const Endpoint& from, const Packet& packet, Turn& turn);
    void received(const HandshakeAuth& auth,
                  const Endpoint& from,
                  const Packet& packet,
                  Turn& turn);
    // Answers a challenge of this flight by a handshake packet.
    void begin(Flights::Serial serial, const WhoAreYou& auth, const Packet& packet, Turn& turn);
    void send_again(Attempt& attempt, const Contact& to, Turn& turn);
    std::optional<Bytes> opened_by_attempt(const Contact& contact,
                                           const Packet& packet,
                                           Turn& turn);
    // The keys are proven: by a handshake of theirs, or by an answer to ours.
    void established(const Contact& contact, const SessionKeys& keys, Turn& turn);

    const Identity& identity;
    const Limits& limits;
    Random& random;
    RecordOf record_of;
    Shared<Record> record;
    WireCounters counters;

    DatagramAllowance allowance;
    // Apart, so that strangers' handshakes do not keep us from ours.
    TokenBucket their_handshakes;
    TokenBucket own_handshakes;
    LruMap<Contact, Session> sessions;
    LruMap<Contact, Initiation> initiations;  // a queue
    Challenges challenges;
    Flights flights;
};

}  // namespace starling::p2p::discv5
