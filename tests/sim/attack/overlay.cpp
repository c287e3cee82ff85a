#include "sim/attack/overlay.h"

#include "p2p/identity/network_tag.h"
#include "sim/engine/draw.h"
#include "sim/environment.h"
#include "sim/hostile/disguises.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

namespace starling::sim {

namespace discv5 = p2p::discv5;

struct Overlay::Node {
    Node(const p2p::Identity& own, const p2p::Endpoint& at, std::uint64_t seed)
        : identity(own), address(at), random(seed) {}

    const p2p::Identity identity;
    const p2p::Endpoint address;
    Stream random;
    std::optional<discv5::Discovery> machine;  // while it runs
    std::vector<p2p::Sighting> found;
    Events::Handle wakeup;
};

Overlay::Overlay(std::uint64_t seed, const Parameters& parameters, const discv5::Limits& limits)
    : outside([](const p2p::Endpoint&, const discv5::DatagramReceived&) {}),
      machines_(stream_of(seed, "overlay machines")),
      ways_(stream_of(seed, "overlay ways")),
      parameters_(parameters),
      limits_(limits) {}

Overlay::~Overlay() = default;

Overlay::Index Overlay::start(const Birth& birth) {
    const Index index = nodes_.size();
    nodes_.push_back(std::make_unique<Node>(birth.identity, birth.address, machines_.next()));
    Node& node = *nodes_.back();
    living_[birth.address] = index;
    node.machine.emplace(parameters_, node.identity, limits_, node.random, discv5::WireKind::open);
    discv5::Start start;
    start.udp = birth.address;
    start.tcp = birth.address;
    start.bootstrap = {{.source = "given", .nodes = birth.bootnodes}};
    start.saved = birth.saved;
    std::vector<discv5::Effect> effects;
    node.machine->open(start, clock(), effects);
    carry_out(node, std::move(effects));
    return index;
}

Bytes Overlay::stop(Index index) {
    Node& node = *nodes_.at(index);
    Bytes saved = node.machine->saved(clock());
    events_.cancel(node.wakeup);
    node.machine.reset();
    living_.erase(node.address);
    return saved;
}

void Overlay::tell(Index index, discv5::Input input) {
    Node& node = *nodes_.at(index);
    std::vector<discv5::Effect> effects;
    node.machine->handle(std::move(input), clock(), effects);
    carry_out(node, std::move(effects));
}

const discv5::Discovery& Overlay::operator[](Index index) const {
    return *nodes_.at(index)->machine;
}

Time Overlay::clock() const {
    return time_at(events_.now());
}

const std::vector<p2p::Sighting>& Overlay::found(Index index) const {
    return nodes_.at(index)->found;
}

void Overlay::run_for(Span span) {
    const Moment end = events_.now() + span;
    while (events_.step(end)) {
    }
}

void Overlay::send(const p2p::Endpoint& from, discv5::Datagram datagram) {
    const Span way = kWay + uniform(ways_, Span{0}, kWay);
    auto arrival = [this, from, to = datagram.to, open = std::move(datagram.open)]() mutable {
        deliver(to, {.from = from, .open = std::move(open)});
    };
    events_.after(way, std::move(arrival));
}

void Overlay::deliver(const p2p::Endpoint& to, discv5::DatagramReceived datagram) {
    const auto at = living_.find(to);
    if (at == living_.end()) return outside(to, datagram);
    tell(at->second, std::move(datagram));
}

void Overlay::carry_out(Node& node, std::vector<discv5::Effect> effects) {
    for (discv5::Effect& effect : effects) {
        if (auto* datagram = std::get_if<discv5::Datagram>(&effect))
            send(node.address, std::move(*datagram));
        if (auto* found = std::get_if<discv5::NodesFound>(&effect))
            std::ranges::move(found->sightings, std::back_inserter(node.found));
    }
    events_.cancel(node.wakeup);
    const std::optional<Time> next = node.machine->next_wakeup();
    if (!next) return;
    node.wakeup = events_.at(moment_of(*next), [this, &node] {
        std::vector<discv5::Effect> timely;
        node.machine->handle_timer(clock(), timely);
        carry_out(node, std::move(timely));
    });
}

std::vector<p2p::Identity> ground_identities(const p2p::NodeId& from,
                                             unsigned farthest,
                                             unsigned nearest,
                                             std::size_t each,
                                             Random& random) {
    std::map<unsigned, std::size_t> have;
    std::vector<p2p::Identity> out;
    const std::size_t wanted = (farthest - nearest + 1) * each;
    while (out.size() < wanted) {
        const p2p::Identity identity = made_up_identity(random);
        const unsigned distance = log_distance(from, identity.id);
        if (distance > farthest || distance < nearest || have[distance] == each) continue;
        ++have[distance];
        out.push_back(identity);
    }
    return out;
}

Shared<p2p::Record> record_at(const p2p::Identity& identity, const p2p::Endpoint& address) {
    return p2p::Record::sign(
        {.udp = address, .tcp = address, .network = p2p::network_tag(simulated_network())},
        identity);
}

}  // namespace starling::sim
