#include "node/rpc/json_value.h"

#include "node/rpc/amount_text.h"
#include "node/rpc/json_writer.h"

#include <boost/json/basic_parser_impl.hpp>

#include <cmath>
#include <utility>

namespace starling::rpc {

namespace {

namespace json = boost::json;

// Takes the events of Boost.JSON's parser and builds the value. Boost's own tree is not used,
// because it keeps a number as a double.
class Builder {
public:
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);

    void allow(std::size_t values) { left_ = values; }
    JsonValue take() { return std::move(root_); }

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code& ec) { return open(JsonValue::Type::object, ec); }
    bool on_object_end(std::size_t, json::error_code&) { return close(); }
    bool on_array_begin(json::error_code& ec) { return open(JsonValue::Type::array, ec); }
    bool on_array_end(std::size_t, json::error_code&) { return close(); }
    bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
        key_.append(part.data(), part.size());
        return true;
    }
    bool on_key(json::string_view part, std::size_t n, json::error_code& ec) {
        return on_key_part(part, n, ec);
    }
    bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool on_string(json::string_view part, std::size_t n, json::error_code& ec) {
        on_string_part(part, n, ec);
        return add(JsonValue::of_string(std::exchange(text_, {})), ec) != nullptr;
    }
    bool on_number_part(json::string_view part, json::error_code&) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool on_int64(std::int64_t, json::string_view part, json::error_code& ec) {
        return number(part, ec);
    }
    bool on_uint64(std::uint64_t, json::string_view part, json::error_code& ec) {
        return number(part, ec);
    }
    bool on_double(double value, json::string_view part, json::error_code& ec) {
        if (!std::isfinite(value)) ec = json::error::exponent_overflow;
        return std::isfinite(value) && number(part, ec);
    }
    bool on_bool(bool flag, json::error_code& ec) {
        return add(JsonValue::of_flag(flag), ec) != nullptr;
    }
    bool on_null(json::error_code& ec) { return add({}, ec) != nullptr; }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

private:
    bool number(json::string_view part, json::error_code& ec) {
        text_.append(part.data(), part.size());
        return add(JsonValue::of_number(std::exchange(text_, {})), ec) != nullptr;
    }
    // Puts a value at its place in the innermost open one. Pointers to open values stay good: only
    // the innermost grows.
    JsonValue* add(JsonValue value, json::error_code& ec) {
        if (left_ == 0) {
            ec = json::error::array_too_large;
            return nullptr;
        }
        left_ -= 1;
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        JsonValue& parent = *open_.back();
        if (parent.is(JsonValue::Type::array)) return &parent.items.emplace_back(std::move(value));
        return &parent.members.emplace_back(std::exchange(key_, {}), std::move(value)).value;
    }
    bool open(JsonValue::Type type, json::error_code& ec) {
        JsonValue* made = add(JsonValue{.type = type}, ec);
        if (made != nullptr) open_.push_back(made);
        return made != nullptr;
    }
    bool close() {
        open_.pop_back();
        return true;
    }

    JsonValue root_;
    std::vector<JsonValue*> open_;
    std::string key_;
    std::string text_;
    std::size_t left_ = 0;
};

void write(JsonWriter& out, const JsonValue& value) {
    switch (value.type) {
        case JsonValue::Type::null:
            out.null();
            return;
        case JsonValue::Type::boolean:
            out.value(value.flag);
            return;
        case JsonValue::Type::number:
            out.raw(value.text);
            return;
        case JsonValue::Type::string:
            out.value(value.text);
            return;
        case JsonValue::Type::array:
            out.begin_array();
            for (const JsonValue& item : value.items)
                write(out, item);
            out.end_array();
            return;
        case JsonValue::Type::object:
            out.begin_object();
            for (const JsonMember& member : value.members) {
                out.key(member.name);
                write(out, member.value);
            }
            out.end_object();
            return;
    }
}

}  // namespace

const JsonValue* JsonValue::find(std::string_view name) const {
    for (const JsonMember& member : members) {
        if (member.name == name) return &member.value;
    }
    return nullptr;
}

std::optional<std::int64_t> JsonValue::integer() const {
    if (!is(Type::number)) return std::nullopt;
    return parse_fixed_point(text, 0);
}

JsonValue JsonValue::of_string(std::string text) {
    return {.type = Type::string, .text = std::move(text)};
}

JsonValue JsonValue::of_number(std::string text) {
    return {.type = Type::number, .text = std::move(text)};
}

JsonValue JsonValue::of_flag(bool flag) {
    return {.type = Type::boolean, .flag = flag};
}

JsonValue JsonValue::of_array(std::vector<JsonValue> items) {
    return {.type = Type::array, .items = std::move(items)};
}

Result<JsonValue, std::string> parse_json(std::string_view text, const JsonLimits& limits) {
    json::parse_options options;
    options.max_depth = limits.depth_max;
    json::basic_parser<Builder> parser(options);
    parser.handler().allow(limits.values_max);
    json::error_code ec;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
    if (ec) return Failure{ec.message()};
    if (text.substr(used).find_first_not_of(" \t\r\n") != std::string_view::npos)
        return Failure{std::string("extra data")};
    return parser.handler().take();
}

std::string to_text(const JsonValue& value) {
    JsonWriter out;
    write(out, value);
    return out.take();
}

std::string_view describe(JsonValue::Type type) {
    switch (type) {
        case JsonValue::Type::null:
            return "null";
        case JsonValue::Type::boolean:
            return "bool";
        case JsonValue::Type::number:
            return "number";
        case JsonValue::Type::string:
            return "string";
        case JsonValue::Type::array:
            return "array";
        case JsonValue::Type::object:
            return "object";
    }
    return "null";
}

}  // namespace starling::rpc
