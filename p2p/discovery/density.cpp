#include "p2p/discovery/density.h"

#include <algorithm>
#include <array>

namespace starling::p2p::discv5 {

namespace {

constexpr double kAllIds = 18'446'744'073'709'551'616.0;  // 2^64: by their first eight bytes

// The part of all ids that is as near to `target` as `id` or nearer.
double part_within(const NodeId& target, const NodeId& id) {
    return (static_cast<double>(target.word(0) ^ id.word(0)) + 1) / kAllIds;
}

// How many nodes a network has whose count-th nearest to `target` is this one.
double size_estimate(const NodeId& target, std::span<const NodeId> closest, std::size_t count) {
    return static_cast<double>(count - 1) / part_within(target, closest[count - 1]);
}

double median(std::span<const double> values) {
    std::array<double, Density::kLookupsMax> sorted{};
    const auto end = std::copy(values.begin(), values.end(), sorted.begin());
    std::sort(sorted.begin(), end);
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

}  // namespace

void Density::looked_up(const NodeId& target, std::span<const NodeId> closest) {
    if (closest.size() < kNearest) return;
    if (log_distance(target, closest[kNearest - 1]) >= log_distance(target, own_)) return;
    if (sizes_.size() == kLookupsMax) sizes_.erase(sizes_.begin());
    sizes_.push_back(size_estimate(target, closest, kNearest));
    figures_.lookups = sizes_.size();
    if (sizes_.size() >= kLookupsMin) figures_.network_size = median(sizes_);
}

void Density::measure(std::span<const NodeId> nearest) {
    outmost_.reset();
    if (nearest.size() >= kNearest) outmost_ = nearest[kNearest - 1];
    figures_.ratio = ratio_at(own_, nearest);
    figures_.inner_ratio.reset();
    if (!figures_.ratio) {
        figures_.alarming = false;
        return;
    }
    figures_.inner_ratio = size_estimate(own_, nearest, kInner) / *figures_.network_size;
    const double part = figures_.alarming ? kCalm : 1;
    figures_.alarming =
        *figures_.ratio >= part * kAlarm || *figures_.inner_ratio >= part * kInnerAlarm;
}

bool Density::concerns(const NodeId& id) const {
    return !outmost_ || nearer(own_, id, *outmost_);
}

std::optional<double> Density::ratio_at(const NodeId& target,
                                        std::span<const NodeId> closest) const {
    if (!figures_.network_size || closest.size() < kNearest) return std::nullopt;
    return size_estimate(target, closest, kNearest) / *figures_.network_size;
}

}  // namespace starling::p2p::discv5
