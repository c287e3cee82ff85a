#include "sim/attack/core_address_book.h"

#include "consensus/lookup_table.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <iterator>

namespace starling::sim {

namespace {

constexpr std::uint64_t kNew = 'N', kTried = 'K', kGroup = 'G';
constexpr unsigned kDrawsMax = 100;          // for one connection, in net.cpp
constexpr unsigned kDrawsBesideRecent = 30;  // before it takes one that was tried lately
constexpr Duration kRecent = std::chrono::minutes{10};

}  // namespace

CoreAddressBook::CoreAddressBook(const Population& population, Random& random)
    : population_(population),
      random_(random),
      key0_(random.next()),
      key1_(random.next()),
      entries_(population.size()),
      new_(kNewBuckets * kBucketSize, kFree),
      tried_(kTriedBuckets * kBucketSize, kFree) {}

std::unique_ptr<AddressBook> CoreAddressBook::make(const VictimRules& /*rules*/,
                                                   const Population& population,
                                                   Random& random) {
    return std::make_unique<CoreAddressBook>(population, random);
}

std::unique_ptr<AddressBook> CoreAddressBook::copy() const {
    auto book = std::make_unique<CoreAddressBook>(*this);
    // What is in memory only: AddrInfo's and AddrMan's members that are not serialized.
    for (Entry& entry : book->entries_)
        entry.last_try = entry.last_counted_try = Time{};
    book->collisions_.clear();
    book->last_good_ = kNoGoodYet;
    return book;
}

std::uint64_t CoreAddressBook::hash(std::uint64_t a, std::uint64_t b, std::uint64_t c) const {
    const std::uint64_t first = mix(a ^ key0_, (b << 8 | c) ^ key1_);
    return mix(first ^ key1_, key0_ ^ 0x9e37'79b9'7f4a'7c15);
}

std::size_t CoreAddressBook::tried_bucket(Index node) const {
    const std::uint64_t spread = hash(node, 0, kTried) % kTriedBucketsPerGroup;
    return hash(population_.group(node), spread, kGroup) % kTriedBuckets;
}

std::size_t CoreAddressBook::new_bucket(Index node, std::uint32_t source_group) const {
    const std::uint64_t spread =
        hash(population_.group(node), source_group, kNew) % kNewBucketsPerSource;
    return hash(source_group, spread, kGroup + 1) % kNewBuckets;
}

std::size_t CoreAddressBook::tried_place(Index node) const {
    const std::size_t bucket = tried_bucket(node);
    return bucket * kBucketSize + hash(node, bucket, kTried + 1) % kBucketSize;
}

std::size_t CoreAddressBook::new_place(Index node, std::size_t bucket) const {
    return bucket * kBucketSize + hash(node, bucket, kNew + 1) % kBucketSize;
}

bool CoreAddressBook::is_terrible(Index node, Time now) const {
    const Entry& entry = entries_[node];
    const bool ever_tried = entry.last_try != Time{};
    if (ever_tried && now - entry.last_try <= std::chrono::minutes{1}) return false;
    if (entry.seen > now + std::chrono::minutes{10}) return true;
    if (now - entry.seen > kHorizon) return true;
    if (entry.last_success == Time{} && entry.attempts >= kRetries) return true;
    return now - entry.last_success > kFailuresSpan && entry.attempts >= kFailuresMax;
}

double CoreAddressBook::chance_of(Index node, Time now) const {
    const Entry& entry = entries_[node];
    double chance = now - entry.last_try < kRecent ? 0.01 : 1.0;
    for (unsigned i = 0; i < std::min<unsigned>(entry.attempts, 8); ++i)
        chance *= 0.66;
    return chance;
}

void CoreAddressBook::add(Index node, Index source, Time seen, Time now) {
    Entry& entry = entries_[node];
    const Duration penalty = node == source ? Duration{0} : kGossipPenalty;
    if (entry.known()) {
        const bool online = now - seen < std::chrono::hours{24};
        const Duration interval = online ? std::chrono::hours{1} : std::chrono::hours{24};
        if (entry.seen < seen - interval - penalty) entry.seen = seen - penalty;
        if (!may_spread(entry, seen)) return;
    } else {
        entry = Entry{};
        entry.seen = seen - penalty;
        entry.source_group = population_.group(source);
    }
    const std::size_t place = new_place(node, new_bucket(node, population_.group(source)));
    const Index there = new_[place];
    if (there == node) return;
    if (there != kFree && !is_terrible(there, now) &&
        !(entries_[there].places > 1 && entry.places == 0))
        return;
    clear_new(place);
    new_count_ += entry.places == 0 ? 1u : 0u;
    ++entry.places;
    new_[place] = node;
}

bool CoreAddressBook::may_spread(Entry& entry, Time seen) {
    if (seen <= entry.seen || entry.tried || entry.places == kPlacesMax) return false;
    return random_.below(std::uint64_t{1} << entry.places) == 0;
}

void CoreAddressBook::clear_new(std::size_t place) {
    const Index node = new_[place];
    if (node == kFree) return;
    new_[place] = kFree;
    assert(entries_[node].places > 0);
    if (--entries_[node].places > 0) return;
    --new_count_;
    if (!entries_[node].tried) collisions_.erase(node);
}

void CoreAddressBook::good(Index node, Time now) {
    good(node, now, true);
}

void CoreAddressBook::good(Index node, Time now, bool test_before_evict) {
    last_good_ = now;
    Entry& entry = entries_[node];
    if (!entry.known()) return;
    entry.last_success = entry.last_try = now;
    entry.attempts = 0;
    if (entry.tried) return;
    if (test_before_evict && tried_[tried_place(node)] != kFree) {
        if (collisions_.size() < kCollisionsMax) collisions_.insert(node);
        return;
    }
    move_to_tried(node);
}

void CoreAddressBook::move_to_tried(Index node) {
    Entry& entry = entries_[node];
    const std::size_t start = new_bucket(node, entry.source_group);
    for (std::size_t n = 0; n < kNewBuckets && entry.places > 0; ++n) {
        const std::size_t place = new_place(node, (start + n) % kNewBuckets);
        if (new_[place] != node) continue;
        new_[place] = kFree;
        --entry.places;
    }
    assert(entry.places == 0);
    --new_count_;
    const std::size_t place = tried_place(node);
    if (const Index old = tried_[place]; old != kFree) {
        // What must go from tried has another chance in new, where it came from.
        entries_[old].tried = false;
        --tried_count_;
        const std::size_t back = new_place(old, new_bucket(old, entries_[old].source_group));
        clear_new(back);
        entries_[old].places = 1;
        new_[back] = old;
        ++new_count_;
    }
    tried_[place] = node;
    entry.tried = true;
    ++tried_count_;
}

void CoreAddressBook::failed(Index node, Time now) {
    Entry& entry = entries_[node];
    if (!entry.known()) return;
    entry.last_try = now;
    // Once for each time that anything succeeded: without a connection all fail.
    if (entry.last_counted_try >= last_good_) return;
    entry.last_counted_try = now;
    if (entry.attempts < 255) ++entry.attempts;
}

std::optional<CoreAddressBook::Index> CoreAddressBook::draw(bool new_only, Time now) {
    if (new_count_ + tried_count_ == 0 || (new_only && new_count_ == 0)) return std::nullopt;
    if (!new_only && tried_count_ > 0 && (new_count_ == 0 || random_.below(2) == 0))
        return draw_of(tried_, now);
    return draw_of(new_, now);
}

std::optional<CoreAddressBook::Index> CoreAddressBook::draw_of(const std::vector<Index>& table,
                                                               Time now) {
    constexpr std::uint64_t kWhole = std::uint64_t{1} << 30;
    const std::size_t buckets = table.size() / kBucketSize;
    for (double factor = 1.0;;) {
        const std::size_t bucket = random_.below(buckets);
        const std::size_t slot = random_.below(kBucketSize);
        Index found = kFree;
        for (std::size_t i = 0; i < kBucketSize && found == kFree; ++i)
            found = table[bucket * kBucketSize + (slot + i) % kBucketSize];
        if (found == kFree) continue;
        const double limit = factor * chance_of(found, now) * static_cast<double>(kWhole);
        if (static_cast<double>(random_.below(kWhole)) < limit) return found;
        factor *= 1.2;
    }
}

std::optional<CoreAddressBook::Index> CoreAddressBook::select(std::size_t /*slot*/,
                                                              const std::vector<Index>& connected,
                                                              Time now) {
    for (unsigned draws = 1; draws <= kDrawsMax; ++draws) {
        const std::optional<Index> drawn = draw(false, now);
        if (!drawn) return std::nullopt;
        const bool taken = std::any_of(connected.begin(), connected.end(), [&](Index peer) {
            return population_.group(peer) == population_.group(*drawn);
        });
        if (taken) continue;
        if (draws < kDrawsBesideRecent && now - entries_[*drawn].last_try < kRecent) continue;
        return drawn;
    }
    return std::nullopt;
}

std::optional<CoreAddressBook::Index> CoreAddressBook::select_feeler(
    const std::vector<Index>& connected, Time now) {
    resolve_collisions(now);
    if (!collisions_.empty()) {
        auto waiting = collisions_.begin();
        std::advance(waiting, random_.below(collisions_.size()));
        // What stands in its place: to be evicted if it does not answer. A peer need not be asked.
        const Index old = tried_[tried_place(*waiting)];
        const bool is_peer = std::ranges::find(connected, old) != connected.end();
        if (old != kFree && !is_peer) return old;
        if (is_peer) good(old, now);
    }
    for (unsigned draws = 1; draws <= kDrawsMax; ++draws) {
        const std::optional<Index> drawn = draw(true, now);
        if (!drawn) return std::nullopt;
        if (draws >= kDrawsBesideRecent || now - entries_[*drawn].last_try >= kRecent) return drawn;
    }
    return std::nullopt;
}

void CoreAddressBook::resolve_collisions(Time now) {
    for (auto it = collisions_.begin(); it != collisions_.end();) {
        const Index newcomer = *it++;
        if (!resolved(newcomer, now)) continue;
        collisions_.erase(newcomer);
        it = collisions_.upper_bound(newcomer);
    }
}

bool CoreAddressBook::resolved(Index newcomer, Time now) {
    if (!entries_[newcomer].known() || entries_[newcomer].tried) return true;
    const Index old = tried_[tried_place(newcomer)];
    if (old == kFree) {
        good(newcomer, now, false);
        return true;
    }
    const Entry& standing = entries_[old];
    if (now - standing.last_success < kReplacementProtection) return true;
    if (now - standing.last_try < kReplacementProtection) {
        if (now - standing.last_try <= std::chrono::minutes{1}) return false;
        good(newcomer, now, false);
        return true;
    }
    if (now - entries_[newcomer].last_success <= kTestWindow) return false;
    good(newcomer, now, false);
    return true;
}

bool CoreAddressBook::is_consistent() const {
    std::vector<unsigned> places(entries_.size());
    for (std::size_t place = 0; place < new_.size(); ++place) {
        const Index node = new_[place];
        if (node == kFree) continue;
        if (new_place(node, place / kBucketSize) != place) return false;
        ++places[node];
    }
    std::size_t in_new = 0, in_tried = 0;
    for (Index node = 0; node < entries_.size(); ++node) {
        const Entry& entry = entries_[node];
        if (entry.places != places[node] || entry.places > kPlacesMax) return false;
        if (entry.tried && (entry.places > 0 || tried_[tried_place(node)] != node)) return false;
        in_new += entry.places > 0 ? 1u : 0u;
        in_tried += entry.tried ? 1u : 0u;
    }
    const auto occupied =
        std::count_if(tried_.begin(), tried_.end(), [](Index node) { return node != kFree; });
    return in_new == new_count_ && in_tried == tried_count_ &&
           static_cast<std::size_t>(occupied) == in_tried;
}

}  // namespace starling::sim
