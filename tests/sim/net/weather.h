#pragma once

#include "sim/plan.h"

#include <cstddef>
#include <vector>

namespace starling::sim {

// What stands between two hosts now: partitions, clogs, bursts of loss, any number at once.
class Weather {
public:
    explicit Weather(std::size_t hosts) : hosts_(hosts) {}

    // Other kinds than partitions, clogs and bursts of loss are none of its.
    void begin(const Fault& fault);
    void end(const Fault& fault);

    // Does what `from` sends now not get to `to`?
    [[nodiscard]] bool holds(HostIndex from, HostIndex to) const;
    [[nodiscard]] bool clogs(HostIndex host) const;
    [[nodiscard]] Ppm datagram_loss() const;  // of all bursts, at most all

private:
    struct Front {
        std::uint32_t number = 0;
        Fault::Kind kind = Fault::Kind::partition;
        std::vector<bool> inside;  // by host
        Ppm loss = 0;
    };

    std::size_t hosts_;
    std::vector<Front> fronts_;  // a handful: as many as a plan has at one time
};

}  // namespace starling::sim
