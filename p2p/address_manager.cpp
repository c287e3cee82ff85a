#include "p2p/address_manager.h"

#include <algorithm>
#include <limits>
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
      netgroups_(std::move(netgroups)),
      buckets_(AddressKey::draw(random), parameters.overlay.loopback),
      index_(random),
      new_(AddressBuckets::kNewBuckets, random),
      tried_(AddressBuckets::kTriedBuckets, random) {}

bool AddressManager::propose(const Sighting& sighting, Time now) {
    const std::optional<AddressId> id = index_.find(sighting.record->id());
    if (!id) {
        if (nobody_gave_way_ == now) return false;
        const std::optional<Endpoint> at = dialled_at(sighting);
        return at && file(entry_of(sighting, *at, now), now);
    }
    const AddressEntry& known = index_[*id];
    const std::uint64_t sequence = sighting.record->sequence();
    if (sequence < known.record->sequence()) return false;
    const bool newer = sequence > known.record->sequence();
    if (newer && dialled_at(sighting) != known.address) return moved(*id, sighting, now);
    if (newer) index_.set_record(*id, sighting.record);
    heard_again(*id, sighting.source, now);
    return newer;
}

// A node that raises its sequence is dialled no sooner for it, and where it is now it has yet to
// show.
bool AddressManager::moved(AddressId id, const Sighting& sighting, Time now) {
    const AddressEntry old = index_[id];
    remove(id);
    const std::optional<Endpoint> at = dialled_at(sighting);
    if (!at) return false;
    AddressEntry entry = entry_of(sighting, *at, now);
    entry.origin = old.origin;
    entry.failures = old.failures;
    entry.last_try = old.last_try;
    entry.not_until = old.not_until;
    entry.not_beside_others_until = old.not_beside_others_until;
    return file(std::move(entry), now);
}

// Another source is another place, the less likely the more it has.
void AddressManager::heard_again(AddressId id, const Endpoint& source, Time now) {
    AddressEntry& entry = index_.change(id);
    entry.heard = std::max(entry.heard, now);
    if (entry.tried || entry.places == AddressEntry::kPlacesMax) return;
    if (random_.below(std::uint64_t{1} << entry.places) != 0) return;
    const Endpoint& told_by = source == Endpoint{} ? entry.address : source;
    if (const auto slot = place_for(entry, {told_by, netgroups_.of(told_by)}, now))
        put_in_new(id, *slot);
}

bool AddressManager::file(AddressEntry entry, Time now) {
    const Slot first = buckets_.in_new(entry.whom(), entry.from());
    // What has no place need not have room made for it.
    if (!place_at(first, entry, now) || !has_room_for(entry, now)) return false;
    const auto slot = place_at(first, entry, now);  // its holder may be who made room
    if (!slot) return false;
    put_in_new(index_.add(std::move(entry)), *slot);
    return true;
}

void AddressManager::remove(const NodeId& node) {
    if (const auto id = index_.find(node)) remove(*id);
}

void AddressManager::refuse(const NodeId& node, bool refused) {
    nobody_gave_way_.reset();
    if (refused)
        refused_.insert(node);
    else
        refused_.erase(node);
}

void AddressManager::failed(const NodeId& node, const Endpoint& at, Time now, bool counted) {
    const auto id = find_at(node, at);
    if (!id) return;
    AddressEntry& entry = index_.change(*id);
    entry.last_try = now;
    if (counted) {
        nobody_gave_way_.reset();
        constexpr unsigned kCountedMax = std::numeric_limits<std::uint8_t>::max();
        if (entry.failures < kCountedMax) ++entry.failures;
        if (!entry.tried && entry.failures >= limits_.candidate_failures_max) return remove(*id);
    }
    wait(*id, now);
}

void AddressManager::connected(const NodeId& node, const Endpoint& at, Time now) {
    const auto id = find_at(node, at);
    if (!id) return;
    AddressEntry& entry = index_.change(*id);
    entry.heard = entry.last_try = entry.last_success = now;
    entry.not_until = AddressEntry::kNever;
    entry.failures = 0;
    if (entry.tried) return;
    if (!tried_.at(place_in_tried(entry))) return make_tried(*id);
    if (std::ranges::count(collisions_, *id) == 0 && collisions_.size() < kCollisionsMax)
        collisions_.push_back(*id);
}

void AddressManager::lost(const NodeId& node, const Endpoint& at, Time now) {
    const auto id = find_at(node, at);
    if (!id) return;
    AddressEntry& entry = index_.change(*id);
    entry.heard = entry.last_try = now;
    wait(*id, now);
}

std::vector<Shared<Record>> AddressManager::sample(std::size_t count_max) {
    std::vector<AddressId> ids = index_.members(true);
    std::erase_if(ids, [this](AddressId id) { return is_refused(index_[id]); });
    const std::size_t count = std::min(count_max, ids.size());
    std::vector<Shared<Record>> records;
    for (std::size_t i = 0; i < count; ++i) {
        std::swap(ids[i], ids[i + random_.below(ids.size() - i)]);
        records.push_back(index_[ids[i]].record);
    }
    return records;
}

std::optional<Origin> AddressManager::origin_of(const NodeId& node) const {
    const auto id = index_.find(node);
    return id ? std::optional(index_[*id].origin) : std::nullopt;
}

Shared<Record> AddressManager::record_of(const NodeId& node) const {
    const auto id = index_.find(node);
    return id ? index_[*id].record : nullptr;
}

CandidateFigures AddressManager::figures(Time now) const {
    CandidateFigures figures{.known = index_.size(),
                             .proven = index_.members(true).size(),
                             .in_new = index_.members(false).size(),
                             .collisions = collisions_.size()};
    std::vector<Netgroup> groups;
    for (const bool tried : {false, true}) {
        for (const AddressId id : index_.members(tried)) {
            groups.push_back(index_[id].group);
            figures.waiting += now < index_[id].not_until ? 1u : 0u;
        }
    }
    figures.netgroups = figures_of(std::move(groups));
    return figures;
}

std::size_t AddressManager::bytes() const {
    return sizeof *this + index_.bytes() + new_.bytes() + tried_.bytes();
}

std::optional<Endpoint> AddressManager::dialled_at(const Sighting& sighting) const {
    const bool of_lan =
        sighting.origin == Origin::lan || origin_of(sighting.record->id()) == Origin::lan;
    std::optional<Endpoint> address = sighting.record->tcp();
    if (address && !rules_.loopback && !of_lan && is_local_only(*address)) address.reset();
    return address;
}

AddressEntry AddressManager::entry_of(const Sighting& sighting, const Endpoint& at, Time now) {
    AddressEntry entry;
    entry.record = sighting.record;
    entry.address = at;
    entry.source = sighting.source == Endpoint{} ? at : sighting.source;
    entry.group = netgroups_.of(entry.address);
    entry.source_group = netgroups_.of(entry.source);
    entry.heard = now;
    entry.origin = sighting.origin;
    if (sighting.origin == Origin::bootstrap) {
        entry.not_until = now + pace_.bootstrap_wait;
        entry.not_beside_others_until = now + pace_.bootstrap_wait_beside_others;
    }
    return entry;
}

std::optional<AddressId> AddressManager::find_at(const NodeId& node, const Endpoint& at) const {
    const auto id = index_.find(node);
    return id && index_[*id].address == at ? id : std::nullopt;
}

void AddressManager::wait(AddressId id, Time now) {
    AddressEntry& entry = index_.change(id);
    Duration duration = pace_.candidate_wait_min;
    for (std::size_t i = 1; i < entry.failures && duration < pace_.candidate_wait_max; ++i)
        duration *= 2;
    duration = std::min(duration, pace_.candidate_wait_max);
    const auto spread = static_cast<std::uint64_t>(duration.count() / 4 + 1);
    entry.not_until = now + duration + Duration{static_cast<std::int64_t>(random_.below(spread))};
}

void AddressManager::remove(AddressId id) {
    nobody_gave_way_.reset();
    std::erase(collisions_, id);
    leave_places(id);
    index_.remove(id);
}

}  // namespace starling::p2p
