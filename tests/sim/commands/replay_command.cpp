#include "node/rpc/json_value.h"
#include "sim/commands/asked.h"
#include "sim/commands/commands.h"
#include "sim/commands/crash_note.h"
#include "sim/commands/files.h"
#include "sim/commands/measured.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

namespace starling::sim {

namespace {

using rpc::JsonValue;

// `real` is of a machine and its day, `version` of the program.
bool compared(std::string_view name) {
    return name != "real" && name != "version";
}

// A fraction that another JSON writer wrote again may differ in its last digit; what is counted may
// not differ at all.
constexpr double kRounding = 1e-12;

std::optional<double> fraction(std::string_view text) {
    if (text.find_first_of(".eE") == std::string_view::npos) return std::nullopt;
    double out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return out;
}

bool same_number(const std::string& a, const std::string& b) {
    if (a == b) return true;
    const auto x = fraction(a), y = fraction(b);
    return x && y && std::abs(*x - *y) <= kRounding * std::max(std::abs(*x), std::abs(*y));
}

bool same(const JsonValue& a, const JsonValue& b) {
    if (a.type != b.type || a.flag != b.flag) return false;
    if (a.is(JsonValue::Type::number)) return same_number(a.text, b.text);
    const auto same_member = [](const rpc::JsonMember& one, const rpc::JsonMember& other) {
        return one.name == other.name && same(one.value, other.value);
    };
    return a.text == b.text && std::ranges::equal(a.items, b.items, same) &&
           std::ranges::equal(a.members, b.members, same_member);
}

// The names of all that is in one report and not the same in the other.
std::vector<std::string> differences(const JsonValue& before, const JsonValue& now) {
    std::vector<std::string> out;
    for (const rpc::JsonMember& member : now.members) {
        if (!compared(member.name)) continue;
        const JsonValue* other = before.find(member.name);
        if (other == nullptr || !same(*other, member.value)) out.push_back(member.name);
    }
    return out;
}

std::string text_of(const JsonValue& json, std::string_view name) {
    const JsonValue* member = json.find(name);
    return member == nullptr ? "missing" : rpc::to_text(*member);
}

}  // namespace

int replay_command(const ReplayCommand& command) {
    const auto contents = read_file(command.report);
    if (!contents) return complain(contents.error(), kUsageError);
    const auto settings = settings_of_report(command.report, *contents);
    if (!settings) return complain(settings.error(), kUsageError);
    note_for_crashes(command_line(*settings));
    const std::string again = to_json(measured(*settings));
    if (command.json) print(again + "\n");
    const auto before = rpc::parse_json(*contents, {.values_max = 1'000'000});
    const auto now = rpc::parse_json(again, {.values_max = 1'000'000});
    const std::vector<std::string> differ = differences(*before, *now);
    if (differ.empty()) {
        if (!command.json)
            print("the same run: trace " + text_of(*now, "trace_hash") + ", all figures equal\n");
        return kFine;
    }
    std::string text = "not the same run; these differ:";
    for (const std::string& name : differ) {
        text += " " + name;
        if (now->find(name)->is(JsonValue::Type::object)) continue;
        text += " (" + text_of(*before, name) + ", now " + text_of(*now, name) + ")";
    }
    if (text_of(*before, "version") != text_of(*now, "version"))
        text += "; the report is of version " + text_of(*before, "version");
    return complain(text, kFound);
}

}  // namespace starling::sim
