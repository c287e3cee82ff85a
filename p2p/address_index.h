#pragma once

#include "p2p/address_entry.h"
#include "p2p/address_table.h"
#include "p2p/discovery/hashes.h"

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

namespace starling::p2p {

// An IP address without a port, as Endpoint has it.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};
    friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

inline std::uint64_t table_hash(const IpAddress& ip, std::uint64_t key0, std::uint64_t key1) {
    return table_hash(Endpoint{ip.bytes, 0}, key0, key1);
}
inline std::uint64_t table_hash(const Netgroup& group, std::uint64_t key0, std::uint64_t key1) {
    return mix((std::uint64_t{static_cast<std::uint8_t>(group.kind)} << 32 | group.value) ^ key0,
               key1 | 1);
}

// The address manager's entries, found by their node, their IP address, their netgroup and, one
// after the other, by their table; with how many there are of a netgroup, of an address and of a
// source.
//
// Invariants:
//   - one entry a node; an id is that of one entry until it is removed;
//   - counts and lists are those of the entries that are here.
class AddressIndex {
public:
    explicit AddressIndex(Random& random);

    AddressId add(AddressEntry entry);
    void remove(AddressId id);

    [[nodiscard]] const AddressEntry& operator[](AddressId id) const { return stored_[id].entry; }
    // To change anything but its node, address, groups and `tried`, by which it is found.
    [[nodiscard]] AddressEntry& change(AddressId id) { return stored_[id].entry; }
    void set_tried(AddressId id, bool tried);
    // A record of the same node and address.
    void set_record(AddressId id, Shared<Record> record);

    [[nodiscard]] std::optional<AddressId> find(const NodeId& node) const;
    // Those that have this IP address, the last one first.
    [[nodiscard]] std::vector<AddressId> at_ip(const Endpoint& address) const;
    [[nodiscard]] std::size_t count_at_ip(const Endpoint& address) const;

    // Of a netgroup, in both tables.
    struct GroupCount {
        std::uint32_t in_new = 0, in_tried = 0;
        [[nodiscard]] std::uint32_t of(bool tried) const { return tried ? in_tried : in_new; }
        [[nodiscard]] std::uint32_t all() const { return in_new + in_tried; }
    };
    [[nodiscard]] GroupCount count_of_group(const Netgroup& group) const;
    // Netgroups that have an entry of another node than these.
    [[nodiscard]] std::size_t groups_beside(std::vector<NodeId> nodes) const;
    // Those of a netgroup, the last one first.
    [[nodiscard]] std::vector<AddressId> of_group(const Netgroup& group) const;
    [[nodiscard]] std::size_t count_of_source(const Netgroup& source) const;  // in new

    // Of one table, in an order that follows from what was done alone.
    [[nodiscard]] const std::vector<AddressId>& members(bool tried) const {
        return members_[tried ? 1 : 0];
    }
    [[nodiscard]] std::size_t size() const { return members_[0].size() + members_[1].size(); }
    [[nodiscard]] std::size_t bytes() const;  // without the records

private:
    static constexpr AddressId kNone = 0xffff'ffff;

    struct Stored {
        AddressEntry entry;
        std::uint32_t member_at = 0;   // in `members_`
        AddressId next_at_ip = kNone;  // of those with the same address
        AddressId next_of_group = kNone, previous_of_group = kNone;
    };
    struct AtIp {
        AddressId first = kNone;
        std::uint32_t count = 0;
    };

    struct Group {
        GroupCount count;
        AddressId first = kNone;
    };

    void count(const AddressEntry& entry, bool more);
    void enter_group(AddressId id);
    void leave_group(AddressId id);
    void enter(AddressId id);  // among the members of its table
    void leave(AddressId id);

    std::vector<Stored> stored_;
    std::vector<AddressId> free_;
    std::array<std::vector<AddressId>, 2> members_;  // of new, of tried
    LookupTable<NodeId, AddressId> by_node_;
    LookupTable<IpAddress, AtIp> by_ip_;
    LookupTable<Netgroup, Group> groups_;
    LookupTable<Netgroup, std::uint32_t> sources_;
};

}  // namespace starling::p2p
