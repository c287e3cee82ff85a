#include "p2p/discovery/sealed_wire.h"

#include "p2p/discovery/sealed_wire_state.h"
#include "p2p/earliest.h"

#include <cassert>
#include <utility>

namespace starling::p2p::discv5 {
namespace {

constexpr std::size_t kChanceBytes = 20;  // geth's: no longer than a sealed PING, 87 bytes or more

}  // namespace

SealedWire::State::State(const Identity& own,
                         const Limits& bounds,
                         Random& chance,
                         RecordOf records)
    : identity(own),
      limits(bounds),
      random(chance),
      record_of(std::move(records)),
      allowance(bounds, chance),
      their_handshakes(full_bucket(bounds.handshakes_burst, bounds.handshakes_per_second)),
      own_handshakes(full_bucket(bounds.handshakes_burst, bounds.handshakes_per_second)),
      sessions(bounds.sessions_max, chance),
      initiations(bounds.requests_max, chance),
      challenges(bounds, chance),
      flights(bounds) {}

void SealedWire::State::expire(Time now) {
    challenges.expire(now);
    flights.expire(now);
    while (initiations.oldest() && *initiations.oldest() + limits.challenge_timeout <= now)
        initiations.erase(Contact{initiations.oldest_key()});
    while (sessions.oldest() && *sessions.oldest() + limits.session_idle_max <= now)
        sessions.erase(Contact{sessions.oldest_key()});
}

bool SealedWire::State::expected(const OrdinaryAuth& auth, const Endpoint& from, const Packet&) {
    const Contact contact{auth.from, from};
    return sessions.find(contact) != nullptr || initiations.find(contact) != nullptr;
}

bool SealedWire::State::expected(const WhoAreYou&, const Endpoint& from, const Packet& packet) {
    const auto serial = flights.named(packet.nonce);
    return serial && flights.at(*serial).to.address == from;
}

bool SealedWire::State::expected(const HandshakeAuth& auth, const Endpoint& from, const Packet&) {
    return challenges.find({auth.from, from}) != nullptr;
}

SessionKeys* SealedWire::State::writing_keys(const Contact& to) {
    Session* session = sessions.find(to);
    Initiation* begun = initiations.find(to);
    const bool attempted = begun != nullptr && !begun->attempts.empty();
    if (attempted && (session == nullptr || session->doubted)) return &begun->attempts.back().keys;
    return session != nullptr ? &session->keys : nullptr;
}

std::optional<Packet> SealedWire::State::sealed(SessionKeys& keys, ByteView plain) {
    const auto nonce = next_nonce(keys, random);
    if (!nonce) return std::nullopt;
    Packet packet{.masking_iv = random_array<16>(random),
                  .nonce = *nonce,
                  .auth = OrdinaryAuth{identity.id},
                  .message = {},
                  .associated = {}};
    packet.message = gcm_seal(keys.write, packet.nonce, plain, associated_of(packet));
    return packet;
}

Packet SealedWire::State::unreadable() {
    const auto chance = random_array<kChanceBytes>(random);
    return Packet{.masking_iv = random_array<16>(random),
                  .nonce = random_array<12>(random),
                  .auth = OrdinaryAuth{identity.id},
                  .message = {chance.begin(), chance.end()},
                  .associated = {}};
}

void SealedWire::State::send(const Contact& to, const Packet& packet, Turn& turn) {
    turn.out.push_back({to.address, encode_packet(packet, to.id)});
    sessions.touch(to, turn.now);
}

void SealedWire::State::received(const OrdinaryAuth& auth,
                                 const Endpoint& from,
                                 const Packet& packet,
                                 Turn& turn) {
    const Contact contact{auth.from, from};
    if (contact.id == identity.id) return drop(Dropped::bad_packet);
    if (const auto plain = opened(contact, packet, turn))
        return deliver(contact, *plain, nullptr, turn);
    challenge(contact, packet.nonce, turn);
}

// The message in the clear, by whichever keys open it.
std::optional<Bytes> SealedWire::State::opened(const Contact& contact,
                                               const Packet& packet,
                                               Turn& turn) {
    const auto open = [&](const SessionKeys& keys) {
        return gcm_open(keys.read, packet.nonce, packet.message, packet.associated);
    };
    if (const Session* session = sessions.find(contact)) {
        auto plain = open(session->keys);
        if (!plain && session->previous) plain = open(*session->previous);
        if (plain) {
            sessions.touch(contact, turn.now);
            return plain;
        }
    }
    return opened_by_attempt(contact, packet, turn);
}

void SealedWire::State::deliver(const Contact& from,
                                ByteView plain,
                                Shared<Record> sent,
                                Turn& turn) {
    auto message = decode_message(plain);
    if (!message) return drop(Dropped::bad_message);
    ++counters.received[message->index()];
    turn.delivered->push_back({from, std::move(*message), std::move(sent)});
}

SealedWire::SealedWire(const Identity& identity,
                       const Limits& limits,
                       Random& random,
                       RecordOf record_of)
    : state_(std::make_unique<State>(identity, limits, random, std::move(record_of))) {}

SealedWire::~SealedWire() = default;

void SealedWire::set_record(Shared<Record> own) {
    state_->record = std::move(own);
}

void SealedWire::send_request(const Contact& to,
                              const CompressedKey& key,
                              Message message,
                              Time now,
                              std::vector<Datagram>& out) {
    assert(is_request(message));
    State& state = *state_;
    state.expire(now);
    Turn turn{now, out};
    Flight flight{.to = to, .key = key, .plain = encode(message), .since = now};
    assert(flight.plain.size() <= kPlainBytesMax);
    SessionKeys* keys = state.writing_keys(to);
    std::optional<Packet> packet;
    if (keys != nullptr) packet = state.sealed(*keys, flight.plain);
    flight.unread = !packet;
    if (!packet) packet = state.unreadable();
    if (Initiation* begun = state.initiations.find(to); begun && !begun->attempts.empty())
        begun->attempts.back().sent_since = true;
    flight.nonce = packet->nonce;
    state.flights.add(std::move(flight));
    ++state.counters.sent[message.index()];
    state.send(to, *packet, turn);
}

void SealedWire::send_response(const Contact& to,
                               Message message,
                               Time now,
                               std::vector<Datagram>& out) {
    assert(!is_request(message));
    State& state = *state_;
    state.expire(now);
    Session* session = state.sessions.find(to);
    if (session == nullptr) return;
    Turn turn{now, out};
    const Bytes plain = encode(message);
    assert(plain.size() <= kPlainBytesMax);
    const auto packet = state.sealed(session->keys, plain);
    // Used up: without keys we challenge the next request, which makes new ones.
    if (!packet) {
        state.sessions.erase(to);
        return;
    }
    ++state.counters.sent[message.index()];
    state.send(to, *packet, turn);
}

void SealedWire::received(const DatagramReceived& datagram,
                          Time now,
                          std::vector<Datagram>& out,
                          std::vector<Delivered>& delivered) {
    State& state = *state_;
    const Endpoint& from = datagram.from;
    state.expire(now);
    if (!state.allowance.take_of_sender(from, now)) return state.drop(Dropped::rate_limited);
    const auto packet = decode_packet(datagram.bytes, state.identity.id);
    if (!packet) return state.drop(Dropped::bad_packet);
    const bool expected = std::visit(
        [&](const auto& auth) { return state.expected(auth, from, *packet); }, packet->auth);
    if (!state.allowance.take_of_all(expected, now)) return state.drop(Dropped::rate_limited);
    Turn turn{now, out, &delivered};
    std::visit([&](const auto& auth) { state.received(auth, from, *packet, turn); }, packet->auth);
}

std::optional<Time> SealedWire::next_wakeup() const {
    const State& state = *state_;
    std::optional<Time> next =
        earliest(state.challenges.next_expiry(), state.flights.next_expiry());
    if (const auto begun = state.initiations.oldest())
        next = earliest(next, *begun + state.limits.challenge_timeout);
    if (const auto used = state.sessions.oldest())
        next = earliest(next, *used + state.limits.session_idle_max);
    return next;
}

void SealedWire::handle_timer(Time now) {
    state_->expire(now);
}

WireQueues SealedWire::queues() const {
    return {.sessions = state_->sessions.size(),
            .challenges = state_->challenges.size(),
            .unproven = state_->flights.size(),
            .senders = state_->allowance.tracked()};
}

const WireCounters& SealedWire::counters() const {
    return state_->counters;
}

}  // namespace starling::p2p::discv5
