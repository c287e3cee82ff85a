// The address manager over a restart.

#include "p2p/address_manager.h"

#include <algorithm>
#include <utility>

namespace starling::p2p {

namespace {

// We know it by our own file, whoever told us then; but what was found on the LAN may have a
// private address still.
Origin origin_kept(Origin origin) {
    return origin == Origin::lan ? origin : Origin::saved;
}

}  // namespace

Bytes AddressManager::saved() const {
    SavedAddresses saved{.key = buckets_.key()};
    saved.entries.reserve(index_.size());
    for (const bool tried : {true, false}) {
        for (const AddressId id : index_.members(tried)) {
            const AddressEntry& entry = index_[id];
            const auto places = entry.at.begin();
            saved.entries.push_back({.record = entry.record->bytes(),
                                     .source = entry.source,
                                     .group = entry.group,
                                     .source_group = entry.source_group,
                                     .origin = entry.origin,
                                     .tried = entry.tried,
                                     .failures = entry.failures,
                                     .heard = entry.heard,
                                     .last_try = entry.last_try,
                                     .last_success = entry.last_success,
                                     .places = {places, places + entry.places}});
        }
    }
    return encode(saved);
}

Result<RestoredAddresses, SavedAddressesError> AddressManager::restore(ByteView file,
                                                                       const Admits& admits,
                                                                       Time now) {
    const auto decoded = decode_saved_addresses(file);
    if (!decoded) return Failure{decoded.error()};
    std::vector<Shared<Record>> records;
    for (const SavedAddresses::Entry& entry : decoded->entries) {
        const auto record = Record::decode(entry.record);
        if (!record) return Failure{SavedAddressesError::malformed};
        records.push_back(*record);
    }
    clear();
    buckets_ = AddressBuckets(decoded->key, rules_.loopback);
    RestoredAddresses restored;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (!admits(*records[i])) continue;
        ++restored.admitted;
        restore(decoded->entries[i], records[i], now);
    }
    restored.kept = index_.size();
    return restored;
}

void AddressManager::clear() {
    for (const bool tried : {false, true})
        while (!index_.members(tried).empty())
            remove(index_.members(tried).back());
}

void AddressManager::restore(const SavedAddresses::Entry& saved, Shared<Record> record, Time now) {
    const Sighting sighting{std::move(record), origin_kept(saved.origin), saved.source};
    const std::optional<Endpoint> at = dialled_at(sighting);
    if (!at || contains(sighting.record->id()) || index_.size() >= limits_.candidates_max) return;
    AddressEntry entry = entry_of(sighting, *at, now);
    // A clock that was ahead when the file was written, or is behind now, is no fault of theirs.
    entry.heard = std::min(saved.heard, now);
    entry.last_try = std::min(saved.last_try, now);
    entry.last_success = std::min(saved.last_success, now);
    entry.failures = saved.failures;
    entry.tried = saved.tried;
    const bool same_groups = entry.group == saved.group && entry.source_group == saved.source_group;
    const std::vector<Slot> places =
        same_groups ? places_kept(entry, saved.places) : place_anew(entry);
    if (places.empty() || !has_room_for_restored(entry)) return;
    AddressTable& table = entry.tried ? tried_ : new_;
    const AddressId id = index_.add(std::move(entry));
    for (const Slot place : places) {
        table.put(place, id);
        index_.change(id).add_place(place);
    }
}

// Those that are its own under the file's key and that nobody else has: in `tried` the one place of
// its address; in `new` the position of its address in whichever bucket the file names, for it does
// not say of whom we heard but of the first.
std::vector<Slot> AddressManager::places_kept(const AddressEntry& entry,
                                              const std::vector<Slot>& saved) const {
    const AddressTable& table = entry.tried ? tried_ : new_;
    std::vector<Slot> kept;
    for (const Slot place : saved) {
        const Slot own = entry.tried ? buckets_.in_tried(entry.whom())
                                     : buckets_.in_new_bucket(place.bucket(), entry.address);
        const bool is_own = rules_.loopback ? place.bucket() == own.bucket() : place == own;
        if (is_own && !table.at(place) && std::ranges::count(kept, place) == 0)
            kept.push_back(place);
    }
    return kept;
}

// Under other netgroups, by which places are others. One whose place of `tried` is another's is one
// of `new` again, as one that gave its place away.
std::vector<Slot> AddressManager::place_anew(AddressEntry& entry) const {
    if (entry.tried) {
        const Slot slot = place_in_tried(entry);
        if (!tried_.at(slot)) return {slot};
        entry.tried = false;
    }
    const Slot slot = first_free(new_, buckets_.in_new(entry.whom(), entry.from()));
    return new_.at(slot) ? std::vector<Slot>{} : std::vector<Slot>{slot};
}

bool AddressManager::has_room_for_restored(const AddressEntry& entry) const {
    const auto there = index_.at_ip(entry.address);
    const bool taken = std::ranges::any_of(
        there, [&](AddressId id) { return index_[id].address == entry.address; });
    if (taken || there.size() >= rules_.ids_per_address_max) return false;
    return crowd_of(entry).empty();
}

}  // namespace starling::p2p
