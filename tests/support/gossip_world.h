#pragma once

#include "p2p/gossip.h"
#include "support/chain_builder.h"
#include "support/fake_ledger.h"
#include "support/identities.h"
#include "support/seeded_random.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace starling::test {

// Several Gossip machines, each with its ledger, joined by links with a delay, under one virtual
// clock. Messages are encoded and decoded on their way, so the codec is under test too.
class GossipWorld {
public:
    using Index = std::size_t;
    // Over keyed links nodes know each other's keys, tell records, and whatever Gossip tells
    // discovery is found at once.
    enum class Links { plain, keyed };

    GossipWorld(const Parameters& parameters,
                std::size_t nodes,
                std::uint64_t seed = 1,
                Links links = Links::plain,
                const p2p::Limits& limits = {});

    [[nodiscard]] Time now() const { return now_; }
    [[nodiscard]] ChainBuilder& builder() { return builder_; }
    [[nodiscard]] FakeLedger& ledger(Index i) { return nodes_[i]->ledger; }
    [[nodiscard]] p2p::Gossip& gossip(Index i) { return nodes_[i]->gossip; }
    [[nodiscard]] const p2p::Gossip& gossip(Index i) const { return nodes_[i]->gossip; }
    [[nodiscard]] std::size_t messages() const { return messages_; }
    [[nodiscard]] const std::vector<std::string>& trace() const { return trace_; }
    [[nodiscard]] static p2p::Endpoint address_of(Index i);

    // `from` dials `to`, and again whenever the connection is lost.
    void add_peer(Index from, Index to);
    // As if discovery had proposed it.
    void propose(Index to, Index whom);
    [[nodiscard]] const p2p::NodeId& id_of(Index i) const { return nodes_[i]->identity.id; }
    // The node is gone for good; its peers notice.
    void kill(Index i);
    // Connections as both sides see them.
    [[nodiscard]] std::size_t links_between(Index a, Index b) const;
    [[nodiscard]] bool dialled(Index from, Index to) const;

    // Cuts every connection between the two sides and lets no dial through.
    void partition(std::set<Index> side);
    void heal() { side_.clear(); }

    // A block with all of the node's pool on its tip.
    BlockHash mine(Index i);
    void post(Index i, const Shared<Transaction>& tx);

    void run_for(Duration duration);
    // True as soon as it holds, false if it does not within the time.
    bool run_until(const std::function<bool()>& holds, Duration within);
    [[nodiscard]] bool one_tip() const;
    [[nodiscard]] bool all_have(const Txid& txid) const;

    // Messages of this kind never arrive, from this node.
    std::function<bool(Index from, const p2p::Message&)> lose;
    // A node that never sends the blocks that it was asked for.
    std::set<Index> silent;
    Duration delay = std::chrono::milliseconds{10};

private:
    struct Node {
        Node(const Parameters& parameters,
             const p2p::Limits& limits,
             std::uint64_t seed,
             Index index)
            : random(seed * 1'000 + index),
              identity(test::identity(1 + index)),
              record(record_of(identity, address_of(index), 1, parameters)),
              ledger(parameters, seed * 1'000 + index),
              gossip(parameters, limits, random) {}
        SeededRandom random;
        p2p::Identity identity;
        Shared<p2p::Record> record;
        FakeLedger ledger;
        p2p::Gossip gossip;
    };
    struct Link {
        Index dialler = 0;
        Index listener = 0;
        [[nodiscard]] Index other(Index i) const { return i == dialler ? listener : dialler; }
    };

    [[nodiscard]] std::optional<p2p::CompressedKey> key_of(Index i) const;
    [[nodiscard]] bool reachable(Index a, Index b) const;

    // Handles what comes next, if that is before `end`.
    bool step(Time end);
    void later(std::function<void()> action);
    void feed(Index i, p2p::GossipInput input);
    void submit(Index i, const mempool::LedgerInput& input);
    void tell(Index i, const mempool::LedgerEffect& effect);
    void carry_out(Index i, std::vector<p2p::GossipEffect>& effects);
    void carry(Index i, const p2p::Dial& dial);
    void carry(Index i, const p2p::Send& send);
    void carry(Index i, const p2p::SendBody& body);
    void carry(Index i, const p2p::Drop& drop);
    void carry(Index i, const p2p::Submit& submission) { submit(i, submission.input); }
    void carry(Index i, const p2p::RecordHeard& heard);
    void carry(Index, const p2p::AnchorsChanged&) {}
    void carry(Index i, const p2p::Event& event);
    void note(Index i, p2p::PeerId peer, std::string what);
    void connect(Index from, const p2p::Dial& dial);
    void deliver(Index from, p2p::PeerId peer, const p2p::Message& message);

    const Parameters& parameters_;
    const bool keyed_;
    ChainBuilder builder_;
    Time now_;
    std::vector<std::unique_ptr<Node>> nodes_;
    std::map<std::uint64_t, Link> links_;
    std::uint64_t link_count_ = 0;
    std::map<std::pair<Time, std::uint64_t>, std::function<void()>> events_;
    std::uint64_t event_count_ = 0;
    std::set<Index> side_;
    std::set<Index> dead_;
    std::size_t messages_ = 0;
    std::vector<std::string> trace_;
};

}  // namespace starling::test
