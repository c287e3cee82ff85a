#pragma once

#include "consensus/bytes.h"
#include "consensus/result.h"
#include "p2p/address_entry.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace starling::p2p {

// What the address manager keeps over restarts: the contents of peers.dat. With the key, for under
// another one all entries would have other places, and whoever restarts us would move them.
struct SavedAddresses {
    struct Entry {
        Bytes record;  // as signed, 1 to Record::kBytesMax bytes; not checked
        Endpoint source;
        Netgroup group, source_group;  // as they were then: another map, and places are others
        Origin origin = Origin::overlay;
        bool tried = false;
        std::uint8_t failures = 0;
        Time heard, last_try, last_success;  // or AddressEntry::kNever
        std::vector<Slot> places;            // in `tried` one, in `new` 1 to kPlacesMax
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    // As many as there are places.
    static constexpr std::size_t kEntriesMax =
        (AddressBuckets::kNewBuckets + AddressBuckets::kTriedBuckets) * Slot::kBucketSize;
    // Of the whole file: 450 bytes each, and what is around them.
    static constexpr std::size_t kBytesMax = kEntriesMax * 450 + 100;

    AddressKey key;
    std::vector<Entry> entries;
    friend bool operator==(const SavedAddresses&, const SavedAddresses&) = default;
};

enum class SavedAddressesError {
    foreign,    // not such a file
    version,    // of a version that we do not know
    damaged,    // torn, or its checksum is wrong
    malformed,  // the checksum is right and the contents cannot be
};
std::string_view describe(SavedAddressesError error);

// What came of a file.
struct RestoredAddresses {
    std::size_t admitted = 0;  // of its entries, those that may still be dialled
    std::size_t kept = 0;      // of those, that have a place
    // As under a map that is wrong or coarse. Such a file is worth more than what is left of it.
    [[nodiscard]] bool lost_most() const { return kept * 2 < admitted; }
};

// The 8 bytes "staraddr", a version, the key, the entries in their order, and the first 4 bytes of
// the SHA-256d of all that.
Bytes encode(const SavedAddresses& saved);
// Of bytes that anyone may have written. The whole file or nothing: it is replaced atomically, so
// that half a file is a damaged disk.
Result<SavedAddresses, SavedAddressesError> decode_saved_addresses(ByteView bytes);

}  // namespace starling::p2p
