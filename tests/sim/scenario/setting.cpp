#include "sim/scenario/setting.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace starling::sim {

namespace {

// Levenshtein's distance.
std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string Setting::where() const {
    std::string out = "\"" + std::string(name) + "\"";
    if (!section.empty()) out += " in [" + std::string(section) + "]";
    return out;
}

const Setting* find_setting(std::string_view section, std::string_view name) {
    for (const Setting& setting : all_settings()) {
        if (setting.section == section && setting.name == name) return &setting;
    }
    return nullptr;
}

std::string complaint_about(const Setting& setting, std::string_view text) {
    return "\"" + std::string(text) + "\" will not do; wanted: " + std::string(setting.values);
}

std::optional<std::string_view> nearest_name(std::string_view wrong,
                                             std::span<const std::string_view> known) {
    std::optional<std::string_view> best;
    std::size_t distance = wrong.size() / 3 + 2;  // more is another word
    for (const std::string_view name : known) {
        const std::size_t found = edits(wrong, name);
        if (found >= distance) continue;
        best = name;
        distance = found;
    }
    return best;
}

}  // namespace starling::sim
