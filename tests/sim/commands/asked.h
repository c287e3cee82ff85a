#pragma once

#include "consensus/result.h"
#include "sim/commands/commands.h"

#include <string>

namespace starling::sim {

// The settings that were asked for; refused in one line if they make no sense or this machine has
// not the memory for them.
Result<Settings, std::string> settings_of(const Asked& asked);
// Those of a report.
Result<Settings, std::string> settings_of_report(const std::string& file,
                                                 const std::string& contents);

}  // namespace starling::sim
