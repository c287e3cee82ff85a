#pragma once

#include "consensus/amount.h"
#include "node/rpc/json_value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace starling::wallet {

// Members of an object that must be there with the right type; CommandFailure names the member
// where they are not. What a node or a file says is never trusted to be complete.
std::string text_field(const rpc::JsonValue& object, std::string_view name);
std::int64_t integer_field(const rpc::JsonValue& object, std::string_view name);
bool flag_field(const rpc::JsonValue& object, std::string_view name);
Amount amount_field(const rpc::JsonValue& object, std::string_view name);  // in coins, exact
const std::vector<rpc::JsonValue>& array_field(const rpc::JsonValue& object, std::string_view name);
const rpc::JsonValue& field(const rpc::JsonValue& object, std::string_view name);

// Members that need not be there: nothing where they are absent, null or of another type.
std::optional<std::string> optional_text(const rpc::JsonValue& object, std::string_view name);
std::optional<std::int64_t> optional_integer(const rpc::JsonValue& object, std::string_view name);
// Seconds and the like, for people: not exact.
std::optional<double> optional_number(const rpc::JsonValue& object, std::string_view name);

}  // namespace starling::wallet
