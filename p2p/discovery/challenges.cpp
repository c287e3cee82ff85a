#include "p2p/discovery/challenges.h"

#include "p2p/discovery/datagram_allowance.h"

#include <cassert>
#include <utility>

namespace starling::p2p::discv5 {

bool Challenges::add(const Contact& contact, Challenge challenge, Time now) {
    assert(find(contact) == nullptr);
    const auto held = by_sender_.find(sender_of(contact.address));
    if (held != by_sender_.end() && held->second >= limits_.challenges_per_address_max)
        return false;
    std::optional<Contact> forgotten;
    waiting_.put(contact, std::move(challenge), now, &forgotten);
    ++by_sender_[sender_of(contact.address)];
    if (forgotten) released(*forgotten);
    return true;
}

void Challenges::erase(const Contact& contact) {
    if (waiting_.erase(contact)) released(contact);
}

void Challenges::expire(Time now) {
    for (auto at = next_expiry(); at && *at <= now; at = next_expiry())
        erase(Contact{waiting_.oldest_key()});
}

std::optional<Time> Challenges::next_expiry() const {
    const auto oldest = waiting_.oldest();
    if (!oldest) return std::nullopt;
    return *oldest + limits_.challenge_timeout;
}

void Challenges::released(const Contact& contact) {
    const auto held = by_sender_.find(sender_of(contact.address));
    assert(held != by_sender_.end());
    if (--held->second == 0) by_sender_.erase(held);
}

}  // namespace starling::p2p::discv5
