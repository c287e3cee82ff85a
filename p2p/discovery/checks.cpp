#include "p2p/discovery/checks.h"

#include <cassert>
#include <utility>

namespace starling::p2p::discv5 {

bool Checks::add(Check check, Time now) {
    const NodeId& id = check.sighting.record->id();
    if (known_.contains(id) || waiting_.size() >= limits_.checks_waiting_max) return false;
    if (!lately_.first({id, check.sighting.record->sequence()}, now)) return false;
    return add_again(std::move(check));
}

bool Checks::add_again(Check check) {
    const bool inbound = check.sighting.origin == Origin::inbound;
    if (waiting_.size() >= limits_.checks_waiting_max) return false;
    if (inbound && inbound_ >= limits_.inbound_checks_max) return false;
    const auto source = per_source_.find(check.sighting.source);
    if (source != per_source_.end() && source->second >= limits_.checks_waiting_per_source_max)
        return false;
    if (!known_.insert(check.sighting.record->id()).second) return false;
    ++per_source_[check.sighting.source];
    if (inbound) ++inbound_;
    waiting_.push_back(std::move(check));
    return true;
}

std::optional<Checks::Check> Checks::next() {
    if (waiting_.empty() || in_flight_ >= limits_.checks_in_flight_max + inbound_)
        return std::nullopt;
    Check check = std::move(waiting_.front());
    waiting_.pop_front();
    const auto source = per_source_.find(check.sighting.source);
    if (--source->second == 0) per_source_.erase(source);
    ++in_flight_;
    return check;
}

void Checks::settled(const NodeId& id, Origin origin) {
    const bool was_known = known_.erase(id) == 1;
    assert(was_known);
    --in_flight_;
    if (origin == Origin::inbound) --inbound_;
}

}  // namespace starling::p2p::discv5
