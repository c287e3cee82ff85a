#pragma once

#include "consensus/random.h"
#include "sim/attack/address_book.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace starling::sim {

struct VictimRules;

// Bitcoin Core's rules as of version 31: src/addrman.cpp (tables, chances, test before evict) and
// the draws of ThreadOpenConnections in src/net.cpp. Written anew from the rules; where Core hashes
// with SHA-256 this mixes, for only that a key decides matters here.
//
// Not modelled: more than one network type, manual bans, the order of addresses in getaddr.
//
// Invariants:
//   - an address is in tried at one place, or in new at 1 to kPlacesMax, or not known;
//   - its place follows from the key, its group, and (in new) the group that told of it.
class CoreAddressBook final : public AddressBook {
public:
    static constexpr std::size_t kNewBuckets = 1'024, kTriedBuckets = 256, kBucketSize = 64;
    static constexpr std::size_t kTriedBucketsPerGroup = 8, kNewBucketsPerSource = 64;
    static constexpr unsigned kPlacesMax = 8;  // of one address in new
    static constexpr Duration kHorizon = std::chrono::hours{30 * 24};
    static constexpr unsigned kRetries = 3, kFailuresMax = 10;
    static constexpr Duration kFailuresSpan = std::chrono::hours{7 * 24};
    static constexpr Duration kReplacementProtection = std::chrono::hours{4};
    static constexpr std::size_t kCollisionsMax = 10;
    static constexpr Duration kTestWindow = std::chrono::minutes{40};
    static constexpr Duration kGossipPenalty = std::chrono::hours{2};  // net_processing.cpp

    // Both outlive it. Times must lie after Time{}, which stands for never.
    CoreAddressBook(const Population& population, Random& random);
    // VictimRules::make.
    static std::unique_ptr<AddressBook> make(const VictimRules& rules,
                                             const Population& population,
                                             Random& random);

    [[nodiscard]] std::unique_ptr<AddressBook> copy() const override;
    void add(Index node, Index source, Time seen, Time now) override;
    void good(Index node, Time now) override;
    void failed(Index node, Time now) override;
    std::optional<Index> select(std::size_t slot,
                                const std::vector<Index>& connected,
                                Time now) override;
    std::optional<Index> select_feeler(const std::vector<Index>& connected, Time now) override;

    // One of either table with even chance, or of new alone; then a place, weighed by chance_of.
    std::optional<Index> draw(bool new_only, Time now);
    // Parts of one.
    [[nodiscard]] double chance_of(Index node, Time now) const;
    [[nodiscard]] bool is_terrible(Index node, Time now) const;
    [[nodiscard]] bool in_tried(Index node) const { return entries_[node].tried; }
    [[nodiscard]] unsigned places_in_new(Index node) const { return entries_[node].places; }
    [[nodiscard]] std::size_t new_count() const { return new_count_; }
    [[nodiscard]] std::size_t tried_count() const { return tried_count_; }
    [[nodiscard]] std::size_t collisions() const { return collisions_.size(); }
    [[nodiscard]] std::size_t tried_bucket(Index node) const;
    [[nodiscard]] std::size_t new_bucket(Index node, std::uint32_t source_group) const;
    [[nodiscard]] std::size_t tried_place(Index node) const;  // bucket and slot as one number
    [[nodiscard]] std::size_t new_place(Index node, std::size_t bucket) const;
    // All counts and places fit together; for tests.
    [[nodiscard]] bool is_consistent() const;

private:
    struct Entry {
        Time seen{}, last_try{}, last_counted_try{}, last_success{};
        std::uint32_t source_group = 0;  // of who told first
        std::uint8_t attempts = 0;       // in vain since the last success; stops at 255
        std::uint8_t places = 0;         // in new
        bool tried = false;
        [[nodiscard]] bool known() const { return tried || places > 0; }
    };
    static constexpr Index kFree = ~Index{0};

    [[nodiscard]] std::uint64_t hash(std::uint64_t a, std::uint64_t b, std::uint64_t c) const;
    // True if an address that is known may have one more place in new.
    bool may_spread(Entry& entry, Time seen);
    void clear_new(std::size_t place);
    void good(Index node, Time now, bool test_before_evict);
    void move_to_tried(Index node);
    void resolve_collisions(Time now);
    [[nodiscard]] bool resolved(Index newcomer, Time now);
    [[nodiscard]] std::optional<Index> draw_of(const std::vector<Index>& table, Time now);

    const Population& population_;
    Random& random_;
    std::uint64_t key0_, key1_;
    std::vector<Entry> entries_;      // by index
    std::vector<Index> new_, tried_;  // buckets behind each other
    std::size_t new_count_ = 0, tried_count_ = 0;
    std::set<Index> collisions_;  // that wait for what stands in their place to be tested
    // Later than never, so that a first attempt counts.
    static constexpr Time kNoGoodYet{std::chrono::milliseconds{1}};
    Time last_good_ = kNoGoodYet;
};

}  // namespace starling::sim
