#include "sim/scenario/scenario.h"

#define TOML_EXCEPTIONS 0
#include <algorithm>
#include <charconv>
#include <optional>
#include <toml++/toml.h>

namespace starling::sim {

namespace {

using Kind = Setting::Kind;
using Wrong = std::optional<std::string>;

// As it would stand on the command line; a float in its shortest form, for 0.1 is meant as 0.1.
std::optional<std::string> text_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return std::to_string(number->get());
    if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
    if (const auto* number = node.as_floating_point()) {
        char digits[64];
        const auto end =
            std::to_chars(digits, digits + sizeof digits, number->get(), std::chars_format::fixed);
        if (end.ec == std::errc{}) return std::string(digits, end.ptr);
    }
    return std::nullopt;
}

std::optional<std::string> list_text(const toml::array& list) {
    std::string out;
    for (const toml::node& item : list) {
        const auto* number = item.as_integer();
        if (number == nullptr) return std::nullopt;
        out += (out.empty() ? "" : ",") + std::to_string(number->get());
    }
    return out.empty() ? "none" : out;
}

std::optional<std::string> counts_text(const toml::table& table) {
    std::string out;
    for (const auto& [key, node] : table) {
        const auto* number = node.as_integer();
        if (number == nullptr) return std::nullopt;
        out +=
            (out.empty() ? "" : ",") + std::string(key.str()) + "=" + std::to_string(number->get());
    }
    return out;
}

std::optional<std::string> text_for(const Setting& setting, const toml::node& node) {
    if (setting.kind == Kind::numbers && node.is_array()) return list_text(*node.as_array());
    if (setting.kind == Kind::counts && node.is_table()) return counts_text(*node.as_table());
    if (setting.kind == Kind::counts || (setting.kind == Kind::flag && !node.is_boolean()))
        return std::nullopt;
    return text_of(node);
}

class Reader {
public:
    explicit Reader(std::string_view name) : name_(name) {}

    Wrong read(const toml::table& table, std::string_view section) {
        for (const auto& [key, node] : table) {
            const std::string_view name = key.str();
            const std::string line = at(key.source().begin.line);
            if (const Setting* setting = find_setting(section, name)) {
                const auto text = text_for(*setting, node);
                if (!text)
                    return line + ": " + setting->where() +
                           " has a value of the wrong kind: " + std::string(setting->values);
                assignments_.push_back({setting, *text, line});
                continue;
            }
            const toml::table* inner = section.empty() ? node.as_table() : nullptr;
            if (inner == nullptr || !is_section(name))
                return line + ": " + unknown(name, section, node.is_table());
            if (auto wrong = read(*inner, name)) return wrong;
        }
        return std::nullopt;
    }
    [[nodiscard]] std::string at(std::size_t line) const {
        return name_ + ":" + std::to_string(line);
    }
    std::vector<Assignment> assignments_;

private:
    static bool is_section(std::string_view name) {
        return std::ranges::any_of(all_settings(),
                                   [&](const Setting& s) { return s.section == name; });
    }

    // Says where it would be known, or what it was most likely meant to be.
    static std::string unknown(std::string_view name, std::string_view section, bool table) {
        std::vector<std::string_view> known;
        for (const Setting& setting : all_settings()) {
            const bool here = setting.section == section;
            if (here && !table) known.push_back(setting.name);
            if (section.empty() && table)
                known.push_back(setting.section.empty() ? setting.name : setting.section);
        }
        std::string out =
            "unknown " + std::string(table ? "section" : "key") + " \"" + std::string(name) + "\"";
        if (!section.empty()) out += " in [" + std::string(section) + "]";
        for (const Setting& setting : all_settings()) {
            if (setting.name != name || table) continue;
            return out + "; it belongs " +
                   (setting.section.empty() ? "at the top, before any section"
                                            : "into [" + std::string(setting.section) + "]");
        }
        if (const auto meant = nearest_name(name, known))
            out += "; did you mean \"" + std::string(*meant) + "\"?";
        return out;
    }

    std::string name_;
};

std::string toml_value(const Setting& setting, const std::string& text) {
    const bool number = setting.kind == Kind::number &&
                        text.find_first_not_of("0123456789.") == std::string::npos &&
                        text.size() < 18;  // TOML's integers have 63 bits
    if (number || setting.kind == Kind::flag) return text;
    if (setting.kind == Kind::numbers && text != "all" && text != "none") return "[" + text + "]";
    return "\"" + text + "\"";
}

std::string counts_section(std::string_view name, std::string text) {
    std::string out = "\n[" + std::string(name) + "]\n" + text + "\n";
    for (std::size_t at = 0; (at = out.find_first_of("=,", at)) != std::string::npos; ++at) {
        if (out[at] == ',') {
            out[at] = '\n';
        } else {
            out.replace(at, 1, " = ");
            at += 2;
        }
    }
    return out;
}

// What need not be said, where `swarm`, `seed` and `nodes` are.
Settings undrawn(const Settings& settings) {
    if (!settings.swarm) return {};
    Settings drawn = draw_swarm(settings.seed, settings.nodes);
    drawn.swarm = false;  // so that it is said
    return drawn;
}

// Clearer with them, even at their defaults; and of a swarm all else follows from them.
bool always_said(const Setting& setting) {
    return setting.name == "seed" || setting.name == "nodes";
}

}  // namespace

Result<std::vector<Assignment>, std::string> read_scenario(std::string_view toml,
                                                           std::string_view name) {
    Reader reader(name);
    const toml::parse_result parsed = toml::parse(toml);
    if (!parsed) {
        const toml::parse_error& error = parsed.error();
        return Failure{reader.at(error.source().begin.line) + ": " +
                       std::string(error.description())};
    }
    if (auto wrong = reader.read(parsed.table(), "")) return Failure{std::move(*wrong)};
    return std::move(reader.assignments_);
}

Result<Settings, std::string> settings_of(const std::vector<Assignment>& assignments) {
    const auto assign = [&](Settings& settings) -> Wrong {
        for (const Assignment& given : assignments) {
            if (!given.setting->read(settings, given.text))
                return given.where + ": " + complaint_about(*given.setting, given.text);
        }
        return std::nullopt;
    };
    Settings settings;
    if (auto wrong = assign(settings)) return Failure{std::move(*wrong)};
    if (settings.swarm) {
        settings = draw_swarm(settings.seed, settings.nodes);
        settings.swarm = true;
        if (auto wrong = assign(settings)) return Failure{std::move(*wrong)};
    }
    if (auto wrong = fault_of(settings)) return Failure{std::move(*wrong)};
    return settings;
}

std::string scenario_text(const Settings& settings) {
    const Settings base = undrawn(settings);
    std::string top, out, counts;
    std::string_view section;
    for (const Setting& setting : all_settings()) {
        const std::string text = setting.write(settings);
        if (text == setting.write(base) && !always_said(setting)) continue;
        if (setting.kind == Kind::counts) {
            counts += counts_section(setting.name, text);
            continue;
        }
        std::string& to = setting.section.empty() ? top : out;
        if (setting.section != section) {
            section = setting.section;
            to += "\n[" + std::string(section) + "]\n";
        }
        to += std::string(setting.name) + " = " + toml_value(setting, text) + "\n";
    }
    return top + out + counts;
}

std::string command_line(const Settings& settings) {
    const Settings base = undrawn(settings);
    std::string out = "starling-sim run";
    for (const Setting& setting : all_settings()) {
        const std::string text = setting.write(settings);
        if (text == setting.write(base) && !always_said(setting)) continue;
        out += " --";
        if (setting.kind == Kind::flag) {
            out += (text == "true" ? "" : "no-") + std::string(setting.flag());
            continue;
        }
        out += std::string(setting.flag()) + " " + text;
    }
    return out;
}

}  // namespace starling::sim
