// The address manager's bounds: how many entries an address, a netgroup, a source and all together
// may have, and who gives way to a newcomer.

#include "p2p/address_manager.h"
#include "p2p/discovery/subnet.h"

#include <algorithm>
#include <iterator>

namespace starling::p2p {

bool AddressManager::has_room_for(const AddressEntry& newcomer, Time now) {
    return source_has_room(newcomer) && make_room_at_address(newcomer, now) &&
           make_room_in_group(newcomer, now) && make_room_at_all(now);
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

// All of a full group are looked at, those in `tried` too: else who had its nodes tried, and then
// switched them off, would keep everybody else of the group out for good. They are few.
//
// The bound is the same for an AS, although one may have a third of all nodes: a group has one of
// our outbound peers at a time, for which we need not know more of it. What an attacker wins by
// holding all places with nodes that answer is that one peer.
bool AddressManager::make_room_in_group(const AddressEntry& newcomer, Time now) {
    std::vector<AddressId> giving_way = crowd_of(newcomer);
    if (giving_way.empty()) return true;
    std::erase_if(giving_way, [&](AddressId id) { return !gives_way(index_[id], now); });
    if (giving_way.empty()) return false;
    remove(giving_way[random_.below(giving_way.size())]);
    return true;
}

// An IPv6 /64 is what one machine is given: without a measure of its own it would be a whole group.
std::vector<AddressId> AddressManager::crowd_of(const AddressEntry& newcomer) const {
    const std::size_t of_group = index_.count_of_group(newcomer.group).all();
    const bool group_full = of_group >= limits_.candidates_per_netgroup;
    const bool may_be_crowd = !newcomer.address.is_ipv4() && of_group >= rules_.subnet_table_max;
    if (rules_.loopback || (!group_full && !may_be_crowd)) return {};
    std::vector<AddressId> group = index_.of_group(newcomer.group);
    if (newcomer.address.is_ipv4()) return group;
    std::vector<AddressId> subnet;
    std::ranges::copy_if(group, std::back_inserter(subnet), [&](AddressId id) {
        return discv5::Subnet::of(index_[id].address) == discv5::Subnet::of(newcomer.address);
    });
    if (subnet.size() >= rules_.subnet_table_max) return subnet;
    return group_full ? group : std::vector<AddressId>{};
}

// Of a full list a part is looked at, and once a moment if it is in vain, so that who proposes many
// has us search little.
bool AddressManager::make_room_at_all(Time now) {
    const std::size_t size = index_.size();
    if (size < limits_.candidates_max) return true;
    if (size == 0) return false;
    constexpr std::size_t kLookedAtMax = 64;
    const std::vector<AddressId>&in_new = index_.members(false), &in_tried = index_.members(true);
    const std::size_t begin = random_.below(size);
    for (std::size_t i = 0; i < std::min(size, kLookedAtMax); ++i) {
        const std::size_t at = (begin + i) % size;
        const AddressId id = at < in_new.size() ? in_new[at] : in_tried[at - in_new.size()];
        if (!gives_way(index_[id], now)) continue;
        remove(id);
        return true;
    }
    nobody_gave_way_ = now;
    return false;
}

// On one machine a port is soon somebody else's.
bool AddressManager::gives_way(const AddressEntry& entry, Time now) const {
    return is_terrible(entry, now) || is_refused(entry) ||
           (entry.failures > 0 && (!entry.tried || rules_.loopback));
}

}  // namespace starling::p2p
