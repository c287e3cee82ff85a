#include "p2p/address_manager.h"

#include "p2p/netgroup.h"

#include <algorithm>
#include <utility>

namespace starling::p2p {

AddressManager::AddressManager(const Parameters& parameters,
                               const Limits& limits,
                               const Pace& pace,
                               Random& random,
                               Netgroups netgroups)
    : rules_(parameters.overlay),
      limits_(limits),
      pace_(pace),
      random_(random),
      netgroups_(std::move(netgroups)) {}

bool AddressManager::propose(const Sighting& sighting, Time now) {
    const NodeId& node = sighting.record->id();
    Candidate newcomer;
    newcomer.record = sighting.record;
    newcomer.origin = sighting.origin;
    if (sighting.origin == Origin::bootstrap) {
        newcomer.not_until = now + pace_.bootstrap_wait;
        newcomer.not_beside_others_until = now + pace_.bootstrap_wait_beside_others;
    }
    if (const Candidate* known = find(node)) {
        if (known->record->sequence() >= sighting.record->sequence()) return false;
        // A node that raises its sequence is dialled no sooner for it.
        newcomer.origin = known->origin;
        newcomer.failures = known->failures;
        newcomer.not_until = known->not_until;
        newcomer.not_beside_others_until = known->not_beside_others_until;
        newcomer.proven = known->proven && known->address == dialled_at(sighting);
        remove(node);
    }
    const std::optional<Endpoint> address = dialled_at(sighting);
    if (!address) return false;
    newcomer.address = *address;
    newcomer.netgroup = netgroups_.of(*address);
    if (!has_room_for(newcomer)) return false;
    places_.emplace(node, list_.size());
    failing_ += newcomer.failures > 0 ? 1u : 0u;
    list_.push_back(std::move(newcomer));
    return true;
}

void AddressManager::remove(const NodeId& node) {
    const auto place = places_.find(node);
    if (place == places_.end()) return;
    const std::size_t at = place->second;
    places_.erase(place);
    failing_ -= list_[at].failures > 0 ? 1u : 0u;
    if (at + 1 != list_.size()) {
        list_[at] = std::move(list_.back());
        places_[list_[at].record->id()] = at;
    }
    list_.pop_back();
}

std::optional<AddressManager::Drawn> AddressManager::draw(const Excluded& excluded,
                                                          Time now,
                                                          Selection /*selection*/) {
    return draw_of(excluded, now, [](const Candidate&) { return true; });
}

std::optional<AddressManager::Drawn> AddressManager::draw_feeler(const Excluded& excluded,
                                                                 Time now) {
    return draw_of(excluded, now, [](const Candidate& one) { return !one.proven; });
}

template <class Accepts>
std::optional<AddressManager::Drawn> AddressManager::draw_of(const Excluded& excluded,
                                                             Time now,
                                                             Accepts accepts) {
    std::vector<const Candidate*> eligible, of_new_groups;
    for (const Candidate& one : list_) {
        if (!accepts(one) || (one.not_until && now < *one.not_until)) continue;
        if (excluded.have_others && one.not_beside_others_until &&
            now < *one.not_beside_others_until)
            continue;
        if (excluded.nodes.contains(one.record->id())) continue;
        if (excluded.addresses.contains(one.address)) continue;
        eligible.push_back(&one);
        if (!excluded.netgroups.contains(one.netgroup)) of_new_groups.push_back(&one);
    }
    const bool any_group = rules_.loopback && of_new_groups.empty();
    const auto& choice = any_group ? eligible : of_new_groups;
    if (choice.empty()) return std::nullopt;
    const Candidate& drawn = *choice[random_.below(choice.size())];
    return Drawn{drawn.record->id(), drawn.record->key(), drawn.address, drawn.origin};
}

void AddressManager::failed(const NodeId& node, Time now, bool counted) {
    Candidate* candidate = find(node);
    if (candidate == nullptr) return;
    if (!counted) return wait(*candidate, now);
    failing_ += candidate->failures == 0 ? 1u : 0u;
    ++candidate->failures;
    if (candidate->failures >= limits_.candidate_failures_max) return remove(node);
    wait(*candidate, now);
}

void AddressManager::connected(const NodeId& node, Time /*now*/) {
    Candidate* candidate = find(node);
    if (candidate == nullptr) return;
    candidate->proven = true;
    failing_ -= candidate->failures > 0 ? 1u : 0u;
    candidate->failures = 0;
    candidate->not_until.reset();
}

void AddressManager::lost(const NodeId& node, Time now) {
    if (Candidate* candidate = find(node)) wait(*candidate, now);
}

std::vector<Shared<Record>> AddressManager::sample(std::size_t count_max) {
    std::vector<Shared<Record>> records;
    for (const Candidate& one : list_) {
        if (one.proven) records.push_back(one.record);
    }
    const std::size_t count = std::min(count_max, records.size());
    for (std::size_t i = 0; i < count; ++i)
        std::swap(records[i], records[i + random_.below(records.size() - i)]);
    records.resize(count);
    return records;
}

std::optional<Origin> AddressManager::origin_of(const NodeId& node) const {
    const auto place = places_.find(node);
    if (place == places_.end()) return std::nullopt;
    return list_[place->second].origin;
}

Shared<Record> AddressManager::record_of(const NodeId& node) const {
    const auto place = places_.find(node);
    return place == places_.end() ? nullptr : list_[place->second].record;
}

CandidateFigures AddressManager::figures(Time now) const {
    CandidateFigures figures{.known = list_.size()};
    std::vector<Netgroup> groups;
    for (const Candidate& one : list_) {
        groups.push_back(one.netgroup);
        figures.proven += one.proven ? 1u : 0u;
        figures.waiting += one.not_until && now < *one.not_until ? 1u : 0u;
    }
    figures.netgroups = figures_of(std::move(groups));
    return figures;
}

std::optional<Endpoint> AddressManager::dialled_at(const Sighting& sighting) const {
    std::optional<Endpoint> address = sighting.record->tcp();
    const bool anywhere = rules_.loopback || sighting.origin == Origin::lan;
    if (address && !anywhere && is_local_only(*address)) address.reset();
    return address;
}

AddressManager::Candidate* AddressManager::find(const NodeId& node) {
    const auto place = places_.find(node);
    return place == places_.end() ? nullptr : &list_[place->second];
}

bool AddressManager::has_room_for(const Candidate& newcomer) {
    // Most nodes of a large network are found when the list is long full.
    if (list_.size() >= limits_.candidates_max && failing_ == 0) return false;
    const auto at_its_address = [&](const Candidate& one) {
        return one.address.address == newcomer.address.address;
    };
    const auto of_its_netgroup = [&](const Candidate& one) {
        return one.netgroup == newcomer.netgroup;
    };
    if (!has_room_among(rules_.ids_per_address_max, at_its_address)) return false;
    if (!rules_.loopback && !has_room_among(limits_.candidates_per_netgroup, of_its_netgroup))
        return false;
    return has_room_among(limits_.candidates_max, [](const Candidate&) { return true; });
}

// Makes room, if it must, by removing one at random of those that failed.
template <class Alike>
bool AddressManager::has_room_among(std::size_t count_max, Alike alike) {
    std::size_t count = 0;
    std::vector<NodeId> failing;
    for (const Candidate& one : list_) {
        if (!alike(one)) continue;
        ++count;
        if (one.failures > 0) failing.push_back(one.record->id());
    }
    if (count < count_max) return true;
    if (failing.empty()) return false;
    remove(failing[random_.below(failing.size())]);
    return true;
}

void AddressManager::wait(Candidate& candidate, Time now) {
    Duration duration = pace_.candidate_wait_min;
    for (std::size_t i = 1; i < candidate.failures && duration < pace_.candidate_wait_max; ++i)
        duration *= 2;
    duration = std::min(duration, pace_.candidate_wait_max);
    const auto spread = static_cast<std::uint64_t>(duration.count() / 4 + 1);
    candidate.not_until =
        now + duration + Duration{static_cast<std::int64_t>(random_.below(spread))};
}

}  // namespace starling::p2p
