#pragma once

#include "consensus/lookup_table.h"
#include "consensus/random.h"
#include "consensus/time.h"
#include "p2p/discovery/contact.h"
#include "p2p/discovery/limits.h"

#include <cstddef>
#include <cstdint>

namespace starling::p2p::discv5 {

// The contacts that an open wire has a session with, and when it was used last: what is left of a
// session without keys.
//
// Kept by a keyed hash of 64 bits, so that thousands of machines can each have a thousand; that two
// contacts of one machine share it will not be met with.
//
// Bounds: sessions_max, of which the one used longest ago leaves; each for session_idle_max.
class MetContacts {
public:
    MetContacts(const Limits& limits, Random& random)
        : limits_(limits), key0_(random.next()), key1_(random.next()), used_(random) {}

    // Is there a session? If so, it is used now.
    bool use(const Contact& contact, Time now);
    void add(const Contact& contact, Time now);
    // Those included whose time is up and that nobody has missed yet.
    [[nodiscard]] std::size_t size() const { return used_.size(); }

private:
    struct Hash {
        std::uint64_t value = 0;
        friend auto operator<=>(const Hash&, const Hash&) = default;
        friend std::uint64_t table_hash(const Hash& hash, std::uint64_t, std::uint64_t) {
            return hash.value;
        }
    };

    [[nodiscard]] Hash hash_of(const Contact& contact) const;
    [[nodiscard]] bool lives(Time used, Time now) const {
        return used + limits_.session_idle_max > now;
    }
    void make_room(Time now);

    const Limits& limits_;
    std::uint64_t key0_, key1_;
    LookupTable<Hash, Time> used_;
};

}  // namespace starling::p2p::discv5
