#pragma once

#include "consensus/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace starling::rpc {

struct JsonMember;

// A JSON value as it was written: a number keeps its text, so that an amount never passes through
// floating point. The members of an object keep their order.
struct JsonValue {
    enum class Type { null, boolean, number, string, array, object };

    Type type = Type::null;
    bool flag = false;
    std::string text;  // of a string, unescaped; of a number, as it stood
    std::vector<JsonValue> items;
    std::vector<JsonMember> members;

    [[nodiscard]] bool is(Type t) const { return type == t; }
    // The member of an object; the first if it is repeated, as in Bitcoin Core. Null if absent.
    [[nodiscard]] const JsonValue* find(std::string_view name) const;
    // A number that is a whole number and fits.
    [[nodiscard]] std::optional<std::int64_t> integer() const;

    static JsonValue of_string(std::string text);
    static JsonValue of_number(std::string text);
    static JsonValue of_flag(bool flag);
    static JsonValue of_array(std::vector<JsonValue> items);
};

struct JsonMember {
    std::string name;
    JsonValue value;
};

struct JsonLimits {
    std::size_t depth_max = 64;  // nothing that we speak nests deeper than 10; bounds recursion
    // A value costs up to 150 bytes in memory, but two in the text ("[[],[],..."): this many are
    // 15 MB. Answers to ourselves may be larger.
    std::size_t values_max = 100'000;
};

// Exactly one JSON text (RFC 8259) in UTF-8. Numbers that no double can hold (1e400) are refused.
Result<JsonValue, std::string> parse_json(std::string_view text, const JsonLimits& limits = {});

std::string to_text(const JsonValue& value);
// "null", "bool", "number", "string", "array", "object": Bitcoin Core's names.
std::string_view describe(JsonValue::Type type);

}  // namespace starling::rpc
