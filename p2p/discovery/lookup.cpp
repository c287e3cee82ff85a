#include "p2p/discovery/lookup.h"

#include "p2p/discovery/lookup_path.h"
#include "p2p/discovery/subnet.h"
#include "p2p/netgroup.h"

#include <boost/container/flat_map.hpp>

#include <algorithm>
#include <cassert>
#include <map>
#include <span>
#include <utility>

namespace starling::p2p::discv5 {

namespace {

constexpr unsigned kDistances = 256;

enum class Standing { heard, asked, answered, failed };

// What all paths know of a node: its record is its own word, whoever passed it on.
struct Known {
    Shared<Record> record;
    Endpoint address;  // of the record; once asked, where it was asked
    Standing standing = Standing::heard;
    std::size_t path = 0;  // that asked it
    std::size_t step = 0;  // the question
};

// The nodes of one subnet that are waited for, and those that have answered.
struct OfSubnet {
    std::size_t asked = 0;
    std::size_t answered = 0;
};

struct Found {
    std::size_t place = 0;
    std::size_t path = 0;
};

}  // namespace

struct Lookup::State {
    NodeId own;
    NodeId target;
    OverlayRules rules;
    Limits limits;
    Time started;
    std::vector<LookupPath> paths = {};
    std::vector<Known> nodes = {};  // in the order in which they were heard of
    boost::container::flat_map<NodeId, std::size_t> places = {};  // of the nodes in that list
    std::map<Subnet, OfSubnet> subnets = {};
    std::vector<LookupStep> steps = {};
    std::vector<Found> seen = {};

    void begin(std::vector<Shared<Record>> seeds);
    [[nodiscard]] bool usable(const Record& record) const;
    // True if no path knew the node. `teller`: its place; none: our own table.
    bool learn(const Shared<Record>& record, std::size_t path, std::optional<std::size_t> teller);
    // The place of the node that the path should ask next.
    [[nodiscard]] std::optional<std::size_t> askable(const LookupPath& path) const;
    [[nodiscard]] OfSubnet of_subnet(const Endpoint& address) const;
    [[nodiscard]] std::vector<unsigned> distances(const NodeId& asked,
                                                  const LookupPath& path) const;
    Question ask(std::size_t place, std::size_t path, Time now);
    // The question to this node is over. Null if there is none.
    Known* settle(const NodeId& id, Standing standing);
    // Those that answered, the nearest first, at most Limits::lookup_results.
    [[nodiscard]] std::vector<Found> nearest_answered() const;
    [[nodiscard]] LookupResult result(const Found& found) const;
};

// An address that is another machine to everybody who is told of it is a trap.
bool Lookup::State::usable(const Record& record) const {
    const auto address = record.udp();
    return record.id() != own && address && (rules.loopback || !is_local_only(*address));
}

void Lookup::State::begin(std::vector<Shared<Record>> seeds) {
    std::erase_if(seeds, [&](const auto& seed) { return !usable(*seed); });
    std::ranges::sort(seeds, [&](const auto& a, const auto& b) {
        if (a->id() == b->id()) return a->sequence() > b->sequence();
        return nearer(target, a->id(), b->id());
    });
    const auto twins = std::ranges::unique(seeds, {}, [](const auto& seed) { return seed->id(); });
    seeds.erase(twins.begin(), twins.end());
    const std::size_t count = std::min(seeds.size(), limits.lookup_paths);
    paths.assign(count, LookupPath(target));
    const std::size_t used = std::min(seeds.size(), count * limits.lookup_results);
    for (std::size_t i = 0; i < used; ++i)
        learn(seeds[i], i % count, std::nullopt);
}

bool Lookup::State::learn(const Shared<Record>& record,
                          std::size_t path,
                          std::optional<std::size_t> teller) {
    if (!usable(*record)) return false;
    const NodeId& id = record->id();
    const Endpoint address = *record->udp();
    const auto [it, is_new] = places.try_emplace(id, nodes.size());
    const std::size_t place = it->second;
    if (is_new) nodes.push_back({.record = record, .address = address});
    Known& node = nodes[place];
    if (record->sequence() > node.record->sequence()) {
        node.record = record;
        // It could not answer where it no longer was.
        if (node.standing == Standing::failed && node.address != address)
            node.standing = Standing::heard;
        if (node.standing == Standing::heard) node.address = address;
    }
    paths[path].hear(id, place, teller);
    if (is_new) seen.push_back({.place = place, .path = path});
    return is_new;
}

OfSubnet Lookup::State::of_subnet(const Endpoint& address) const {
    const auto it = subnets.find(Subnet::of(address));
    return it == subnets.end() ? OfSubnet{} : it->second;
}

// One of the k nearest that it knows, of which the failed and those of a full subnet are none.
std::optional<std::size_t> Lookup::State::askable(const LookupPath& path) const {
    if (path.unanswered >= limits.lookup_concurrency || path.questions >= kQuestionsMax)
        return std::nullopt;
    std::size_t nearest = 0;
    for (std::size_t n = 0; n < path.size() && nearest < limits.lookup_results; ++n) {
        const std::size_t place = path.nearest(n).place;
        const Known& node = nodes[place];
        if (node.standing == Standing::failed) continue;
        if (node.standing == Standing::heard) {
            const OfSubnet taken = of_subnet(node.address);
            if (taken.answered >= rules.subnet_lookup_max) continue;
            if (taken.answered + taken.asked < rules.subnet_lookup_max) return place;
        }
        ++nearest;  // answered, or to be waited for
    }
    return std::nullopt;
}

std::vector<unsigned> Lookup::State::distances(const NodeId& asked, const LookupPath& path) const {
    unsigned distance = log_distance(asked, target);
    if (distance == 0) {
        // The target itself is asked for its neighbours, which are where the nearest other is.
        const std::size_t other = path.size() > 0 && path.nearest(0).id == target ? 1 : 0;
        distance = other < path.size() ? log_distance(path.nearest(other).id, target) : kDistances;
    }
    std::vector<unsigned> out = {distance};
    if (distance < kDistances) out.push_back(distance + 1);
    if (distance > 1) out.push_back(distance - 1);
    return out;
}

Lookup::Question Lookup::State::ask(std::size_t place, std::size_t path, Time now) {
    Known& node = nodes[place];
    const NodeId& id = node.record->id();
    node.standing = Standing::asked;
    node.path = path;
    node.step = steps.size();
    ++subnets[Subnet::of(node.address)].asked;
    ++paths[path].questions;
    ++paths[path].unanswered;
    Question question{.node = node.record, .distances = distances(id, paths[path])};
    steps.push_back({.asked = id,
                     .address = node.address,
                     .path = path,
                     .hop = paths[path].find(place)->hop,
                     .distances = question.distances,
                     .started = now - started,
                     .took = {}});
    return question;
}

Known* Lookup::State::settle(const NodeId& id, Standing standing) {
    const auto it = places.find(id);
    if (it == places.end() || nodes[it->second].standing != Standing::asked) return nullptr;
    Known& node = nodes[it->second];
    node.standing = standing;
    OfSubnet& subnet = subnets.at(Subnet::of(node.address));
    assert(subnet.asked > 0 && paths[node.path].unanswered > 0);
    --subnet.asked;
    if (standing == Standing::answered) ++subnet.answered;
    --paths[node.path].unanswered;
    return &node;
}

std::vector<Found> Lookup::State::nearest_answered() const {
    std::vector<Found> out;
    for (std::size_t place = 0; place < nodes.size(); ++place) {
        if (nodes[place].standing == Standing::answered)
            out.push_back({.place = place, .path = nodes[place].path});
    }
    std::ranges::sort(out, [&](const Found& a, const Found& b) {
        return nearer(target, nodes[a.place].record->id(), nodes[b.place].record->id());
    });
    if (out.size() > limits.lookup_results) out.resize(limits.lookup_results);
    return out;
}

LookupResult Lookup::State::result(const Found& found) const {
    LookupResult out{.record = nodes[found.place].record,
                     .hop = paths[found.path].find(found.place)->hop,
                     .path = {}};
    for (const std::size_t teller : paths[found.path].tellers(found.place))
        out.path.push_back(nodes[teller].record->id());
    return out;
}

Lookup::Lookup(const NodeId& own,
               const NodeId& target,
               const std::vector<Shared<Record>>& seeds,
               const Parameters& parameters,
               const Limits& limits,
               Time now)
    : state_(std::make_unique<State>(State{.own = own,
                                           .target = target,
                                           .rules = parameters.overlay,
                                           .limits = limits,
                                           .started = now})) {
    state_->begin(seeds);
}
Lookup::~Lookup() = default;
Lookup::Lookup(Lookup&&) noexcept = default;
Lookup& Lookup::operator=(Lookup&&) noexcept = default;

std::vector<Lookup::Question> Lookup::next(Time now) {
    std::vector<Question> out;
    // In turn, so that no path takes the others' nodes only by being the first.
    for (bool asked = true; asked;) {
        asked = false;
        for (std::size_t path = 0; path < state_->paths.size(); ++path) {
            const auto place = state_->askable(state_->paths[path]);
            if (!place) continue;
            out.push_back(state_->ask(*place, path, now));
            asked = true;
        }
    }
    return out;
}

void Lookup::answered(const NodeId& by, const std::vector<Shared<Record>>& found, Time now) {
    const Known* node = state_->settle(by, Standing::answered);
    if (node == nullptr) return;
    const auto teller = static_cast<std::size_t>(node - state_->nodes.data());
    const std::size_t path = node->path;
    const std::size_t step = node->step;
    const auto records = std::span(found).first(std::min(found.size(), kRecordsMax));
    std::size_t news = 0;
    for (const Shared<Record>& record : records)
        if (state_->learn(record, path, teller)) ++news;
    LookupStep& taken = state_->steps[step];
    taken.returned = records.size();
    taken.news = news;
    taken.took = now - state_->started - taken.started;
}

void Lookup::failed(const NodeId& by, Time) {
    Known* node = state_->settle(by, Standing::failed);
    if (node == nullptr || !node->record->udp() || *node->record->udp() == node->address) return;
    // A newer record came while it was asked: it may be somewhere else.
    node->standing = Standing::heard;
    node->address = *node->record->udp();
}

bool Lookup::finished() const {
    return std::ranges::all_of(state_->paths, [&](const LookupPath& path) {
        return path.unanswered == 0 && !state_->askable(path);
    });
}

std::vector<Lookup::Learnt> Lookup::learnt() const {
    std::vector<Learnt> out;
    for (const Found& found : state_->seen) {
        const auto teller = state_->paths[found.path].find(found.place)->teller;
        if (!teller) continue;
        out.push_back({state_->nodes[found.place].record, state_->nodes[*teller].address});
    }
    return out;
}

std::vector<NodeId> Lookup::closest() const {
    std::vector<NodeId> out;
    for (const Found& found : state_->nearest_answered())
        out.push_back(state_->nodes[found.place].record->id());
    return out;
}

std::optional<std::size_t> Lookup::nearest_hop() const {
    const std::vector<Found> nearest = state_->nearest_answered();
    if (nearest.empty()) return std::nullopt;
    return state_->paths[nearest.front().path].find(nearest.front().place)->hop;
}

Duration Lookup::took(Time now) const {
    return now - state_->started;
}

LookupReport Lookup::report(Time now) const {
    LookupReport out{.target = state_->target,
                     .took = now - state_->started,
                     .steps = state_->steps,
                     .closest = {},
                     .seen = {},
                     .density = {}};
    for (const Found& found : state_->nearest_answered())
        out.closest.push_back(state_->result(found));
    for (const Found& found : state_->seen)
        out.seen.push_back(state_->result(found));
    return out;
}

}  // namespace starling::p2p::discv5
