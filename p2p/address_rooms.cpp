// The address manager's bounds: how many entries an address, a netgroup, a source and all together
// may have, and who gives way to a newcomer.

#include "p2p/address_manager.h"

#include <algorithm>

namespace starling::p2p {

bool AddressManager::has_room_for(const AddressEntry& newcomer, Time now) {
    return source_has_room(newcomer) && make_room_at_address(newcomer, now) &&
           make_room_in_group(newcomer) && make_room_at_all(now);
}

// Who tells of many is one voice, whatever they are.
bool AddressManager::source_has_room(const AddressEntry& newcomer) const {
    if (rules_.loopback) return true;
    const std::size_t with_it = index_.count_of_source(newcomer.source_group) + 1;
    const std::size_t all = index_.members(false).size() + 1;
    return with_it <= limits_.candidates_of_source_min ||
           with_it * limits_.candidates_source_share <= all;
}

// Another identity at an address is worth no more than the one that is there, unless that one does
// not answer.
bool AddressManager::make_room_at_address(const AddressEntry& newcomer, Time now) {
    std::vector<AddressId> giving_way;
    std::size_t count = 0;
    for (const AddressId id : index_.at_ip(newcomer.address)) {
        const AddressEntry& there = index_[id];
        const bool would = gives_way(there, now);
        if (there.address == newcomer.address) {
            if (!would) return false;
            remove(id);
            continue;
        }
        ++count;
        if (would) giving_way.push_back(id);
    }
    if (count < rules_.ids_per_address_max) return true;
    if (giving_way.empty()) return false;
    remove(giving_way[random_.below(giving_way.size())]);
    return true;
}

bool AddressManager::make_room_in_group(const AddressEntry& newcomer) {
    if (rules_.loopback) return true;
    const AddressIndex::GroupCount count = index_.count_of_group(newcomer.group);
    if (count.in_new + count.in_tried < limits_.candidates_per_netgroup) return true;
    if (count.failing == 0) return false;
    std::uint64_t left = random_.below(count.failing);
    for (const AddressId id : index_.members(false)) {
        const AddressEntry& entry = index_[id];
        if (entry.group != newcomer.group || entry.failures == 0 || left-- > 0) continue;
        remove(id);
        return true;
    }
    return false;
}

// Of a full list a part is looked at, so that who proposes many has us search little.
bool AddressManager::make_room_at_all(Time now) {
    if (index_.size() < limits_.candidates_max) return true;
    constexpr std::size_t kLookedAtMax = 64;
    const std::vector<AddressId>& members = index_.members(false);
    if (members.empty()) return false;
    const std::size_t begin = random_.below(members.size());
    for (std::size_t i = 0; i < std::min(members.size(), kLookedAtMax); ++i) {
        const AddressId id = members[(begin + i) % members.size()];
        if (!gives_way(index_[id], now)) continue;
        remove(id);
        return true;
    }
    return false;
}

// On one machine a port is soon somebody else's.
bool AddressManager::gives_way(const AddressEntry& entry, Time now) const {
    return is_terrible(entry, now) || (entry.failures > 0 && (!entry.tried || rules_.loopback));
}

}  // namespace starling::p2p
