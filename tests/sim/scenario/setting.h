#pragma once

#include "sim/settings.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace starling::sim {

// One thing that a person may set: a flag of `run`, a key of a scenario, a field of a report's
// `settings`. The table below is the only place that knows a field of Settings by name.
//
// Every form gives its value as one text: a list joined by commas, [hostile] as "silent=2,slow=1".
struct Setting {
    enum class Kind { number, text, flag, numbers, counts };

    std::string_view section;  // of a scenario; empty: its top
    std::string_view name;     // the key
    Kind kind;
    std::string_view values;  // what may be written: "hosts", "percent", "real, assumed, ..."
    std::string_view help;
    // False: `text` is no such value, and nothing was set.
    bool (*read)(Settings& settings, std::string_view text);
    std::string (*write)(const Settings& settings);  // what `read` takes

    // The key, but for [churn] model.
    [[nodiscard]] std::string_view flag() const { return name == "model" ? section : name; }
    // As in a complaint: "\"wallets\" in [load]".
    [[nodiscard]] std::string where() const;
};

std::span<const Setting> all_settings();
const Setting* find_setting(std::string_view section, std::string_view name);  // null: none
// "not a value": one line without where it stood.
std::string complaint_about(const Setting& setting, std::string_view text);
// The known name that `wrong` was most likely meant to be; none if none is near.
std::optional<std::string_view> nearest_name(std::string_view wrong,
                                             std::span<const std::string_view> known);

}  // namespace starling::sim
