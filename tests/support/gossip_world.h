#pragma once

#include "p2p/gossip.h"
#include "support/chain_builder.h"
#include "support/fake_ledger.h"
#include "support/identities.h"
#include "support/seeded_random.h"

#include <algorithm>
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
                const p2p::Limits& limits = {})
        : parameters_(parameters), keyed_(links == Links::keyed), builder_(parameters) {
        // A minute after genesis: nothing here is in the future, nothing is old.
        now_ = Time{std::chrono::seconds{parameters.genesis.header.time + 3'600}};
        for (Index i = 0; i < nodes; ++i) {
            nodes_.push_back(std::make_unique<Node>(parameters, limits, seed, i));
            nodes_[i]->gossip.open(nodes_[i]->ledger.tree(), nodes_[i]->ledger.tip(), now_);
            if (keyed_) feed(i, p2p::OwnRecordChanged{nodes_[i]->record});
        }
    }

    [[nodiscard]] Time now() const { return now_; }
    [[nodiscard]] ChainBuilder& builder() { return builder_; }
    [[nodiscard]] FakeLedger& ledger(Index i) { return nodes_[i]->ledger; }
    [[nodiscard]] p2p::Gossip& gossip(Index i) { return nodes_[i]->gossip; }
    [[nodiscard]] const p2p::Gossip& gossip(Index i) const { return nodes_[i]->gossip; }
    [[nodiscard]] std::size_t messages() const { return messages_; }
    [[nodiscard]] const std::vector<std::string>& trace() const { return trace_; }
    [[nodiscard]] static p2p::Endpoint address_of(Index i) {
        return p2p::Endpoint::ipv4({10, 0, 0, 1}, static_cast<std::uint16_t>(1'000 + i));
    }

    // `from` dials `to`, and again whenever the connection is lost.
    void add_peer(Index from, Index to) {
        feed(from, p2p::PeerAdded{address_of(to), true, key_of(to)});
    }
    // As if discovery had proposed it.
    void propose(Index to, Index whom) {
        feed(to, p2p::CandidatesFound{{{nodes_[whom]->record, p2p::Origin::overlay, {}}}});
    }
    [[nodiscard]] const p2p::NodeId& id_of(Index i) const { return nodes_[i]->identity.id; }
    // The node is gone for good; its peers notice.
    void kill(Index i) {
        dead_.insert(i);
        std::vector<std::uint64_t> cut;
        for (const auto& [id, link] : links_) {
            if (link.dialler == i || link.listener == i) cut.push_back(id);
        }
        for (const std::uint64_t id : cut) {
            const Link link = links_.at(id);
            links_.erase(id);
            feed(link.other(i), p2p::PeerLost{p2p::PeerId{id}});
        }
    }
    // Connections as both sides see them.
    [[nodiscard]] std::size_t links_between(Index a, Index b) const {
        return static_cast<std::size_t>(std::ranges::count_if(links_, [&](const auto& entry) {
            const Link& link = entry.second;
            return std::minmax(link.dialler, link.listener) == std::minmax(a, b);
        }));
    }
    [[nodiscard]] bool dialled(Index from, Index to) const {
        return std::ranges::any_of(links_, [&](const auto& entry) {
            return entry.second.dialler == from && entry.second.listener == to;
        });
    }

    // Cuts every connection between the two sides and lets no dial through.
    void partition(std::set<Index> side) {
        side_ = std::move(side);
        std::vector<std::uint64_t> cut;
        for (const auto& [id, link] : links_) {
            if (!reachable(link.dialler, link.listener)) cut.push_back(id);
        }
        for (const std::uint64_t id : cut) {
            const Link link = links_.at(id);
            links_.erase(id);
            feed(link.dialler, p2p::PeerLost{p2p::PeerId{id}});
            feed(link.listener, p2p::PeerLost{p2p::PeerId{id}});
        }
    }
    void heal() { side_.clear(); }

    // A block with all of the node's pool on its tip.
    BlockHash mine(Index i) {
        const auto block = builder_.mine(ledger(i).tip()->hash, ledger(i).pool(), {.spacing = 1});
        submit(i, chain::Input{chain::BlockArrived{{}, block, false}});
        return block->hash;
    }
    void post(Index i, const Shared<Transaction>& tx) {
        submit(i, mempool::TransactionArrived{{1}, tx, false, {}});
        feed(i, p2p::TransactionPosted{tx->wtxid()});
    }

    void run_for(Duration duration) {
        const Time end = now_ + duration;
        while (step(end)) {
        }
        now_ = end;
    }
    // True as soon as it holds, false if it does not within the time.
    bool run_until(const std::function<bool()>& holds, Duration within) {
        const Time end = now_ + within;
        while (!holds()) {
            if (!step(end)) return holds();
        }
        return true;
    }
    [[nodiscard]] bool one_tip() const {
        return std::ranges::all_of(nodes_, [&](const auto& node) {
            return node->ledger.tip()->hash == nodes_[0]->ledger.tip()->hash;
        });
    }
    [[nodiscard]] bool all_have(const Txid& txid) const {
        return std::ranges::all_of(nodes_,
                                   [&](const auto& node) { return node->ledger.in_pool(txid); });
    }

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

    [[nodiscard]] std::optional<p2p::CompressedKey> key_of(Index i) const {
        if (!keyed_) return std::nullopt;
        return nodes_[i]->identity.key;
    }

    [[nodiscard]] bool reachable(Index a, Index b) const {
        if (dead_.contains(a) || dead_.contains(b)) return false;
        return side_.empty() || side_.contains(a) == side_.contains(b);
    }

    // Handles what comes next, if that is before `end`.
    bool step(Time end) {
        Time next = end;
        Node* due = nullptr;
        Index due_index = 0;
        for (Index i = 0; i < nodes_.size(); ++i) {
            if (dead_.contains(i)) continue;
            const auto wakeup = nodes_[i]->gossip.next_wakeup();
            if (!wakeup || *wakeup > next) continue;
            next = *wakeup;
            due = nodes_[i].get();
            due_index = i;
        }
        if (!events_.empty() && events_.begin()->first.first <= next) {
            now_ = std::max(now_, events_.begin()->first.first);
            const auto action = std::move(events_.begin()->second);
            events_.erase(events_.begin());
            action();
            return true;
        }
        if (due == nullptr) return false;
        now_ = std::max(now_, next);
        std::vector<p2p::GossipEffect> effects;
        due->gossip.handle_timer(now_, effects);
        carry_out(due_index, effects);
        return true;
    }

    void later(std::function<void()> action) {
        events_.emplace(std::pair{now_ + delay, ++event_count_}, std::move(action));
    }

    void feed(Index i, p2p::GossipInput input) {
        if (dead_.contains(i)) return;
        std::vector<p2p::GossipEffect> effects;
        nodes_[i]->gossip.handle(std::move(input), now_, effects);
        carry_out(i, effects);
    }

    void submit(Index i, const mempool::LedgerInput& input) {
        std::vector<mempool::LedgerEffect> effects;
        nodes_[i]->ledger.handle(input, now_, effects);
        for (mempool::LedgerEffect& effect : effects)
            tell(i, effect);
    }

    void tell(Index i, const mempool::LedgerEffect& effect) {
        if (const auto* tx = std::get_if<mempool::TransactionDecided>(&effect)) return feed(i, *tx);
        if (const auto* pool = std::get_if<mempool::PoolChanged>(&effect)) return feed(i, *pool);
        std::visit(
            [&]<class E>(const E& e) {
                if constexpr (std::is_constructible_v<p2p::GossipInput, E>) feed(i, e);
            },
            std::get<chain::Effect>(effect));
    }

    void carry_out(Index i, std::vector<p2p::GossipEffect>& effects) {
        for (p2p::GossipEffect& effect : effects)
            std::visit([&](auto& e) { carry(i, e); }, effect);
    }
    void carry(Index i, const p2p::Dial& dial) {
        later([this, i, dial] { connect(i, dial); });
    }
    void carry(Index i, const p2p::Send& send) {
        ++messages_;
        note(i, send.peer, std::string(p2p::command_of(send.message)));
        deliver(i, send.peer, send.message);
        later([this, i, peer = send.peer] { feed(i, p2p::SendBudget{peer, 0}); });
    }
    void carry(Index i, const p2p::SendBody& body) {
        note(i, body.peer, "block " + to_string(body.hash));
        const auto block = ledger(i).body(body.hash);
        if (block == nullptr || silent.contains(i)) return;
        deliver(i, body.peer, p2p::BlockMessage{block->hash, block->block.header, block});
        later([this, i, peer = body.peer] { feed(i, p2p::SendBudget{peer, 0}); });
    }
    void carry(Index i, const p2p::Drop& drop) {
        note(i, drop.peer, "drop: " + drop.reason);
        const auto link = links_.find(drop.peer.value);
        if (link == links_.end()) return;
        const Index other = link->second.other(i);
        links_.erase(link);
        later([this, other, peer = drop.peer] { feed(other, p2p::PeerLost{peer}); });
    }
    void carry(Index i, const p2p::Submit& submission) { submit(i, submission.input); }
    void carry(Index i, const p2p::RecordHeard& heard) {
        later([this, i, heard] { feed(i, p2p::CandidatesFound{{heard.sighting}}); });
    }
    void carry(Index, const p2p::AnchorsChanged&) {}
    void carry(Index i, const p2p::Event& event) {
        note(i, event.peer, "event " + describe(event));
    }

    void note(Index i, p2p::PeerId peer, std::string what) {
        trace_.push_back(std::to_string(now_.time_since_epoch().count()) + " " + std::to_string(i) +
                         ">" + std::to_string(peer.value) + " " + std::move(what));
    }

    void connect(Index from, const p2p::Dial& dial) {
        const Index to = dial.address.port - 1'000u;
        if (!reachable(from, to) || dial.key != key_of(to))
            return feed(from, p2p::DialFailed{dial.address});
        const p2p::PeerId id{++link_count_};
        links_[id.value] = Link{from, to};
        const auto answer = [this, id, from, to] {
            feed(to, p2p::PeerConnected{id, p2p::Direction::inbound, address_of(from), false,
                                        key_of(from)});
        };
        const auto done = [this, id, from, to, dial] {
            feed(from, p2p::PeerConnected{id, p2p::Direction::outbound, dial.address, dial.manual,
                                          key_of(to)});
        };
        if (!keyed_) {
            answer();
            done();
        } else {  // the third act is under way when the dialler is done
            later([this, id, answer] {
                if (links_.contains(id.value)) answer();
            });
            done();
        }
    }

    void deliver(Index from, p2p::PeerId peer, const p2p::Message& message) {
        const auto link = links_.find(peer.value);
        if (link == links_.end() || (lose && lose(from, message))) return;
        const Index to = link->second.other(from);
        auto payload = std::make_shared<const Bytes>(p2p::encode(message));
        later([this, to, peer, command = std::string(p2p::command_of(message)), payload] {
            if (!links_.contains(peer.value)) return;
            feed(to, p2p::MessageReceived{peer, p2p::decode(command, payload, parameters_),
                                          payload->size() + 24});
        });
    }

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
