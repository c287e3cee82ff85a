#include "support/gossip_world.h"

#include <algorithm>
#include <chrono>
#include <type_traits>
#include <variant>

namespace starling::test {

GossipWorld::GossipWorld(const Parameters& parameters,
                         std::size_t nodes,
                         std::uint64_t seed,
                         Links links,
                         const p2p::Limits& limits)
    : parameters_(parameters), keyed_(links == Links::keyed), builder_(parameters) {
    // A minute after genesis: nothing here is in the future, nothing is old.
    now_ = Time{std::chrono::seconds{parameters.genesis.header.time + 3'600}};
    for (Index i = 0; i < nodes; ++i) {
        nodes_.push_back(std::make_unique<Node>(parameters, limits, seed, i));
        nodes_[i]->gossip.open(nodes_[i]->ledger.tree(), nodes_[i]->ledger.tip(), now_);
        if (keyed_) feed(i, p2p::OwnRecordChanged{nodes_[i]->record});
    }
}

p2p::Endpoint GossipWorld::address_of(Index i) {
    return p2p::Endpoint::ipv4({10, 0, 0, 1}, static_cast<std::uint16_t>(1'000 + i));
}

void GossipWorld::add_peer(Index from, Index to) {
    feed(from, p2p::PeerAdded{address_of(to), true, key_of(to)});
}

void GossipWorld::propose(Index to, Index whom) {
    feed(to, p2p::CandidatesFound{{{nodes_[whom]->record, p2p::Origin::overlay, {}}}});
}

void GossipWorld::kill(Index i) {
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

std::size_t GossipWorld::links_between(Index a, Index b) const {
    return static_cast<std::size_t>(std::ranges::count_if(links_, [&](const auto& entry) {
        const Link& link = entry.second;
        return std::minmax(link.dialler, link.listener) == std::minmax(a, b);
    }));
}

bool GossipWorld::dialled(Index from, Index to) const {
    return std::ranges::any_of(links_, [&](const auto& entry) {
        return entry.second.dialler == from && entry.second.listener == to;
    });
}

void GossipWorld::partition(std::set<Index> side) {
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

BlockHash GossipWorld::mine(Index i) {
    const auto block = builder_.mine(ledger(i).tip()->hash, ledger(i).pool(), {.spacing = 1});
    submit(i, chain::Input{chain::BlockArrived{{}, block, false}});
    return block->hash;
}

void GossipWorld::post(Index i, const Shared<Transaction>& tx) {
    submit(i, mempool::TransactionArrived{{1}, tx, false, {}});
    feed(i, p2p::TransactionPosted{tx->wtxid()});
}

void GossipWorld::run_for(Duration duration) {
    const Time end = now_ + duration;
    while (step(end)) {
    }
    now_ = end;
}

bool GossipWorld::run_until(const std::function<bool()>& holds, Duration within) {
    const Time end = now_ + within;
    while (!holds()) {
        if (!step(end)) return holds();
    }
    return true;
}

bool GossipWorld::one_tip() const {
    return std::ranges::all_of(nodes_, [&](const auto& node) {
        return node->ledger.tip()->hash == nodes_[0]->ledger.tip()->hash;
    });
}

bool GossipWorld::all_have(const Txid& txid) const {
    return std::ranges::all_of(nodes_,
                               [&](const auto& node) { return node->ledger.in_pool(txid); });
}

std::optional<p2p::CompressedKey> GossipWorld::key_of(Index i) const {
    if (!keyed_) return std::nullopt;
    return nodes_[i]->identity.key;
}

bool GossipWorld::reachable(Index a, Index b) const {
    if (dead_.contains(a) || dead_.contains(b)) return false;
    return side_.empty() || side_.contains(a) == side_.contains(b);
}

bool GossipWorld::step(Time end) {
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

void GossipWorld::later(std::function<void()> action) {
    events_.emplace(std::pair{now_ + delay, ++event_count_}, std::move(action));
}

void GossipWorld::feed(Index i, p2p::GossipInput input) {
    if (dead_.contains(i)) return;
    std::vector<p2p::GossipEffect> effects;
    nodes_[i]->gossip.handle(std::move(input), now_, effects);
    carry_out(i, effects);
}

void GossipWorld::submit(Index i, const mempool::LedgerInput& input) {
    std::vector<mempool::LedgerEffect> effects;
    nodes_[i]->ledger.handle(input, now_, effects);
    for (mempool::LedgerEffect& effect : effects)
        tell(i, effect);
}

void GossipWorld::tell(Index i, const mempool::LedgerEffect& effect) {
    if (const auto* tx = std::get_if<mempool::TransactionDecided>(&effect)) return feed(i, *tx);
    if (const auto* pool = std::get_if<mempool::PoolChanged>(&effect)) return feed(i, *pool);
    std::visit(
        [&]<class E>(const E& e) {
            if constexpr (std::is_constructible_v<p2p::GossipInput, E>) feed(i, e);
        },
        std::get<chain::Effect>(effect));
}

void GossipWorld::carry_out(Index i, std::vector<p2p::GossipEffect>& effects) {
    for (p2p::GossipEffect& effect : effects)
        std::visit([&](auto& e) { carry(i, e); }, effect);
}

void GossipWorld::carry(Index i, const p2p::Dial& dial) {
    later([this, i, dial] { connect(i, dial); });
}

void GossipWorld::carry(Index i, const p2p::Send& send) {
    ++messages_;
    note(i, send.peer, std::string(p2p::command_of(send.message)));
    deliver(i, send.peer, send.message);
    later([this, i, peer = send.peer] { feed(i, p2p::SendBudget{peer, 0}); });
}

void GossipWorld::carry(Index i, const p2p::SendBody& body) {
    note(i, body.peer, "block " + to_string(body.hash));
    const auto block = ledger(i).body(body.hash);
    if (block == nullptr || silent.contains(i)) return;
    deliver(i, body.peer, p2p::BlockMessage{block->hash, block->block.header, block});
    later([this, i, peer = body.peer] { feed(i, p2p::SendBudget{peer, 0}); });
}

void GossipWorld::carry(Index i, const p2p::Drop& drop) {
    note(i, drop.peer, "drop: " + drop.reason);
    const auto link = links_.find(drop.peer.value);
    if (link == links_.end()) return;
    const Index other = link->second.other(i);
    links_.erase(link);
    later([this, other, peer = drop.peer] { feed(other, p2p::PeerLost{peer}); });
}

void GossipWorld::carry(Index i, const p2p::RecordHeard& heard) {
    later([this, i, heard] { feed(i, p2p::CandidatesFound{{heard.sighting}}); });
}

void GossipWorld::carry(Index i, const p2p::Event& event) {
    note(i, event.peer, "event " + describe(event));
}

void GossipWorld::note(Index i, p2p::PeerId peer, std::string what) {
    trace_.push_back(std::to_string(now_.time_since_epoch().count()) + " " + std::to_string(i) +
                     ">" + std::to_string(peer.value) + " " + std::move(what));
}

void GossipWorld::connect(Index from, const p2p::Dial& dial) {
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

void GossipWorld::deliver(Index from, p2p::PeerId peer, const p2p::Message& message) {
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

}  // namespace starling::test
