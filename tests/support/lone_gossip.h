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
                        Duration after_genesis = std::chrono::hours{1});

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

    Caused feed(p2p::GossipInput input);
    Caused say(p2p::PeerId peer, p2p::Message message);
    // The clock goes on; timers that are due on the way are handled at their time.
    Caused wait(Duration duration);

    // The clock goes on, and nobody looks at the timers.
    void pass(Duration duration) { now_ += duration; }

    // A peer after its handshake.
    p2p::PeerId join(p2p::Direction direction = p2p::Direction::outbound,
                     const p2p::Version& version = honest_version());
    p2p::PeerId connect(p2p::Direction direction);
    // The same over a link that proved a key.
    p2p::PeerId connect(p2p::Direction direction, const p2p::Identity& identity);
    p2p::PeerId join(p2p::Direction direction, const p2p::Identity& identity);
    static p2p::Endpoint address_of(p2p::PeerId peer);
    static p2p::Version honest_version();

    // The node's own chain grows.
    void grow(const std::vector<Shared<CheckedBlock>>& blocks);
    Caused submit(const mempool::LedgerInput& input);
    [[nodiscard]] bool connected(p2p::PeerId peer) const { return view(peer).has_value(); }
    [[nodiscard]] std::optional<p2p::PeerView> view(p2p::PeerId peer) const;

    [[nodiscard]] p2p::Gossip& gossip() { return gossip_; }
    [[nodiscard]] FakeLedger& ledger() { return ledger_; }
    [[nodiscard]] ChainBuilder& builder() { return builder_; }
    [[nodiscard]] Time now() const { return now_; }

private:
    template <class Do>
    void step(Caused& caused, Do act);
    static void note(Caused& caused, p2p::GossipEffect& effect);
    void answer(Caused& caused, const mempool::LedgerInput& input);
    void tell(Caused& caused, const mempool::LedgerEffect& effect);
    template <class E>
    void pass_on(Caused& caused, const E& effect);

    p2p::Limits limits_;
    SeededRandom random_;
    FakeLedger ledger_;
    p2p::Gossip gossip_;
    ChainBuilder builder_;
    Time now_;
    std::uint64_t peers_ = 0;
};

}  // namespace starling::test
