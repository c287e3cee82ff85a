#pragma once

#include <chrono>
#include <cstdint>

namespace starling::sim {

// The virtual clock of a run, in microseconds: finer than the machines' own, for a small message on
// a fast line takes less than a millisecond.
struct VirtualClock {
    using rep = std::int64_t;
    using period = std::micro;
    using duration = std::chrono::duration<rep, period>;
    using time_point = std::chrono::time_point<VirtualClock>;
    static constexpr bool is_steady = true;
};

using Span = VirtualClock::duration;
using Moment = VirtualClock::time_point;  // since the run began

}  // namespace starling::sim
