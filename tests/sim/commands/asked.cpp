#include "sim/commands/asked.h"

#include "node/rpc/json_value.h"
#include "sim/commands/files.h"
#include "sim/commands/measured.h"
#include "sim/scenario/settings_json.h"

#include <utility>

namespace starling::sim {

namespace {

Result<Settings, std::string> if_it_fits(Settings settings) {
    if (auto missing = memory_fault(settings)) return Failure{std::move(*missing)};
    return settings;
}

}  // namespace

Result<Settings, std::string> settings_of(const Asked& asked) {
    std::vector<Assignment> assignments;
    if (!asked.scenario.empty()) {
        const auto toml = read_file(asked.scenario);
        if (!toml) return Failure{toml.error()};
        auto read = read_scenario(*toml, asked.scenario);
        if (!read) return Failure{read.error()};
        assignments = std::move(*read);
    }
    assignments.insert(assignments.end(), asked.flags.begin(), asked.flags.end());
    auto settings = settings_of(assignments);
    if (!settings) return settings;
    return if_it_fits(std::move(*settings));
}

Result<Settings, std::string> settings_of_report(const std::string& file,
                                                 const std::string& contents) {
    const auto json = rpc::parse_json(contents, {.values_max = 1'000'000});
    if (!json) return Failure{file + ": " + json.error()};
    const rpc::JsonValue* inner = json->find("settings");
    if (inner == nullptr) return Failure{file + ": this is no report: it has no \"settings\""};
    auto settings = settings_of(*inner);
    if (!settings) return Failure{file + ": " + settings.error()};
    return if_it_fits(std::move(*settings));
}

}  // namespace starling::sim
