#pragma once

#include "sim/report/figures.h"
#include "sim/report/report.h"
#include "sim/world/world.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace starling::sim {

// What the plots of a run's page are drawn from.
//
// Bounds: at most kMoments points on a line of time (when they are full every second one goes, and
// looks are taken half as often), kHosts hosts and kEdges connections on the map, which are as many
// as an eye can tell apart.
class Pictures final : public Observer {
public:
    static constexpr std::size_t kMoments = 720;
    static constexpr std::size_t kHosts = 1'000;
    static constexpr std::size_t kEdges = 4'000;
    static constexpr std::size_t kSpans = 400;   // points of a distribution
    static constexpr std::size_t kFaults = 500;  // on the line of time

    struct Shot {
        Moment when{};
        std::uint32_t height_min = 0, height_median = 0, height_max = 0;  // of honest hosts
        std::uint32_t tips = 0;                                           // different ones
        std::uint32_t running = 0;
        std::uint32_t connections = 0;
    };
    struct Dot {
        HostIndex host = 0;
        double angle = 0;  // of its node id on the ring, as a share of the whole turn
        std::size_t region = 0;
        bool honest = true, running = true, open = true;
        std::uint32_t degree = 0;
    };
    struct Edge {
        std::uint32_t from = 0, to = 0;  // places in `dots`
    };

    void host_started(HostIndex host) override;
    void host_stopped(HostIndex host, bool crashed) override;
    void connected(HostIndex dialler, HostIndex listener) override;
    void disconnected(HostIndex dialler, HostIndex listener) override;
    void look(const World& world) override;

    // At the end of the run.
    void finish(const World& world, const Figures& figures);

    [[nodiscard]] const std::vector<Shot>& shots() const { return shots_; }
    [[nodiscard]] const std::vector<Dot>& dots() const { return dots_; }
    [[nodiscard]] const std::vector<Edge>& edges() const { return edges_; }
    // How many honest running hosts have so many connections.
    [[nodiscard]] const std::vector<std::uint32_t>& degrees() const { return degrees_; }
    [[nodiscard]] const std::vector<Fault>& faults() const { return faults_; }
    [[nodiscard]] const std::vector<Phase>& phases() const { return phases_; }
    [[nodiscard]] const std::vector<Span>& block_arrivals() const { return block_arrivals_; }
    [[nodiscard]] const std::vector<Span>& transaction_arrivals() const {
        return transaction_arrivals_;
    }

private:
    void draw_map(const World& world);

    std::size_t looks_ = 0, stride_ = 1;
    std::uint32_t running_ = 0, connections_ = 0;
    std::vector<Shot> shots_;
    std::vector<Dot> dots_;
    std::vector<Edge> edges_;
    std::vector<std::uint32_t> degrees_;
    std::vector<Fault> faults_;
    std::vector<Phase> phases_;
    std::vector<Span> block_arrivals_, transaction_arrivals_;
};

}  // namespace starling::sim
