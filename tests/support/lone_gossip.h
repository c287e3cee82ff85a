#pragma once

#include "p2p/gossip.h"
#include "support/chain_builder.h"
#include "support/fake_ledger.h"
#include "support/identities.h"
#include "support/seeded_random.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace starling::test {

// One Gossip with its ledger among peers that a test plays by hand.
class LoneGossip {
public:
    explicit LoneGossip(const Parameters& parameters = regtest(),
                        p2p::Limits limits = {},
                        Duration after_genesis = std::chrono::hours{1})
        : limits_(limits),
          random_(1),
          ledger_(parameters, 1),
          gossip_(parameters, limits_, random_),
          now_(std::chrono::seconds{parameters.genesis.header.time} + after_genesis) {
        gossip_.open(ledger_.tree(), ledger_.tip(), now_);
    }

    // What one input caused, with what the ledger's answers caused in turn.
    struct Caused {
        std::vector<std::pair<p2p::PeerId, p2p::Message>> sent;
        std::vector<std::pair<p2p::PeerId, BlockHash>> bodies;
        std::map<p2p::PeerId, std::string> dropped;
        std::vector<p2p::Endpoint> dialled;
        std::vector<p2p::Dial> dials;
        std::vector<p2p::Sighting> heard;  // told to discovery
        std::size_t submissions = 0;       // all
        std::size_t submissions_max = 0;   // in one step of Gossip
        std::size_t bytes_sent = 0;
        std::size_t bytes_reported = 0;                   // in events and reasons
        std::optional<std::vector<p2p::Anchor>> anchors;  // the last that were to be kept
        std::vector<p2p::Event> events;

        [[nodiscard]] std::vector<p2p::Event> of(p2p::Event::Kind kind) const {
            std::vector<p2p::Event> found;
            for (const p2p::Event& event : events) {
                if (event.kind == kind) found.push_back(event);
            }
            return found;
        }

        template <class M>
        [[nodiscard]] std::vector<M> to(p2p::PeerId peer) const {
            std::vector<M> found;
            for (const auto& [id, message] : sent) {
                if (id != peer) continue;
                if (const auto* m = std::get_if<M>(&message)) found.push_back(*m);
            }
            return found;
        }
    };

    Caused feed(p2p::GossipInput input) {
        Caused caused;
        step(caused, [&](auto& out) { gossip_.handle(std::move(input), now_, out); });
        return caused;
    }
    Caused say(p2p::PeerId peer, p2p::Message message) {
        return feed(p2p::MessageReceived{peer, std::move(message), 0});
    }
    // The clock goes on; timers that are due on the way are handled at their time.
    Caused wait(Duration duration) {
        Caused caused;
        const Time end = now_ + duration;
        for (auto next = gossip_.next_wakeup(); next && *next <= end;
             next = gossip_.next_wakeup()) {
            now_ = std::max(now_, *next);
            step(caused, [&](auto& out) { gossip_.handle_timer(now_, out); });
        }
        now_ = end;
        return caused;
    }

    // The clock goes on, and nobody looks at the timers.
    void pass(Duration duration) { now_ += duration; }

    // A peer after its handshake.
    p2p::PeerId join(p2p::Direction direction = p2p::Direction::outbound,
                     const p2p::Version& version = honest_version()) {
        const p2p::PeerId peer = connect(direction);
        say(peer, version);
        say(peer, p2p::WtxidRelay{});
        say(peer, p2p::SendAddrV2{});
        say(peer, p2p::Verack{});
        say(peer, p2p::SendHeaders{});
        say(peer, p2p::Headers{});  // nothing new: the answer to our first question
        return peer;
    }
    p2p::PeerId connect(p2p::Direction direction) {
        const p2p::PeerId peer{++peers_};
        feed(p2p::PeerConnected{peer, direction, address_of(peer), false});
        return peer;
    }
    // The same over a link that proved a key.
    p2p::PeerId connect(p2p::Direction direction, const p2p::Identity& identity) {
        const p2p::PeerId peer{++peers_};
        feed(p2p::PeerConnected{peer, direction, address_of(peer), false, identity.key});
        return peer;
    }
    p2p::PeerId join(p2p::Direction direction, const p2p::Identity& identity) {
        const p2p::PeerId peer = connect(direction, identity);
        say(peer, honest_version());
        say(peer, p2p::Verack{});
        return peer;
    }
    static p2p::Endpoint address_of(p2p::PeerId peer) {
        return p2p::Endpoint::ipv4({10, 0, 0, 2}, static_cast<std::uint16_t>(peer.value));
    }
    static p2p::Version honest_version() {
        return {.services = p2p::kServiceNetwork | p2p::kServiceWitness,
                .nonce = 77,
                .user_agent = "/test/"};
    }

    // The node's own chain grows.
    void grow(const std::vector<Shared<CheckedBlock>>& blocks) {
        for (const auto& block : blocks)
            submit(chain::Input{chain::BlockArrived{{}, block, false}});
    }
    Caused submit(const mempool::LedgerInput& input) {
        Caused caused;
        answer(caused, input);
        return caused;
    }
    [[nodiscard]] bool connected(p2p::PeerId peer) const { return view(peer).has_value(); }
    [[nodiscard]] std::optional<p2p::PeerView> view(p2p::PeerId peer) const {
        for (const p2p::PeerView& one : gossip_.peers()) {
            if (one.id == peer) return one;
        }
        return std::nullopt;
    }

    [[nodiscard]] p2p::Gossip& gossip() { return gossip_; }
    [[nodiscard]] FakeLedger& ledger() { return ledger_; }
    [[nodiscard]] ChainBuilder& builder() { return builder_; }
    [[nodiscard]] Time now() const { return now_; }

private:
    template <class Do>
    void step(Caused& caused, Do act) {
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

    static void note(Caused& caused, p2p::GossipEffect& effect) {
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

    void answer(Caused& caused, const mempool::LedgerInput& input) {
        std::vector<mempool::LedgerEffect> effects;
        ledger_.handle(input, now_, effects);
        for (const mempool::LedgerEffect& effect : effects)
            tell(caused, effect);
    }
    void tell(Caused& caused, const mempool::LedgerEffect& effect) {
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
    void pass_on(Caused& caused, const E& effect) {
        if constexpr (std::is_constructible_v<p2p::GossipInput, E>)
            step(caused, [&](auto& out) { gossip_.handle(effect, now_, out); });
    }

    p2p::Limits limits_;
    SeededRandom random_;
    FakeLedger ledger_;
    p2p::Gossip gossip_;
    ChainBuilder builder_;
    Time now_;
    std::uint64_t peers_ = 0;
};

}  // namespace starling::test
