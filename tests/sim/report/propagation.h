#pragma once

#include "sim/plan.h"
#include "sim/report/sample.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace starling::sim {

// How long things (blocks, transactions) take to reach the honest hosts. Of each thing: the hosts
// that ran when it began count, but for those that stop before they have it.
//
// Bounds: `tracked_max` things at a time, a byte a host each. One that comes while all are taken is
// not measured; one that has not reached everybody after `patience` is dropped, so that a few that
// are stuck do not keep the rest from being measured.
class Propagation {
public:
    struct Bounds {
        std::size_t tracked_max = 64;
        Span patience = std::chrono::hours{1};
    };
    enum class Presence : std::uint8_t { absent, waits, has };

    explicit Propagation(Bounds bounds) : bounds_(bounds) {}

    // `presence` tells of each host whether it waits for it.
    void began(std::uint64_t id, Moment now, const std::vector<Presence>& presence);
    void reached(std::uint64_t id, HostIndex host, Moment now);
    void stopped(HostIndex host);

    // One value a thing: until half, 90 %, 99 % of the hosts had it.
    [[nodiscard]] const Sample& to_half() const { return to_share_[0]; }
    [[nodiscard]] const Sample& to_90() const { return to_share_[1]; }
    [[nodiscard]] const Sample& to_99() const { return to_share_[2]; }
    // One value a thing and host, but for the host that made it.
    [[nodiscard]] const Sample& arrivals() const { return arrivals_; }

private:
    static constexpr std::array<std::size_t, 3> kShares = {50, 90, 99};  // percent

    struct Track {
        Moment began{};
        Moment last{};
        std::vector<Presence> presence;
        std::size_t hosts = 0, having = 0;
        std::size_t shares = 0;  // that were reached
    };
    void measure(Track& track);
    void forget_old(Moment now);

    Bounds bounds_;
    std::map<std::uint64_t, Track> tracks_;
    std::array<Sample, kShares.size()> to_share_;
    Sample arrivals_;
};

}  // namespace starling::sim
