#pragma once

#include "consensus/result.h"
#include "node/rpc/json_value.h"
#include "sim/settings.h"

#include <string>

namespace starling::sim {

// All settings as one JSON object in the sections of a scenario, keys with '_' for '-': what a
// report carries, so that it can be run again.
std::string settings_json(const Settings& settings);
// Back, exactly. A key that is missing stands at its default, one that is not known is an error.
Result<Settings, std::string> settings_of(const rpc::JsonValue& json);

}  // namespace starling::sim
