#include "p2p/discovery/revalidation.h"

#include "p2p/discovery/hashes.h"
#include "p2p/earliest.h"

#include <algorithm>

namespace starling::p2p::discv5 {

Revalidation::Revalidation(const Pace& pace, Duration check_life, Random& random)
    : check_life_(check_life), random_(random) {
    rounds_[0].interval = pace.fast_revalidation;
    rounds_[1].interval = pace.slow_revalidation;
}

void Revalidation::schedule(Round& round, Time now) {
    const auto choices = 2 * static_cast<std::uint64_t>(round.interval.count()) + 1;
    round.next = now + Duration{static_cast<Duration::rep>(random_.below(choices))};
}

void Revalidation::place(const NodeId& id, List list, Time now) {
    remove(id);
    Round& round = rounds_[list == List::fast ? 0 : 1];
    if (round.nodes.empty()) schedule(round, now);
    round.nodes.push_back(id);
    round.prefixes.push_back(prefix_of(id));
}

void Revalidation::remove(const NodeId& id) {
    const std::uint64_t prefix = prefix_of(id);
    for (Round& round : rounds_) {
        for (std::size_t i = 0; i < round.nodes.size(); ++i) {
            if (round.prefixes[i] != prefix || round.nodes[i] != id) continue;
            // In no order: they are drawn by chance.
            round.nodes[i] = round.nodes.back();
            round.prefixes[i] = round.prefixes.back();
            round.nodes.pop_back();
            round.prefixes.pop_back();
            break;
        }
        if (round.out && round.out->id == id) round.out.reset();
    }
}

bool Revalidation::asked(const NodeId& id) const {
    return std::ranges::any_of(
        rounds_, [&](const Round& round) { return round.out && round.out->id == id; });
}

std::optional<NodeId> Revalidation::due(Time now) {
    for (Round& round : rounds_) {
        if (round.out && now >= round.out->until) round.out.reset();
        if (round.out || round.nodes.empty() || now < round.next) continue;
        const NodeId id = round.nodes[random_.below(round.nodes.size())];
        round.out = Check{.id = id, .until = now + check_life_};
        schedule(round, now);
        return id;
    }
    return std::nullopt;
}

std::optional<Time> Revalidation::next_wakeup() const {
    std::optional<Time> next;
    for (const Round& round : rounds_) {
        if (round.nodes.empty()) continue;
        next = earliest(next, round.out ? std::max(round.out->until, round.next) : round.next);
    }
    return next;
}

}  // namespace starling::p2p::discv5
