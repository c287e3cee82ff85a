#include "p2p/discovery/refresh.h"

#include <algorithm>
#include <utility>

namespace starling::p2p::discv5 {
namespace {

constexpr unsigned kFarthest = 256;
// Below, a bucket has a node only where 2^24 nodes exist, or where somebody ground its key.
constexpr unsigned kNearest = kFarthest - 24;
constexpr unsigned kQuietLookups = 3;

// Ourselves, and the distances at which nodes can be expected: down to the nearest node's and one.
std::vector<unsigned> distances_of(const Table& table) {
    unsigned nearest = kFarthest;
    for (const BucketView& bucket : table.buckets())
        nearest = std::min(nearest, bucket.distance);
    std::vector<unsigned> out{0};
    for (unsigned distance = kFarthest; distance + 1 >= nearest && distance >= kNearest; --distance)
        out.push_back(distance);
    return out;
}

}  // namespace

void Refresh::joined(Time now) {
    if (next_) return;
    next_ = now;
    quiet_ = 0;
    lookups_ = 0;
    size_before_ = 0;
    refreshed_.clear();
}

void Refresh::left(std::size_t size) {
    if (next_ && size < kStocked) next_ = std::min(*next_, last_ + pace_.refresh / kLookups);
}

std::optional<NodeId> Refresh::due(const Table& table, Time now) {
    if (!next_ || *next_ > now) return std::nullopt;
    const std::size_t size = table.size();
    if (size == 0) {
        next_.reset();
        return std::nullopt;
    }
    quiet_ = size > size_before_ ? 0 : quiet_ + 1;
    size_before_ = size;

    const unsigned chosen = next_distance(table, now);
    refreshed_[chosen] = now;
    last_ = now;
    ++lookups_;
    const bool stocked = size >= kStocked;
    if (!stocked && quiet_ < kQuietLookups)
        next_ = now + pace_.first_refreshes;
    else
        next_ = now + (stocked && lookups_ >= kFirst ? pace_.refresh : pace_.refresh / kLookups);
    return chosen == 0 ? own_ : target_at(chosen);
}

unsigned Refresh::next_distance(const Table& table, Time now) const {
    const auto refreshed = [&](unsigned distance) {
        const auto at = refreshed_.find(distance);
        return at == refreshed_.end() ? Time::min() : at->second;
    };
    const std::vector<unsigned> distances = distances_of(table);
    if (refreshed(0) != Time::min() && now - refreshed(0) >= 2 * pace_.refresh) return 0;
    return *std::ranges::min_element(distances, {}, refreshed);
}

// A random id at this distance from us: equal bits, then one that differs, then chance.
NodeId Refresh::target_at(unsigned distance) {
    NodeId target = own_;
    for (unsigned bit = 0; bit < distance; ++bit) {
        const bool differs = bit + 1 == distance || random_.next() % 2 == 1;
        if (!differs) continue;
        std::uint8_t& byte = target.bytes[target.bytes.size() - 1 - bit / 8];
        byte = static_cast<std::uint8_t>(byte ^ (1u << bit % 8));
    }
    return target;
}

}  // namespace starling::p2p::discv5
