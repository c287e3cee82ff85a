#include "p2p/address_index.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace starling::p2p {

AddressIndex::AddressIndex(Random& random)
    : by_node_(random), by_ip_(random), groups_(random), sources_(random) {}

AddressId AddressIndex::add(AddressEntry entry) {
    const auto fresh = static_cast<AddressId>(stored_.size());
    const AddressId id = free_.empty() ? fresh : free_.back();
    if (free_.empty()) {
        stored_.emplace_back();
    } else {
        free_.pop_back();
    }
    Stored& stored = stored_[id];
    const bool made = by_node_.try_emplace(entry.node(), id).second;
    assert(made);
    AtIp& at_ip = by_ip_[{entry.address.address}];
    stored.next_at_ip = std::exchange(at_ip.first, id);
    ++at_ip.count;
    stored.entry = std::move(entry);
    enter_group(id);
    count(stored.entry, true);
    enter(id);
    return id;
}

void AddressIndex::remove(AddressId id) {
    Stored& stored = stored_[id];
    by_node_.erase(stored.entry.node());
    const IpAddress ip{stored.entry.address.address};
    AtIp& at_ip = *by_ip_.find(ip);
    AddressId* link = &at_ip.first;
    while (*link != id)
        link = &stored_[*link].next_at_ip;
    *link = stored.next_at_ip;
    if (--at_ip.count == 0) by_ip_.erase(ip);
    count(stored.entry, false);
    leave_group(id);
    leave(id);
    stored = {};
    free_.push_back(id);
}

void AddressIndex::set_tried(AddressId id, bool tried) {
    AddressEntry& entry = stored_[id].entry;
    count(entry, false);
    leave(id);
    entry.tried = tried;
    enter(id);
    count(entry, true);
}

void AddressIndex::set_record(AddressId id, Shared<Record> record) {
    AddressEntry& entry = stored_[id].entry;
    assert(record->id() == entry.node());
    entry.record = std::move(record);
}

std::optional<AddressId> AddressIndex::find(const NodeId& node) const {
    const AddressId* id = by_node_.find(node);
    return id == nullptr ? std::nullopt : std::optional(*id);
}

std::vector<AddressId> AddressIndex::at_ip(const Endpoint& address) const {
    std::vector<AddressId> out;
    const AtIp* at_ip = by_ip_.find({address.address});
    AddressId id = at_ip == nullptr ? kNone : at_ip->first;
    for (; id != kNone; id = stored_[id].next_at_ip)
        out.push_back(id);
    return out;
}

std::size_t AddressIndex::count_at_ip(const Endpoint& address) const {
    const AtIp* at_ip = by_ip_.find({address.address});
    return at_ip == nullptr ? 0 : at_ip->count;
}

AddressIndex::GroupCount AddressIndex::count_of_group(const Netgroup& group) const {
    const Group* found = groups_.find(group);
    return found == nullptr ? GroupCount{} : found->count;
}

std::vector<AddressId> AddressIndex::of_group(const Netgroup& group) const {
    std::vector<AddressId> out;
    const Group* found = groups_.find(group);
    AddressId id = found == nullptr ? kNone : found->first;
    for (; id != kNone; id = stored_[id].next_of_group)
        out.push_back(id);
    return out;
}

std::size_t AddressIndex::groups_beside(std::vector<NodeId> nodes) const {
    std::ranges::sort(nodes);
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    std::vector<Netgroup> of_these;
    for (const NodeId& node : nodes) {
        if (const auto id = find(node)) of_these.push_back(stored_[*id].entry.group);
    }
    std::ranges::sort(of_these);
    std::size_t of_these_alone = 0;
    for (auto first = of_these.begin(); first != of_these.end();) {
        const auto last = std::upper_bound(first, of_these.end(), *first);
        of_these_alone +=
            count_of_group(*first).all() == static_cast<std::size_t>(last - first) ? 1u : 0u;
        first = last;
    }
    return groups_.size() - of_these_alone;
}

std::size_t AddressIndex::count_of_source(const Netgroup& source) const {
    const std::uint32_t* count = sources_.find(source);
    return count == nullptr ? 0 : *count;
}

std::size_t AddressIndex::bytes() const {
    return stored_.capacity() * sizeof(Stored) +
           (free_.capacity() + members_[0].capacity() + members_[1].capacity()) *
               sizeof(AddressId) +
           by_node_.table_bytes() + by_ip_.table_bytes() + groups_.table_bytes() +
           sources_.table_bytes();
}

void AddressIndex::count(const AddressEntry& entry, bool more) {
    // Unsigned numbers wrap: adding this to one less than none is none.
    const std::uint32_t one = more ? 1u : static_cast<std::uint32_t>(-1);
    GroupCount& group = groups_.find(entry.group)->count;
    (entry.tried ? group.in_tried : group.in_new) += one;
    if (entry.tried) return;
    std::uint32_t& source = sources_[entry.source_group];
    source += one;
    if (source == 0) sources_.erase(entry.source_group);
}

void AddressIndex::enter_group(AddressId id) {
    Stored& stored = stored_[id];
    AddressId& first = groups_[stored.entry.group].first;
    if (first != kNone) stored_[first].previous_of_group = id;
    stored.next_of_group = std::exchange(first, id);
}

void AddressIndex::leave_group(AddressId id) {
    const Stored& stored = stored_[id];
    const AddressId next = stored.next_of_group, previous = stored.previous_of_group;
    AddressId& first = groups_.find(stored.entry.group)->first;
    (previous == kNone ? first : stored_[previous].next_of_group) = next;
    if (next != kNone) stored_[next].previous_of_group = previous;
    if (first == kNone) groups_.erase(stored.entry.group);
}

void AddressIndex::enter(AddressId id) {
    Stored& stored = stored_[id];
    auto& members = members_[stored.entry.tried ? 1 : 0];
    stored.member_at = static_cast<std::uint32_t>(members.size());
    members.push_back(id);
}

void AddressIndex::leave(AddressId id) {
    const Stored& stored = stored_[id];
    auto& members = members_[stored.entry.tried ? 1 : 0];
    members[stored.member_at] = members.back();
    stored_[members.back()].member_at = stored.member_at;
    members.pop_back();
}

}  // namespace starling::p2p
