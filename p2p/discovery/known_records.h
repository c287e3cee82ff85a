#pragma once

#include "consensus/bytes.h"
#include "p2p/discovery/hashes.h"
#include "p2p/identity/record.h"

#include <cstddef>
#include <cstdint>

namespace starling::p2p::discv5 {

// Records whose signatures were checked. Every lookup is told the same records by many nodes, and
// a check costs more than all else that is done with an answer.
//
// Kept in two generations of half the bound each; what is asked for moves to the young one.
class KnownRecords {
public:
    // Records whose identity has less than `identity_bits` of work are none.
    KnownRecords(std::size_t records_max, Random& random, std::uint8_t identity_bits = 0);

    // Null if these bytes are no record.
    Shared<Record> decode(ByteView rlp);
    void add(const Shared<Record>& record);
    // The newest that we know of this node, or null.
    [[nodiscard]] Shared<Record> newest(const NodeId& id) const;
    // That were refused for their price, before their signature.
    [[nodiscard]] std::uint64_t cheap_identities() const { return cheap_identities_; }
    [[nodiscard]] std::size_t size() const { return young_.records.size() + old_.records.size(); }

private:
    // A keyed hash of a record's bytes. Whoever finds two records with one hash has them checked
    // each time, for the bytes decide.
    struct Hash {
        std::uint64_t value = 0;
        friend bool operator==(const Hash&, const Hash&) = default;
        friend std::uint64_t table_hash(const Hash& hash, std::uint64_t, std::uint64_t) {
            return hash.value;
        }
    };
    struct Generation {
        explicit Generation(Random& random) : records(random), newest(random) {}

        LookupTable<Hash, Shared<Record>> records;
        LookupTable<NodeId, Shared<Record>> newest;
    };

    [[nodiscard]] Hash hash_of(ByteView bytes) const;

    std::size_t records_max_;
    std::uint8_t identity_bits_;
    std::uint64_t cheap_identities_ = 0;
    std::uint64_t key0_, key1_;
    Generation young_, old_;
};

}  // namespace starling::p2p::discv5
