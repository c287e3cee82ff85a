#include "p2p/discovery/met_contacts.h"

#include "p2p/discovery/hashes.h"

#include <algorithm>
#include <utility>

namespace starling::p2p::discv5 {

bool MetContacts::use(const Contact& contact, Time now) {
    Time* used = used_.find(hash_of(contact));
    if (used == nullptr || !lives(*used, now)) return false;
    *used = now;
    return true;
}

void MetContacts::add(const Contact& contact, Time now) {
    const Hash hash = hash_of(contact);
    if (!used_.contains(hash) && used_.size() >= limits_.sessions_max) make_room(now);
    used_[hash] = now;
}

// Looks at all of them, which is seldom: once a new contact, where all places are taken.
void MetContacts::make_room(Time now) {
    std::pair<Time, Hash> oldest{now, {~std::uint64_t{0}}};
    const std::size_t expired = used_.erase_if([&](const Hash& hash, Time used) {
        oldest = std::min(oldest, {used, hash});
        return !lives(used, now);
    });
    if (expired == 0) used_.erase(oldest.second);
}

MetContacts::Hash MetContacts::hash_of(const Contact& contact) const {
    return {table_hash(contact, key0_, key1_)};
}

}  // namespace starling::p2p::discv5
