#include "support/lone_gossip.h"

#include <algorithm>
#include <chrono>
#include <type_traits>
#include <variant>

namespace starling::test {

LoneGossip::LoneGossip(const Parameters& parameters, p2p::Limits limits, Duration after_genesis)
    : limits_(limits),
      random_(1),
      ledger_(parameters, 1),
      gossip_(parameters, limits_, random_),
      now_(std::chrono::seconds{parameters.genesis.header.time} + after_genesis) {
    gossip_.open(ledger_.tree(), ledger_.tip(), now_);
}

LoneGossip::Caused LoneGossip::feed(p2p::GossipInput input) {
    Caused caused;
    step(caused, [&](auto& out) { gossip_.handle(std::move(input), now_, out); });
    return caused;
}

LoneGossip::Caused LoneGossip::say(p2p::PeerId peer, p2p::Message message) {
    return feed(p2p::MessageReceived{peer, std::move(message), 0});
}

LoneGossip::Caused LoneGossip::wait(Duration duration) {
    Caused caused;
    const Time end = now_ + duration;
    for (auto next = gossip_.next_wakeup(); next && *next <= end; next = gossip_.next_wakeup()) {
        now_ = std::max(now_, *next);
        step(caused, [&](auto& out) { gossip_.handle_timer(now_, out); });
    }
    now_ = end;
    return caused;
}

p2p::PeerId LoneGossip::join(p2p::Direction direction, const p2p::Version& version) {
    const p2p::PeerId peer = connect(direction);
    say(peer, version);
    say(peer, p2p::WtxidRelay{});
    say(peer, p2p::SendAddrV2{});
    say(peer, p2p::Verack{});
    say(peer, p2p::SendHeaders{});
    say(peer, p2p::Headers{});  // nothing new: the answer to our first question
    return peer;
}

p2p::PeerId LoneGossip::connect(p2p::Direction direction) {
    const p2p::PeerId peer{++peers_};
    feed(p2p::PeerConnected{peer, direction, address_of(peer), false});
    return peer;
}

p2p::PeerId LoneGossip::connect(p2p::Direction direction, const p2p::Identity& identity) {
    const p2p::PeerId peer{++peers_};
    feed(p2p::PeerConnected{peer, direction, address_of(peer), false, identity.key});
    return peer;
}

p2p::PeerId LoneGossip::join(p2p::Direction direction, const p2p::Identity& identity) {
    const p2p::PeerId peer = connect(direction, identity);
    say(peer, honest_version());
    say(peer, p2p::Verack{});
    return peer;
}

p2p::Endpoint LoneGossip::address_of(p2p::PeerId peer) {
    return p2p::Endpoint::ipv4({10, 0, 0, 2}, static_cast<std::uint16_t>(peer.value));
}

p2p::Version LoneGossip::honest_version() {
    return {.services = p2p::kServiceNetwork | p2p::kServiceWitness,
            .nonce = 77,
            .user_agent = "/test/"};
}

void LoneGossip::grow(const std::vector<Shared<CheckedBlock>>& blocks) {
    for (const auto& block : blocks)
        submit(chain::Input{chain::BlockArrived{{}, block, false}});
}

LoneGossip::Caused LoneGossip::submit(const mempool::LedgerInput& input) {
    Caused caused;
    answer(caused, input);
    return caused;
}

std::optional<p2p::PeerView> LoneGossip::view(p2p::PeerId peer) const {
    for (const p2p::PeerView& one : gossip_.peers()) {
        if (one.id == peer) return one;
    }
    return std::nullopt;
}

template <class Do>
void LoneGossip::step(Caused& caused, Do act) {
    std::vector<p2p::GossipEffect> effects;
    act(effects);
    std::vector<mempool::LedgerInput> inputs;
    for (p2p::GossipEffect& effect : effects) {
        if (auto* submission = std::get_if<p2p::Submit>(&effect))
            inputs.push_back(std::move(submission->input));
        else
            note(caused, effect);
    }
    caused.submissions += inputs.size();
    caused.submissions_max = std::max(caused.submissions_max, inputs.size());
    for (const auto& input : inputs)
        answer(caused, input);
}

void LoneGossip::note(Caused& caused, p2p::GossipEffect& effect) {
    if (auto* send = std::get_if<p2p::Send>(&effect)) {
        caused.bytes_sent += 24 + p2p::encode(send->message).size();
        caused.sent.emplace_back(send->peer, std::move(send->message));
    } else if (const auto* body = std::get_if<p2p::SendBody>(&effect)) {
        caused.bodies.emplace_back(body->peer, body->hash);
    } else if (const auto* drop = std::get_if<p2p::Drop>(&effect)) {
        caused.dropped[drop->peer] = drop->reason;
        caused.bytes_reported += drop->reason.size();
    } else if (const auto* dial = std::get_if<p2p::Dial>(&effect)) {
        caused.dialled.push_back(dial->address);
        caused.dials.push_back(*dial);
    } else if (auto* heard = std::get_if<p2p::RecordHeard>(&effect)) {
        caused.heard.push_back(std::move(heard->sighting));
    } else if (auto* changed = std::get_if<p2p::AnchorsChanged>(&effect)) {
        caused.anchors = std::move(changed->anchors);
    } else if (auto* event = std::get_if<p2p::Event>(&effect)) {
        caused.bytes_reported += event->detail.size();
        caused.events.push_back(std::move(*event));
    }
}

void LoneGossip::answer(Caused& caused, const mempool::LedgerInput& input) {
    std::vector<mempool::LedgerEffect> effects;
    ledger_.handle(input, now_, effects);
    for (const mempool::LedgerEffect& effect : effects)
        tell(caused, effect);
}

void LoneGossip::tell(Caused& caused, const mempool::LedgerEffect& effect) {
    std::visit(
        [&]<class E>(const E& e) {
            if constexpr (std::is_same_v<E, chain::Effect>) {
                std::visit([&](const auto& inner) { pass_on(caused, inner); }, e);
            } else {
                pass_on(caused, e);
            }
        },
        effect);
}

template <class E>
void LoneGossip::pass_on(Caused& caused, const E& effect) {
    if constexpr (std::is_constructible_v<p2p::GossipInput, E>)
        step(caused, [&](auto& out) { gossip_.handle(effect, now_, out); });
}

}  // namespace starling::test
