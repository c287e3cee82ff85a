#pragma once

#include "consensus/result.h"

#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace starling::node {

// What a person has set, by name, not yet understood. The same names everywhere: the flag
// `--mine-interval`, the TOML key `mine-interval`, the variable STARLING_MINE_INTERVAL.
using Settings = std::map<std::string, std::vector<std::string>, std::less<>>;

// One name a person may set. A `list` may be given more than once (in TOML: an array); a `flag`
// needs no value on the command line.
struct Setting {
    enum class Kind { value, flag, list };
    std::string_view name;
    Kind kind;
    std::string_view help;
};
std::span<const Setting> known_settings();

// Unknown keys are errors: a misspelt one would be silently without effect.
Result<Settings, std::string> read_toml(const std::filesystem::path& file);
// `lookup` is getenv; lists are separated by commas.
Settings read_environment(const std::function<const char*(const char*)>& lookup);
// Takes from `lower` what `higher` does not set.
Settings merged(Settings higher, const Settings& lower);

}  // namespace starling::node
