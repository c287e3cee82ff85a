// The address manager's tables: which place an entry has in `new`, how it comes to `tried` and from
// there, and the test of an old one before a newcomer has its place.

#include "p2p/address_manager.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace starling::p2p {

using namespace std::chrono_literals;

std::optional<Slot> AddressManager::place_for(const AddressEntry& entry,
                                              const AddressBuckets::Grouped& source,
                                              Time now) const {
    return place_at(buckets_.in_new(entry.whom(), source), entry, now);
}

std::optional<Slot> AddressManager::place_at(Slot first,
                                             const AddressEntry& entry,
                                             Time now) const {
    const Slot slot = first_free(new_, first);
    const std::optional<AddressId> there = new_.at(slot);
    if (!there) return slot;
    const AddressEntry& holder = index_[*there];
    if (holder.node() == entry.node()) return std::nullopt;
    const bool of_same_address = holder.address == entry.address;
    if (is_terrible(holder, now) || (of_same_address && gives_way(holder, now))) return slot;
    // One that has several can spare one for who has none.
    if (holder.places > 1 && entry.places == 0) return slot;
    return std::nullopt;
}

// On one machine, where places are no defence, nobody is to be lost by chance.
Slot AddressManager::first_free(const AddressTable& table, Slot slot) const {
    if (!rules_.loopback) return slot;
    Slot free = slot;
    for (std::uint32_t i = 0; i < Slot::kBucketSize; ++i, free = free.next())
        if (!table.at(free)) return free;
    return slot;
}

void AddressManager::put_in_new(AddressId id, Slot slot) {
    if (const auto there = new_.at(slot)) lose_place(*there, slot);
    new_.put(slot, id);
    index_.change(id).add_place(slot);
}

void AddressManager::lose_place(AddressId id, Slot slot) {
    AddressEntry& entry = index_.change(id);
    if (entry.places == 1) return remove(id);
    new_.clear(slot);
    entry.remove_place(slot);
}

void AddressManager::leave_places(AddressId id) {
    AddressEntry& entry = index_.change(id);
    AddressTable& table = entry.tried ? tried_ : new_;
    while (entry.places > 0)
        table.clear(entry.at[--entry.places]);
}

Slot AddressManager::place_in_tried(const AddressEntry& entry) const {
    return first_free(tried_, buckets_.in_tried(entry.whom()));
}

void AddressManager::make_tried(AddressId id) {
    leave_places(id);
    index_.set_tried(id, true);
    const Slot slot = place_in_tried(index_[id]);
    if (const auto old = tried_.at(slot)) make_new_again(*old);
    tried_.put(slot, id);
    index_.change(id).add_place(slot);
}

// It was there once, and has its place in `new` whoever holds that.
void AddressManager::make_new_again(AddressId id) {
    leave_places(id);
    index_.set_tried(id, false);
    const AddressEntry& entry = index_[id];
    put_in_new(id, first_free(new_, buckets_.in_new(entry.whom(), entry.from())));
}

void AddressManager::resolve_collisions(Time now) {
    const std::vector<AddressId> pending = collisions_;
    for (const AddressId newcomer : pending) {
        // What was removed meanwhile is not there any more.
        if (std::ranges::count(collisions_, newcomer) == 0) continue;
        if (resolved(newcomer, now)) std::erase(collisions_, newcomer);
    }
}

bool AddressManager::resolved(AddressId newcomer, Time now) {
    constexpr Duration kProtected = 4h;      // since it last succeeded
    constexpr Duration kTestWindow = 40min;  // then it cannot be tested, for whatever reason
    const AddressEntry& entry = index_[newcomer];
    const std::optional<AddressId> old = tried_.at(place_in_tried(entry));
    if (old) {
        const AddressEntry& holder = index_[*old];
        if (within(holder.last_success, kProtected, now)) return true;
        const bool failed = holder.failures > 0 && within(holder.last_try, kProtected, now);
        if (!failed && within(entry.last_success, kTestWindow, now)) return false;
    }
    make_tried(newcomer);
    return true;
}

}  // namespace starling::p2p
