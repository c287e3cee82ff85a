#include "sim/scenario/settings_json.h"

#include "node/rpc/json_writer.h"
#include "sim/scenario/setting.h"

#include <algorithm>
#include <map>
#include <optional>

namespace starling::sim {

namespace {

using Kind = Setting::Kind;
using rpc::JsonValue;
using Type = JsonValue::Type;

std::string exchanged(std::string_view name, char from, char to) {
    std::string out(name);
    std::ranges::replace(out, from, to);
    return out;
}

// "3,7" as [3,7]; "silent=2" as {"silent":2}; the rest as it stands.
std::string json_of(const Setting& setting, const std::string& text) {
    if (setting.kind == Kind::flag) return text;
    const bool bare = text.find_first_not_of("0123456789.") == std::string::npos;
    if (setting.kind == Kind::number && bare) return text;
    if (setting.kind == Kind::numbers && text == "all") return "null";
    if (setting.kind == Kind::numbers) return "[" + (text == "none" ? "" : text) + "]";
    if (setting.kind != Kind::counts) return rpc::quoted(text);
    std::string out = "{";
    for (std::size_t at = 0; text != "none" && at < text.size();) {
        const std::size_t equals = text.find('=', at);
        const std::size_t comma = std::min(text.find(',', at), text.size());
        out += (at == 0 ? "" : ",") + rpc::quoted(text.substr(at, equals - at)) + ":" +
               text.substr(equals + 1, comma - equals - 1);
        at = comma + 1;
    }
    return out + "}";
}

std::optional<std::string> scalar(const JsonValue& json) {
    if (json.is(Type::boolean)) return json.flag ? "true" : "false";
    if (json.is(Type::number) || json.is(Type::string)) return json.text;
    return std::nullopt;
}

std::optional<std::string> text_of(const Setting& setting, const JsonValue& json) {
    std::string out;
    if (setting.kind == Kind::numbers && json.is(Type::null)) return "all";
    if (setting.kind == Kind::numbers && json.is(Type::array)) {
        for (const JsonValue& item : json.items)
            out += (out.empty() ? "" : ",") + item.text;
        return out.empty() ? "none" : out;
    }
    if (setting.kind == Kind::counts && json.is(Type::object)) {
        for (const rpc::JsonMember& member : json.members)
            out += (out.empty() ? "" : ",") + member.name + "=" + member.value.text;
        return out.empty() ? "none" : out;
    }
    return scalar(json);
}

using Wrong = std::optional<std::string>;

Wrong read(Settings& settings, const JsonValue& json, std::string_view section) {
    for (const rpc::JsonMember& member : json.members) {
        const Setting* setting = find_setting(section, exchanged(member.name, '_', '-'));
        if (setting == nullptr && section.empty() && member.value.is(Type::object)) {
            if (auto wrong = read(settings, member.value, member.name)) return wrong;
            continue;
        }
        if (setting == nullptr) return "unknown setting \"" + member.name + "\"";
        const auto text = text_of(*setting, member.value);
        if (!text || !setting->read(settings, *text))
            return "setting \"" + member.name +
                   "\": " + complaint_about(*setting, text ? *text : "");
    }
    return std::nullopt;
}

}  // namespace

std::string settings_json(const Settings& settings) {
    rpc::JsonWriter top;
    top.begin_object();
    std::string_view open;
    for (const Setting& setting : all_settings()) {
        if (setting.section != open) {
            if (!open.empty()) top.end_object();
            if (!setting.section.empty()) top.key(setting.section).begin_object();
            open = setting.section;
        }
        top.key(exchanged(setting.name, '-', '_')).raw(json_of(setting, setting.write(settings)));
    }
    if (!open.empty()) top.end_object();
    top.end_object();
    return top.take();
}

Result<Settings, std::string> settings_of(const JsonValue& json) {
    if (!json.is(Type::object)) return Failure{std::string("\"settings\" is no object")};
    Settings settings;
    if (auto wrong = read(settings, json, "")) return Failure{std::move(*wrong)};
    if (auto wrong = fault_of(settings)) return Failure{std::move(*wrong)};
    return settings;
}

}  // namespace starling::sim
