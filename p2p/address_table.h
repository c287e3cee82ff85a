#pragma once

#include "consensus/lookup_table.h"
#include "p2p/address_buckets.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace starling::p2p {

// Of AddressIndex.
using AddressId = std::uint32_t;

inline std::uint64_t table_hash(const Slot& slot, std::uint64_t key0, std::uint64_t key1) {
    return mix(slot.value ^ key0, key1 | 1);
}

// One table of the address manager: which entry is where. Takes memory by what is in it, not by its
// places, of which most are empty in most nodes; and gives one at random without a search of them.
//
// Invariant: a bucket is among `filled_` while one of its places is taken.
class AddressTable {
public:
    AddressTable(std::uint32_t buckets, Random& random);

    [[nodiscard]] std::optional<AddressId> at(Slot slot) const;
    void put(Slot slot, AddressId entry);  // in an empty place
    void clear(Slot slot);                 // that is taken
    [[nodiscard]] std::size_t taken() const { return entries_.size(); }
    // Bitcoin Core's choice: a bucket, all that have something with one chance; a position in it;
    // the first taken place from there on. Not of an empty table.
    [[nodiscard]] AddressId draw(Random& random) const;
    [[nodiscard]] std::size_t bytes() const;

private:
    struct Filled {
        std::uint64_t taken = 0;  // a bit each position
        std::uint32_t bucket = 0;
    };
    static constexpr std::uint16_t kEmpty = 0xffff;

    std::vector<std::uint16_t> filled_at_;  // by bucket: where in `filled_`, or kEmpty
    std::vector<Filled> filled_;
    LookupTable<Slot, AddressId> entries_;
};

}  // namespace starling::p2p
