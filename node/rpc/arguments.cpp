#include "node/rpc/arguments.h"

#include "consensus/hex.h"
#include "node/rpc/amount_text.h"

#include <utility>

namespace starling::rpc {

namespace {

using Type = JsonValue::Type;

std::string_view first_name(const Parameter& parameter) {
    return parameter.name.substr(0, parameter.name.find('|'));
}

// Whether `name` is one of the names between the bars.
bool is_named(const Parameter& parameter, std::string_view name) {
    std::string_view rest = parameter.name;
    for (;;) {
        const std::size_t bar = rest.find('|');
        if (rest.substr(0, bar) == name) return true;
        if (bar == std::string_view::npos) return false;
        rest.remove_prefix(bar + 1);
    }
}

// Puts one named argument at its place.
std::optional<Error> place(std::vector<JsonValue>& values,
                           std::vector<bool>& given,
                           const JsonMember& member,
                           const std::vector<Parameter>& parameters) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (!is_named(parameters[i], member.name)) continue;
        if (given[i]) {
            return Error{Code::invalid_parameter,
                         "Parameter " + member.name + " specified multiple times"};
        }
        given[i] = true;
        values[i] = member.value;
        return std::nullopt;
    }
    return Error{Code::invalid_parameter, "Unknown named parameter " + member.name};
}

Result<std::vector<JsonValue>, Error> positional(const JsonValue& named,
                                                 const std::vector<Parameter>& parameters) {
    std::vector<JsonValue> values(parameters.size());
    std::vector<bool> given(parameters.size());
    if (const JsonValue* args = named.find("args"); args != nullptr && args->is(Type::array)) {
        if (args->items.size() > parameters.size())
            return failure(Code::misc, "Too many positional arguments");
        for (std::size_t i = 0; i < args->items.size(); ++i) {
            values[i] = args->items[i];
            given[i] = true;
        }
    }
    for (const JsonMember& member : named.members) {
        if (member.name == "args" && member.value.is(Type::array)) continue;
        if (auto error = place(values, given, member, parameters)) return Failure{*error};
    }
    return values;
}

}  // namespace

Result<Arguments, Error> Arguments::match(const JsonValue& given,
                                          const std::vector<Parameter>& parameters) {
    Arguments out;
    out.parameters_ = parameters;
    if (given.is(Type::object)) {
        auto values = positional(given, parameters);
        if (!values) return Failure{values.error()};
        out.values_ = std::move(*values);
    } else {
        out.values_ = given.items;
    }
    if (out.values_.size() > parameters.size())
        return rpc::failure(Code::misc, "Too many arguments");
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (parameters[i].required && out.at(i) == nullptr) {
            return rpc::failure(Code::misc,
                                "Missing argument: " + std::string(first_name(parameters[i])));
        }
    }
    return out;
}

const JsonValue* Arguments::at(std::size_t i) const {
    return i < values_.size() && !values_[i].is(Type::null) ? &values_[i] : nullptr;
}

void Arguments::fail(Code code, std::string message) {
    if (!error_) error_ = Error{code, std::move(message)};
}

void Arguments::wrong_type(std::size_t i, std::string_view expected) {
    fail(Code::type_error, "Wrong type passed:\n{\n    \"Position " + std::to_string(i + 1) + " (" +
                               std::string(first_name(parameters_[i])) +
                               ")\": \"JSON value of type " +
                               std::string(describe(values_[i].type)) +
                               " is not of expected type " + std::string(expected) + "\"\n}");
}

const JsonValue* Arguments::typed(std::size_t i, Type type) {
    const JsonValue* value = at(i);
    if (value == nullptr || value->is(type)) return value;
    wrong_type(i, describe(type));
    return nullptr;
}

std::string Arguments::text(std::size_t i, std::string_view fallback) {
    const JsonValue* value = typed(i, Type::string);
    return value == nullptr ? std::string(fallback) : value->text;
}

std::int64_t Arguments::integer(std::size_t i, std::int64_t fallback) {
    const JsonValue* value = typed(i, Type::number);
    if (value == nullptr) return fallback;
    const auto number = value->integer();
    if (!number) fail(Code::misc, "JSON integer out of range");
    return number.value_or(fallback);
}

bool Arguments::flag(std::size_t i, bool fallback) {
    const JsonValue* value = typed(i, Type::boolean);
    return value == nullptr ? fallback : value->flag;
}

std::int64_t Arguments::verbosity(std::size_t i, std::int64_t fallback) {
    const JsonValue* value = at(i);
    if (value != nullptr && value->is(Type::boolean)) return value->flag ? 1 : 0;
    return integer(i, fallback);
}

const JsonValue* Arguments::array(std::size_t i) {
    return typed(i, Type::array);
}

const JsonValue* Arguments::object(std::size_t i) {
    return typed(i, Type::object);
}

std::optional<Amount> Arguments::amount(std::size_t i) {
    const JsonValue* value = at(i);
    if (value == nullptr) return std::nullopt;
    if (!value->is(Type::number) && !value->is(Type::string)) {
        fail(Code::type_error, "Amount is not a number or string");
        return std::nullopt;
    }
    const auto units = parse_fixed_point(value->text, 8);
    if (!units) {
        fail(Code::type_error, "Invalid amount");
    } else if (!in_money_range({*units})) {
        fail(Code::type_error, "Amount out of range");
    } else {
        return Amount{*units};
    }
    return std::nullopt;
}

std::array<std::uint8_t, 32> Arguments::digest_bytes(std::size_t i) {
    const std::string given = text(i);
    if (failed()) return {};
    const auto bytes = parse_hash(given, first_name(parameters_[i]));
    if (bytes) return *bytes;
    fail(bytes.error().code, bytes.error().message);
    return {};
}

Result<std::array<std::uint8_t, 32>, Error> parse_hash(std::string_view text,
                                                       std::string_view name) {
    const std::string shown(text.substr(0, 200));
    if (text.size() != 64) {
        return failure(Code::invalid_parameter, std::string(name) + " must be of length 64 (not " +
                                                    std::to_string(text.size()) + ", for '" +
                                                    shown + "')");
    }
    const auto bytes = from_reversed_hex(text);
    if (!bytes) {
        return failure(Code::invalid_parameter,
                       std::string(name) + " must be hexadecimal string (not '" + shown + "')");
    }
    return *bytes;
}

}  // namespace starling::rpc
