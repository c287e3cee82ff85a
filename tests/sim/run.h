#pragma once

#include "sim/checkers/checker.h"
#include "sim/report/report.h"
#include "sim/world/world.h"

#include <functional>
#include <memory>
#include <vector>

namespace starling::sim {

class Pictures;

// What is wanted of a run beside its report. None of it changes what happens.
struct RunOptions {
    std::function<void(const TraceEvent&)> on_event;  // of the trace, each
    Pictures* pictures = nullptr;                     // for write_html
    std::function<void(World&)> at_end;               // before the world goes
    // Those of `make_checkers`, unless a test has its own.
    std::function<std::vector<std::unique_ptr<Checker>>(const World&)> checkers = make_checkers;
};

// A world of these settings from its beginning until its time is over, or until the look at which a
// property is found violated. Equal settings give equal reports, but for `real`, which is left
// open: who calls has the clock.
Report run(const Settings& settings, const RunOptions& options = {});

}  // namespace starling::sim
