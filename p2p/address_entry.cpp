#include "p2p/address_entry.h"

#include <algorithm>
#include <cassert>

namespace starling::p2p {

using namespace std::chrono_literals;

void AddressEntry::add_place(Slot slot) {
    assert(places < kPlacesMax);
    at[places++] = slot;
}

void AddressEntry::remove_place(Slot slot) {
    const auto end = at.begin() + places;
    const auto place = std::find(at.begin(), end, slot);
    assert(place != end);
    *place = at[--places];
}

bool within(Time time, Duration duration, Time now) {
    return time != AddressEntry::kNever && now - time < duration;
}

bool is_terrible(const AddressEntry& entry, Time now) {
    constexpr Duration kGrace = 1min;   // tried just now: what came of it is not yet known
    constexpr Duration kAhead = 10min;  // clocks differ, and ours may have been set back
    constexpr Duration kHorizon = 24h * 30;
    constexpr unsigned kRetries = 3;    // of one that never succeeded
    constexpr unsigned kFailures = 10;  // of one that did, within
    constexpr Duration kFailing = 24h * 7;
    if (within(entry.last_try, kGrace, now)) return false;
    if (entry.heard > now + kAhead) return true;
    if (!within(entry.heard, kHorizon, now)) return true;
    if (entry.last_success == AddressEntry::kNever) return entry.failures >= kRetries;
    return !within(entry.last_success, kFailing, now) && entry.failures >= kFailures;
}

std::uint64_t chance_of(const AddressEntry& entry, Time now) {
    // 0.66 to the power of 0 to 8.
    constexpr std::array<std::uint64_t, 9> kChances = {kChanceOne,  708'669'604, 467'721'939,
                                                       308'696'479, 203'739'677, 134'468'186,
                                                       88'749'003,  58'574'342,  38'659'066};
    constexpr Duration kJustNow = 10min;
    const std::size_t failures = std::min<std::size_t>(entry.failures, kChances.size() - 1);
    const std::uint64_t chance = kChances[failures];
    return within(entry.last_try, kJustNow, now) ? chance / 100 : chance;
}

bool ChanceFactor::takes(std::uint64_t chance, Random& random) {
    const bool taken = random.below(kChanceOne) < chance * factor_ / kOne;
    factor_ = std::min(factor_ + factor_ / 5, kMax);
    return taken;
}

}  // namespace starling::p2p
