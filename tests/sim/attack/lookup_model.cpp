#include "sim/attack/lookup_model.h"

#include "sim/attack/overlay.h"
#include "sim/engine/draw.h"
#include "sim/environment.h"
#include "sim/hostile/disguises.h"
#include "sim/load/sessions.h"

#include <algorithm>
#include <cassert>
#include <deque>
#include <utility>

namespace starling::sim {

namespace {

namespace discv5 = p2p::discv5;

constexpr std::size_t kTold = 16;
// Long after everybody was there, so that sessions are as in a network that stands; then it is
// looked around in.
constexpr Span kLookedAt = std::chrono::hours{48};
constexpr Span kCheckedWithin = std::chrono::minutes{10};
constexpr unsigned kNearest = 230;  // no two of a million nodes are nearer than this

void keep_nearest(std::vector<Shared<p2p::Record>>& records, const p2p::NodeId& target) {
    const auto nearer_one = [&](const auto& a, const auto& b) {
        return nearer(target, a->id(), b->id());
    };
    const std::size_t count = std::min(kTold, records.size());
    std::ranges::partial_sort(records, records.begin() + static_cast<std::ptrdiff_t>(count),
                              nearer_one);
    records.resize(count);
}

}  // namespace

LookupModel::LookupModel(const Setting& setting)
    : seed_(setting.seed), random_(stream_of(setting.seed, "lookup model")) {
    const Settings::Churn churn{.model = setting.churn};
    for (std::size_t i = 0; i < setting.nodes; ++i) {
        Stream own = stream_of(setting.seed, "node", i);
        Node node;
        const p2p::Identity identity = made_up_identity(own);
        node.record = record_at(identity, made_up_address(own));
        node.hostile = chance(own, setting.hostile);
        if (node.hostile) hostile_.push_back(node.record);
        if (!node.hostile && churn.model != SessionModel::always_on)
            draw_sessions(node, churn, own);
        nodes_.push_back(std::move(node));
    }
    std::ranges::sort(nodes_, {}, [](const Node& node) { return node.record->id(); });
}

void LookupModel::draw_sessions(Node& node, const Settings::Churn& churn, Random& random) const {
    Span when{0};
    while (when < kLookedAt) {
        when += node.turns.size() % 2 == 0 ? draw_session(churn, random) : draw_gap(churn, random);
        node.turns.push_back(when);
    }
}

bool LookupModel::there(const Node& node, Span when) const {
    const auto passed = std::ranges::upper_bound(node.turns, when) - node.turns.begin();
    return passed % 2 == 0;
}

const LookupModel::Node& LookupModel::any_honest() {
    constexpr int kTries = 100'000;
    for (int i = 0; i < kTries; ++i) {
        const Node& node = nodes_[random_.below(nodes_.size())];
        if (!node.hostile && there(node, kLookedAt)) return node;
    }
    assert(false && "nobody honest is there");
    return nodes_.front();
}

const LookupModel::Node& LookupModel::node_of(const p2p::NodeId& id) const {
    return *std::ranges::lower_bound(nodes_, id, {},
                                     [](const Node& node) { return node.record->id(); });
}

LookupModel::Records LookupModel::table_at(const p2p::NodeId& of, unsigned distance) const {
    const auto [first, last] = p2p::ids_at(of, distance);
    const auto id_of = [](const Node& node) { return node.record->id(); };
    const auto begin = std::ranges::lower_bound(nodes_, first, {}, id_of);
    const auto end = std::ranges::upper_bound(nodes_, last, {}, id_of);
    // The same each time that it is asked.
    Stream own = stream_of(seed_ ^ of.word(0), "table", distance);
    std::vector<const Node*> bucket;
    for (auto it = begin; it != end; ++it)
        bucket.push_back(&*it);
    Records out;
    for (std::size_t i = 0; i < bucket.size() && out.size() < kTold; ++i) {
        std::swap(bucket[i], bucket[i + own.below(bucket.size() - i)]);
        const Span checked = kLookedAt - uniform(own, Span{0}, kCheckedWithin);
        if (there(*bucket[i], checked)) out.push_back(bucket[i]->record);
    }
    return out;
}

LookupModel::Records LookupModel::seeds(const p2p::NodeId& of, const p2p::NodeId& target) const {
    Records out;
    for (unsigned distance = discv5::kDistanceMax; distance > kNearest; --distance) {
        for (Shared<p2p::Record>& record : table_at(of, distance))
            out.push_back(std::move(record));
    }
    keep_nearest(out, target);
    return out;
}

LookupModel::Records LookupModel::lies(const discv5::Lookup::Question& question,
                                       const p2p::NodeId& target) const {
    Records out = hostile_;
    std::erase_if(out, [&](const Shared<p2p::Record>& record) {
        const unsigned distance = log_distance(question.node->id(), record->id());
        return std::ranges::find(question.distances, distance) == question.distances.end();
    });
    keep_nearest(out, target);
    return out;
}

std::optional<LookupModel::Records> LookupModel::answer(const discv5::Lookup::Question& question,
                                                        const p2p::NodeId& target) const {
    const Node& asked = node_of(question.node->id());
    if (!there(asked, kLookedAt)) return std::nullopt;
    if (asked.hostile) return lies(question, target);
    Records out;
    for (const unsigned distance : question.distances) {
        for (Shared<p2p::Record>& record : table_at(asked.record->id(), distance))
            out.push_back(std::move(record));
    }
    if (out.size() > kTold) out.resize(kTold);
    return out;
}

LookupModel::Outcome LookupModel::look_up(std::size_t paths) {
    discv5::Limits limits;
    limits.lookup_paths = paths;
    const p2p::NodeId from = any_honest().record->id();
    p2p::NodeId target = from;
    while (target == from)
        target = any_honest().record->id();
    Time now = time_at(Moment{kLookedAt});
    Records known = seeds(from, target);
    // Who knows the node already need not look for it.
    std::erase_if(known, [&](const auto& record) { return record->id() == target; });
    discv5::Lookup lookup(from, target, known, simulated_network(), limits, now);
    std::deque<discv5::Lookup::Question> asked;
    Outcome outcome;
    for (;;) {
        for (discv5::Lookup::Question& question : lookup.next(now))
            asked.push_back(std::move(question));
        if (asked.empty()) break;
        ++outcome.questions;
        now += Duration{1};
        const p2p::NodeId by = asked.front().node->id();
        const std::optional<Records> found = answer(asked.front(), target);
        asked.pop_front();
        if (found) lookup.answered(by, *found, now);
        if (!found) lookup.failed(by, now);
    }
    const discv5::LookupReport report = lookup.report(now);
    outcome.only_hostile = true;
    for (const discv5::LookupResult& one : report.closest) {
        outcome.found |= one.record->id() == target;
        outcome.only_hostile &= node_of(one.record->id()).hostile;
    }
    return outcome;
}

}  // namespace starling::sim
