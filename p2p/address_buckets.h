#pragma once

#include "consensus/random.h"
#include "p2p/crypto/siphash.h"
#include "p2p/netgroup.h"

#include <cstdint>

namespace starling::p2p {

// A place in one of the address manager's tables.
struct Slot {
    static constexpr std::uint32_t kBucketSize = 64;

    std::uint32_t value = 0;  // the bucket times kBucketSize, and the position in it

    [[nodiscard]] std::uint32_t bucket() const { return value / kBucketSize; }
    [[nodiscard]] std::uint32_t position() const { return value % kBucketSize; }
    // The next position of the same bucket, and after the last one the first.
    [[nodiscard]] Slot next() const {
        return {bucket() * kBucketSize + (position() + 1) % kBucketSize};
    }
    friend bool operator==(const Slot&, const Slot&) = default;
};

// The secret by which a node files addresses: who does not have it cannot tell which of its
// addresses meet which of ours.
struct AddressKey {
    SipKey of_new, of_tried;

    static AddressKey draw(Random& random);
    friend bool operator==(const AddressKey&, const AddressKey&) = default;
};

// Says where an address belongs in the tables, by Bitcoin Core's rules (addrman, after Heilman et
// al. 2015): a netgroup's addresses can come to 8 buckets of `tried`, all that one source netgroup
// tells of to 64 buckets of `new`, so that much room is had only by who has many netgroups.
//
// On networks of one machine, where all have one netgroup and each is somebody else, an address
// with its port is its own group.
class AddressBuckets {
public:
    static constexpr std::uint32_t kNewBuckets = 1'024;
    static constexpr std::uint32_t kTriedBuckets = 256;
    static constexpr std::uint32_t kNewBucketsOfSource = 64;
    static constexpr std::uint32_t kTriedBucketsOfGroup = 8;

    AddressBuckets(const AddressKey& key, bool loopback) : key_(key), loopback_(loopback) {}

    // An address with its group.
    struct Grouped {
        Endpoint address;
        Netgroup group;
    };
    [[nodiscard]] Slot in_new(const Grouped& whom, const Grouped& source) const;
    [[nodiscard]] Slot in_tried(const Grouped& whom) const;
    // Of this bucket of `new`: the position of an address there does not depend on its source.
    [[nodiscard]] Slot in_new_bucket(std::uint32_t bucket, const Endpoint& address) const;
    [[nodiscard]] const AddressKey& key() const { return key_; }

private:
    [[nodiscard]] std::uint64_t group_of(const SipKey& key, const Grouped& whom) const;

    AddressKey key_;
    bool loopback_;
};

}  // namespace starling::p2p
