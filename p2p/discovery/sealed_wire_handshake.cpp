// The handshakes of SealedWire: challenging, answering challenges, and accepting answers.

#include "p2p/discovery/sealed_wire_state.h"

#include <algorithm>
#include <utility>

namespace starling::p2p::discv5 {
namespace {

constexpr std::size_t kWhoAreYouCounter = std::variant_size_v<Message>;
// For one contact within challenge_timeout. A node that challenges every packet anew (ChainSafe
// does) is answered a few times; what a lost handshake packet needs is one repetition or two.
constexpr std::size_t kHandshakesMax = 4;
constexpr unsigned kRepetitionsMax = 3;

// What a handshake packet of theirs brought.
struct Accepted {
    SessionKeys keys;
    Bytes plain;
    Shared<Record> sent;  // null if the packet had none
};

// Nothing if anything is wrong: record, signature, key or message.
std::optional<Accepted> accepted(const Challenge& challenge,
                                 const Packet& packet,
                                 const Identity& own) {
    const auto& auth = std::get<HandshakeAuth>(packet.auth);
    Shared<Record> sent;
    if (!auth.record.empty()) {
        auto decoded = Record::decode(auth.record);
        if (!decoded) return std::nullopt;
        sent = std::move(*decoded);
    }
    const Shared<Record>& signer = sent ? sent : challenge.record;
    if (!signer || signer->id() != auth.from) return std::nullopt;
    if (!verify_id(signer->key(), auth.signature, challenge.data, auth.ephemeral, own.id))
        return std::nullopt;
    const auto secret = shared_point(auth.ephemeral, own.secret);
    if (!secret) return std::nullopt;
    const SessionKeys keys =
        session_keys(*secret, challenge.data, auth.from, own.id, Side::recipient);
    auto plain = gcm_open(keys.read, packet.nonce, packet.message, packet.associated);
    if (!plain) return std::nullopt;
    return Accepted{keys, std::move(*plain), std::move(sent)};
}

}  // namespace

void SealedWire::State::challenge(const Contact& contact, const GcmNonce& nonce, Turn& turn) {
    if (const Challenge* waiting = challenges.find(contact)) {
        drop(Dropped::undecryptable);
        ++counters.sent[kWhoAreYouCounter];
        turn.out.push_back({contact.address, waiting->datagram});
        return;
    }
    Shared<Record> known = record_of(contact.id);
    Packet packet{.masking_iv = random_array<16>(random),
                  .nonce = nonce,
                  .auth = WhoAreYou{.id_nonce = random_array<16>(random),
                                    .record_sequence = known ? known->sequence() : 0},
                  .message = {},
                  .associated = {}};
    Bytes datagram = encode_packet(packet, contact.id);
    const bool added =
        challenges.add(contact, {datagram, associated_of(packet), std::move(known)}, turn.now);
    if (!added) return drop(Dropped::challenges_full);
    drop(Dropped::undecryptable);
    ++counters.sent[kWhoAreYouCounter];
    turn.out.push_back({contact.address, std::move(datagram)});
}

void SealedWire::State::received(const WhoAreYou& auth,
                                 const Endpoint& from,
                                 const Packet& packet,
                                 Turn& turn) {
    ++counters.received[kWhoAreYouCounter];
    const auto serial = flights.named(packet.nonce);
    if (!serial) return drop(Dropped::unexpected);
    const Contact to = flights.at(*serial).to;
    if (to.address != from) return drop(Dropped::unexpected);
    if (Initiation* begun = initiations.find(to)) {
        for (Attempt& attempt : begun->attempts)
            if (attempt.challenge == packet.associated) return send_again(attempt, to, turn);
        if (begun->made >= kHandshakesMax) return drop(Dropped::unexpected);
    }
    if (!own_handshakes.take(1, turn.now)) return drop(Dropped::rate_limited);
    begin(*serial, auth, packet, turn);
}

// The same challenge came again. If we sent packets after the answer, one of them caused it and the
// answer may be lost; otherwise it is the echo of what we sent before.
void SealedWire::State::send_again(Attempt& attempt, const Contact& to, Turn& turn) {
    if (!attempt.sent_since || attempt.resent >= kRepetitionsMax) return drop(Dropped::unexpected);
    ++attempt.resent;
    attempt.sent_since = false;
    flights.all_unread(to);
    turn.out.push_back({to.address, attempt.datagram});
}

void SealedWire::State::begin(Flights::Serial serial,
                              const WhoAreYou& auth,
                              const Packet& packet,
                              Turn& turn) {
    const Flight flight = flights.at(serial);
    const EphemeralKey ephemeral = ephemeral_key(random);
    const auto secret = shared_point(flight.key, ephemeral.secret);
    if (!secret) return drop(Dropped::bad_handshake);
    Attempt attempt;
    attempt.keys =
        session_keys(*secret, packet.associated, identity.id, flight.to.id, Side::initiator);
    attempt.challenge = packet.associated;
    HandshakeAuth proof{
        .from = identity.id,
        .signature = sign_id(identity.secret, packet.associated, ephemeral.key, flight.to.id),
        .ephemeral = ephemeral.key,
        .record = {}};
    // A sequence above ours cannot be: ChainSafe's 11.0.0 writes it left-aligned, 1 as 2^56. Our
    // record does no harm where it was not needed.
    if (record && auth.record_sequence != record->sequence()) proof.record = record->bytes();

    // A request that does not fit behind our record follows when a PING has made the session.
    Bytes plain = flight.plain;
    const std::size_t room = kPacketBytesMax - kHandshakeBytes - proof.record.size() - kTagBytes;
    if (plain.size() <= room) {
        attempt.carried = serial;
    } else {
        const auto id = random_array<kRequestIdBytesMax>(random);
        plain = encode(Ping{ByteView(id), record ? record->sequence() : 0});
    }
    Packet answer{.masking_iv = random_array<16>(random),
                  .nonce = *next_nonce(attempt.keys, random),
                  .auth = std::move(proof),
                  .message = {},
                  .associated = {}};
    answer.message = gcm_seal(attempt.keys.write, answer.nonce, plain, associated_of(answer));
    attempt.datagram = encode_packet(answer, flight.to.id);
    turn.out.push_back({flight.to.address, attempt.datagram});

    flights.all_unread(flight.to);
    if (Session* session = sessions.find(flight.to)) session->doubted = true;
    Initiation begun;
    if (Initiation* before = initiations.find(flight.to)) begun = std::move(*before);
    begun.attempts.push_back(std::move(attempt));
    ++begun.made;
    initiations.put(flight.to, std::move(begun), turn.now);
}

// An answer to one of our handshake packets; those made before it are forgotten with it.
std::optional<Bytes> SealedWire::State::opened_by_attempt(const Contact& contact,
                                                          const Packet& packet,
                                                          Turn& turn) {
    Initiation* begun = initiations.find(contact);
    if (begun == nullptr) return std::nullopt;
    for (std::size_t i = 0; i < begun->attempts.size(); ++i) {
        const Attempt& attempt = begun->attempts[i];
        auto plain = gcm_open(attempt.keys.read, packet.nonce, packet.message, packet.associated);
        if (!plain) continue;
        const SessionKeys keys = attempt.keys;
        if (attempt.carried) flights.erase(*attempt.carried);
        begun->attempts.erase(begun->attempts.begin(),
                              begun->attempts.begin() + static_cast<std::ptrdiff_t>(i + 1));
        established(contact, keys, turn);
        return plain;
    }
    return std::nullopt;
}

void SealedWire::State::received(const HandshakeAuth& auth,
                                 const Endpoint& from,
                                 const Packet& packet,
                                 Turn& turn) {
    const Contact contact{auth.from, from};
    Challenge* waiting = challenges.find(contact);
    if (waiting == nullptr) return drop(Dropped::unexpected);
    if (!their_handshakes.take(1, turn.now)) return drop(Dropped::rate_limited);
    // One challenge pays for one check, whatever its outcome.
    const Challenge challenge = std::move(*waiting);
    challenges.erase(contact);
    auto proven = accepted(challenge, packet, identity);
    if (!proven) return drop(Dropped::bad_handshake);
    established(contact, proven->keys, turn);
    deliver(contact, proven->plain, std::move(proven->sent), turn);
}

void SealedWire::State::established(const Contact& contact, const SessionKeys& keys, Turn& turn) {
    ++counters.handshakes;
    std::optional<SessionKeys> previous;
    if (const Session* before = sessions.find(contact)) previous = before->keys;
    Session& session = sessions.put(contact, {keys, previous, false}, turn.now);
    // What a handshake of ours carries is under way; the rest goes now.
    const Initiation* begun = initiations.find(contact);
    const auto in_handshake = [&](Flights::Serial serial) {
        return begun != nullptr && std::ranges::any_of(begun->attempts, [&](const Attempt& a) {
                   return a.carried == serial;
               });
    };
    for (const Flights::Serial serial : flights.unread(contact)) {
        if (in_handshake(serial)) continue;
        const auto packet = sealed(session.keys, flights.at(serial).plain);
        if (!packet) return;
        flights.sent_again(serial, packet->nonce);
        send(contact, *packet, turn);
    }
}

}  // namespace starling::p2p::discv5
