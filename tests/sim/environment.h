#pragma once

#include "consensus/parameters.h"
#include "consensus/time.h"
#include "p2p/identity/record.h"
#include "sim/engine/events.h"
#include "sim/engine/trace.h"
#include "sim/observer.h"
#include "sim/plan.h"

#include <vector>

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
    // Of the plan's bootnodes, in its order.
    std::vector<Shared<p2p::Record>> bootnodes{};
};

// What the plan's bootnodes tell of themselves: signed once for all who begin with them.
std::vector<Shared<p2p::Record>> bootnode_records(const Plan& plan, const Parameters& parameters);

// The network of the simulator: regtest's rules (every block at the easiest target, two hashes)
// with a subsidy that lasts, and the public networks' overlay rules. Its hosts keep the public
// networks' pace.
const Parameters& simulated_network();

// The machines' time at a moment, for a clock that is this much ahead.
Time time_at(Moment moment, Span clock_offset = Span{0});
// The first moment at which that clock shows `time`, or more.
Moment moment_of(Time time, Span clock_offset = Span{0});

}  // namespace starling::sim
