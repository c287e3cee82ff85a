#include "p2p/discovery/lookup.h"

#include "p2p/discovery/lookup_path.h"
#include "p2p/discovery/subnet.h"
#include "p2p/netgroup.h"

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
    NodeId id;
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
    std::vector<Known> nodes = {};              // in the order in which they were heard of
    std::map<NodeId, std::size_t> places = {};  // of the nodes in that list
    std::map<Subnet, OfSubnet> subnets = {};
    std::vector<LookupStep> steps = {};
    std::vector<Found> seen = {};

    void begin(std::vector<Shared<Record>> seeds);
    [[nodiscard]] bool usable(const Record& record) const;
    // True if no path knew the node.
    bool learn(const Shared<Record>& record, std::size_t path, const std::optional<NodeId>& teller);
    [[nodiscard]] const Known& known(const NodeId& id) const { return nodes[places.at(id)]; }
    [[nodiscard]] std::optional<NodeId> askable(const LookupPath& path) const;
    [[nodiscard]] OfSubnet of_subnet(const Endpoint& address) const;
    [[nodiscard]] std::vector<unsigned> distances(const NodeId& asked,
                                                  const LookupPath& path) const;
    Question ask(const NodeId& id, std::size_t path, Time now);
    // The question to this node is over. Null if there is none.
    Known* settle(const NodeId& id, Standing standing);
    [[nodiscard]] LookupResult result(const NodeId& id, std::size_t path) const;
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
                          const std::optional<NodeId>& teller) {
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
    if (is_new) seen.push_back({.id = id, .path = path});
    return is_new;
}

OfSubnet Lookup::State::of_subnet(const Endpoint& address) const {
    const auto it = subnets.find(Subnet::of(address));
    return it == subnets.end() ? OfSubnet{} : it->second;
}

// The node that the path should ask next: one of the k nearest that it knows, of which the failed
// and those of a full subnet are none.
std::optional<NodeId> Lookup::State::askable(const LookupPath& path) const {
    if (path.unanswered >= limits.lookup_concurrency || path.questions >= kQuestionsMax)
        return std::nullopt;
    std::size_t nearest = 0;
    for (const auto& [distance, heard] : path.nearest()) {
        if (nearest >= limits.lookup_results) break;
        const Known& node = nodes[heard.place];
        if (node.standing == Standing::failed) continue;
        if (node.standing == Standing::heard) {
            const OfSubnet taken = of_subnet(node.address);
            if (taken.answered >= rules.subnet_lookup_max) continue;
            if (taken.answered + taken.asked < rules.subnet_lookup_max) return heard.id;
        }
        ++nearest;  // answered, or to be waited for
    }
    return std::nullopt;
}

std::vector<unsigned> Lookup::State::distances(const NodeId& asked, const LookupPath& path) const {
    unsigned distance = log_distance(asked, target);
    if (distance == 0) {
        // The target itself is asked for its neighbours, which are where the nearest other is.
        const auto& nearest = path.nearest();
        const auto other = std::ranges::find_if(
            nearest, [&](const auto& heard) { return heard.second.id != target; });
        distance = other == nearest.end() ? kDistances : log_distance(other->second.id, target);
    }
    std::vector<unsigned> out = {distance};
    if (distance < kDistances) out.push_back(distance + 1);
    if (distance > 1) out.push_back(distance - 1);
    return out;
}

Lookup::Question Lookup::State::ask(const NodeId& id, std::size_t path, Time now) {
    Known& node = nodes[places.at(id)];
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
                     .hop = paths[path].find(id)->hop,
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

LookupResult Lookup::State::result(const NodeId& id, std::size_t path) const {
    return {.record = known(id).record,
            .hop = paths[path].find(id)->hop,
            .path = paths[path].tellers(id)};
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
            const auto id = state_->askable(state_->paths[path]);
            if (!id) continue;
            out.push_back(state_->ask(*id, path, now));
            asked = true;
        }
    }
    return out;
}

void Lookup::answered(const NodeId& by, const std::vector<Shared<Record>>& found, Time now) {
    const Known* node = state_->settle(by, Standing::answered);
    if (node == nullptr) return;
    const std::size_t path = node->path;
    const std::size_t step = node->step;
    const auto records = std::span(found).first(std::min(found.size(), kRecordsMax));
    std::size_t news = 0;
    for (const Shared<Record>& record : records)
        if (state_->learn(record, path, by)) ++news;
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
        const auto& teller = state_->paths[found.path].find(found.id)->teller;
        if (!teller) continue;
        out.push_back({state_->known(found.id).record, state_->known(*teller).address});
    }
    return out;
}

std::vector<NodeId> Lookup::closest() const {
    std::vector<NodeId> out;
    for (const auto& [id, place] : state_->places)
        if (state_->nodes[place].standing == Standing::answered) out.push_back(id);
    std::ranges::sort(
        out, [&](const NodeId& a, const NodeId& b) { return nearer(state_->target, a, b); });
    if (out.size() > state_->limits.lookup_results) out.resize(state_->limits.lookup_results);
    return out;
}

std::optional<std::size_t> Lookup::nearest_hop() const {
    std::optional<Found> nearest;
    for (const auto& [id, place] : state_->places) {
        const Known& node = state_->nodes[place];
        if (node.standing != Standing::answered) continue;
        if (!nearest || nearer(state_->target, id, nearest->id)) nearest = Found{id, node.path};
    }
    if (!nearest) return std::nullopt;
    return state_->paths[nearest->path].find(nearest->id)->hop;
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
    std::vector<Found> answered;
    for (const auto& [id, place] : state_->places) {
        const Known& node = state_->nodes[place];
        if (node.standing == Standing::answered) answered.push_back({.id = id, .path = node.path});
    }
    std::ranges::sort(
        answered, [&](const Found& a, const Found& b) { return nearer(out.target, a.id, b.id); });
    if (answered.size() > state_->limits.lookup_results)
        answered.resize(state_->limits.lookup_results);
    for (const Found& found : answered)
        out.closest.push_back(state_->result(found.id, found.path));
    for (const Found& found : state_->seen)
        out.seen.push_back(state_->result(found.id, found.path));
    return out;
}

}  // namespace starling::p2p::discv5
