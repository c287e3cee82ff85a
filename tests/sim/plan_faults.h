#pragma once

#include "sim/plan.h"

#include <vector>

namespace starling::sim {

// The times of faults and of healing over a run: none without faults. A last piece too short for
// both belongs to the last healing.
std::vector<Phase> draw_phases(const Settings& settings);

// What goes wrong in those phases, by beginning. A fault is over at its phase's end at latest. Its
// number and times depend neither on how many hosts there are nor on how long the run goes on.
std::vector<Fault> draw_faults(const Settings& settings, const std::vector<Phase>& phases);

}  // namespace starling::sim
