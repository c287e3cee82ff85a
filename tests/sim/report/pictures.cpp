#include "sim/report/pictures.h"

#include <algorithm>
#include <map>

namespace starling::sim {

namespace {

// So many of them, evenly, the first and the last among them.
std::vector<Span> thinned(const std::vector<Span>& sorted, std::size_t count) {
    if (sorted.size() <= count) return sorted;
    std::vector<Span> out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back(sorted[i * (sorted.size() - 1) / (count - 1)]);
    return out;
}

// The first 32 bits of the id as a share of the ring.
double angle_of(const p2p::NodeId& id) {
    std::uint32_t first = 0;
    for (std::size_t i = 0; i < sizeof first; ++i)
        first = first << 8 | id.bytes[i];
    return static_cast<double>(first) / 4'294'967'296.0;
}

}  // namespace

void Pictures::host_started(HostIndex) {
    ++running_;
}

void Pictures::host_stopped(HostIndex, bool) {
    --running_;
}

void Pictures::connected(HostIndex, HostIndex) {
    ++connections_;
}

void Pictures::disconnected(HostIndex, HostIndex) {
    --connections_;
}

void Pictures::look(const World& world) {
    if (looks_++ % stride_ != 0) return;
    if (shots_.size() == kMoments) {
        for (std::size_t i = 0; i < kMoments / 2; ++i)
            shots_[i] = shots_[2 * i];
        shots_.resize(kMoments / 2);
        stride_ *= 2;
    }
    std::vector<std::uint32_t> heights;
    std::vector<BlockHash> tips;
    for (const HostIndex host : world.honest()) {
        const HeaderNode* tip = world.host(host).tip();
        heights.push_back(static_cast<std::uint32_t>(tip->height.value));
        if (!std::ranges::count(tips, tip->hash) && tips.size() < 16) tips.push_back(tip->hash);
    }
    Shot shot{.when = world.now(), .running = running_, .connections = connections_};
    if (!heights.empty()) {
        std::ranges::sort(heights);
        shot.height_min = heights.front();
        shot.height_median = heights[heights.size() / 2];
        shot.height_max = heights.back();
        shot.tips = static_cast<std::uint32_t>(tips.size());
    }
    shots_.push_back(shot);
}

void Pictures::finish(const World& world, const Figures& figures) {
    block_arrivals_ = thinned(figures.blocks().arrivals().sorted(), kSpans);
    transaction_arrivals_ = thinned(figures.transactions().arrivals().sorted(), kSpans);
    const Plan& plan = world.plan();
    phases_ = plan.phases;
    for (const Fault& fault : plan.faults) {
        if (faults_.size() < kFaults && fault.begin < world.now()) faults_.push_back(fault);
    }
    draw_map(world);
}

void Pictures::draw_map(const World& world) {
    const std::size_t step = (world.size() + kHosts - 1) / kHosts;
    std::map<HostIndex, std::uint32_t> places;
    for (std::size_t i = 0; i < world.size(); i += step) {
        const Host& host = world.host(static_cast<HostIndex>(i));
        const HostPlan& plan = host.plan();
        places[plan.index] = static_cast<std::uint32_t>(dots_.size());
        dots_.push_back({.host = plan.index,
                         .angle = angle_of(plan.identity.id),
                         .region = plan.region,
                         .honest = plan.honest(),
                         .running = host.running(),
                         .open = plan.nat == Nat::open});
    }
    std::vector<std::uint32_t> degree(world.size());
    std::vector<Edge> all;
    for (const ConnectionView& connection : world.internet().connections()) {
        if (!connection.established) continue;
        ++degree[connection.dialler];
        ++degree[connection.listener];
        const auto from = places.find(connection.dialler);
        const auto to = places.find(connection.listener);
        if (from != places.end() && to != places.end()) all.push_back({from->second, to->second});
    }
    for (std::size_t i = 0; i < std::min(all.size(), kEdges); ++i)
        edges_.push_back(all[i * all.size() / std::min(all.size(), kEdges)]);
    for (Dot& dot : dots_)
        dot.degree = degree[dot.host];
    for (const HostIndex host : world.honest()) {
        if (degrees_.size() <= degree[host]) degrees_.resize(degree[host] + 1);
        ++degrees_[degree[host]];
    }
}

}  // namespace starling::sim
