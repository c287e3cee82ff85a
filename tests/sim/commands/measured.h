#pragma once

#include "sim/run.h"

#include <optional>
#include <string>

namespace starling::sim {

// run(), with the time and memory that it took of this machine.
Report measured(const Settings& settings, const RunOptions& options = {});

// Null if the machine has the memory for so many hosts, as far as can be told before; otherwise one
// line that says how much is missing.
std::optional<std::string> memory_fault(const Settings& settings);

}  // namespace starling::sim
