#pragma once

#include "consensus/parameters.h"
#include "consensus/time.h"
#include "sim/engine/events.h"
#include "sim/engine/trace.h"
#include "sim/observer.h"
#include "sim/plan.h"

namespace starling::sim {

class Archive;

// What every part of a world stands on. Lives as long as the world.
struct Environment {
    const Plan& plan;
    const Parameters& parameters;
    Events& events;
    Trace& trace;
    Observers& observers;
    Archive& archive;
};

// The network of the simulator: regtest's rules (every block at the easiest target, two hashes),
// the public networks' paces and overlay rules.
const Parameters& simulated_network();

// The machines' time at a moment, for a clock that is this much ahead.
Time time_at(Moment moment, Span clock_offset = Span{0});
// The first moment at which that clock shows `time`, or more.
Moment moment_of(Time time, Span clock_offset = Span{0});

}  // namespace starling::sim
