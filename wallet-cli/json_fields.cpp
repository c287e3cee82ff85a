#include "wallet-cli/json_fields.h"

#include "node/rpc/amount_text.h"
#include "wallet-cli/failure.h"

#include <cstdlib>

namespace starling::wallet {

namespace {

using Type = rpc::JsonValue::Type;

[[noreturn]] void refuse(std::string_view name, std::string_view why) {
    throw CommandFailure("\"" + std::string(name) + "\" " + std::string(why));
}

const rpc::JsonValue& typed(const rpc::JsonValue& object, std::string_view name, Type type) {
    const rpc::JsonValue& value = field(object, name);
    if (!value.is(type)) refuse(name, "is not a " + std::string(rpc::describe(type)));
    return value;
}

}  // namespace

const rpc::JsonValue& field(const rpc::JsonValue& object, std::string_view name) {
    const rpc::JsonValue* value = object.find(name);
    if (value == nullptr) refuse(name, "is missing");
    return *value;
}

std::string text_field(const rpc::JsonValue& object, std::string_view name) {
    return typed(object, name, Type::string).text;
}

std::int64_t integer_field(const rpc::JsonValue& object, std::string_view name) {
    const auto value = typed(object, name, Type::number).integer();
    if (!value) refuse(name, "is not a whole number");
    return *value;
}

bool flag_field(const rpc::JsonValue& object, std::string_view name) {
    return typed(object, name, Type::boolean).flag;
}

Amount amount_field(const rpc::JsonValue& object, std::string_view name) {
    const auto units = rpc::parse_fixed_point(typed(object, name, Type::number).text, 8);
    if (!units) refuse(name, "is not an amount");
    return {*units};
}

const std::vector<rpc::JsonValue>& array_field(const rpc::JsonValue& object,
                                               std::string_view name) {
    return typed(object, name, Type::array).items;
}

std::optional<std::string> optional_text(const rpc::JsonValue& object, std::string_view name) {
    const rpc::JsonValue* value = object.find(name);
    if (value == nullptr || !value->is(Type::string)) return std::nullopt;
    return value->text;
}

std::optional<std::int64_t> optional_integer(const rpc::JsonValue& object, std::string_view name) {
    const rpc::JsonValue* value = object.find(name);
    return value == nullptr ? std::nullopt : value->integer();
}

std::optional<double> optional_number(const rpc::JsonValue& object, std::string_view name) {
    const rpc::JsonValue* value = object.find(name);
    if (value == nullptr || !value->is(Type::number)) return std::nullopt;
    return std::strtod(value->text.c_str(), nullptr);
}

}  // namespace starling::wallet
