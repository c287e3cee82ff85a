#pragma once

#include "consensus/result.h"
#include "sim/scenario/setting.h"

#include <string>
#include <string_view>
#include <vector>

namespace starling::sim {

// A value that a person gave, and where: "scenario.toml:12", "--loss".
struct Assignment {
    const Setting* setting = nullptr;
    std::string text;
    std::string where;
};

// The keys of a scenario in TOML, in the sections of Settings. `name` is the file's, for
// complaints. Unknown keys are errors: a misspelt one would be silently without effect.
Result<std::vector<Assignment>, std::string> read_scenario(std::string_view toml,
                                                           std::string_view name);

// Later ones override earlier ones. With `swarm` among them, what they leave open is drawn from the
// seed; otherwise it is the default.
Result<Settings, std::string> settings_of(const std::vector<Assignment>& assignments);

// A scenario, and a command, that stand for these settings; what would be so anyway is left out.
std::string scenario_text(const Settings& settings);
std::string command_line(const Settings& settings);

}  // namespace starling::sim
