#pragma once

#include "consensus/time.h"
#include "p2p/address_buckets.h"
#include "p2p/identity/sighting.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace starling::p2p {

// What the address manager knows of one node.
//
// Bitcoin Core's rules and figures (addrman.cpp), but for the time of an address: where Core takes
// it from whoever tells, it is here when we last heard of it.
struct AddressEntry {
    static constexpr Time kNever = Time::min();
    static constexpr std::size_t kPlacesMax = 8;  // in `new`, one a source

    Shared<Record> record;
    Endpoint address, source;
    Netgroup group, source_group;
    Time heard = kNever;                    // when somebody last told of it, or it was connected to
    Time last_try = kNever;                 // when it last failed, was connected to, or lost
    Time last_success = kNever;             // when it last came to verack
    Time not_until = kNever;                // failed, lost or a bootstrap node: not drawn before
    Time not_beside_others_until = kNever;  // a bootstrap node
    Origin origin = Origin::overlay;
    std::uint8_t failures = 0;  // in a row, of those that counted
    bool tried = false;
    std::uint8_t places = 0;  // in `new`, or the one in `tried`
    std::array<Slot, kPlacesMax> at{};

    [[nodiscard]] const NodeId& node() const { return record->id(); }
    [[nodiscard]] AddressBuckets::Grouped whom() const { return {address, group}; }
    [[nodiscard]] AddressBuckets::Grouped from() const { return {source, source_group}; }
    void add_place(Slot slot);     // there must be room
    void remove_place(Slot slot);  // of those that it has
};

// `time` was, and less than `duration` before `now`.
bool within(Time time, Duration duration, Time now);

// Not worth its place: not heard of for a month, from the future, or it fails and fails.
bool is_terrible(const AddressEntry& entry, Time now);

// How likely a draw that met this entry takes it, of kChanceOne: less if it was tried just now, and
// less for each failure.
constexpr std::uint64_t kChanceOne = std::uint64_t{1} << 30;
std::uint64_t chance_of(const AddressEntry& entry, Time now);

// Grows with each entry of one draw that was not taken, so that every draw ends.
class ChanceFactor {
public:
    // Whether an entry of this chance is taken.
    bool takes(std::uint64_t chance, Random& random);

private:
    static constexpr std::uint64_t kOne = 1u << 20;
    static constexpr std::uint64_t kMax = std::uint64_t{1} << 33;  // 8,192: any chance is one then
    std::uint64_t factor_ = kOne;
};

}  // namespace starling::p2p
