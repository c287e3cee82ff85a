#pragma once

#include "consensus/amount.h"
#include "consensus/bytes.h"
#include "consensus/digest.h"
#include "node/rpc/error.h"
#include "node/rpc/json_value.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace starling::rpc {

// One parameter of a method, as callers may name it.
struct Parameter {
    std::string_view name;  // "verbosity|verbose" for a second, older name
    bool required = false;
};

// The arguments of one call by their place, read with the checks and messages of Bitcoin Core.
//
// A reader like consensus' Reader: what is wrong is remembered, a default is given, and a method
// asks once, after it has read everything, whether it failed.
class Arguments {
public:
    // Brings named arguments (an object; "args" holds positional ones) to their places. Fails for
    // unknown, repeated, missing and superfluous ones.
    static Result<Arguments, Error> match(const JsonValue& given,
                                          const std::vector<Parameter>& parameters);

    // Null for an argument that is absent or null.
    [[nodiscard]] const JsonValue* at(std::size_t i) const;

    std::string text(std::size_t i, std::string_view fallback = {});
    std::int64_t integer(std::size_t i, std::int64_t fallback = 0);
    bool flag(std::size_t i, bool fallback = false);
    // A number, or a boolean that stands for 0 or 1: verbosity grew out of `verbose`.
    std::int64_t verbosity(std::size_t i, std::int64_t fallback);
    const JsonValue* array(std::size_t i);   // null if absent
    const JsonValue* object(std::size_t i);  // null if absent
    // An amount in coins, a number or a string.
    std::optional<Amount> amount(std::size_t i);
    template <class D>
    D digest(std::size_t i) {
        return D{digest_bytes(i)};
    }

    void fail(Code code, std::string message);
    [[nodiscard]] bool failed() const { return error_.has_value(); }
    [[nodiscard]] Failure<Error> failure() const { return Failure{*error_}; }

private:
    const JsonValue* typed(std::size_t i, JsonValue::Type type);
    void wrong_type(std::size_t i, std::string_view expected);
    std::array<std::uint8_t, 32> digest_bytes(std::size_t i);

    std::vector<JsonValue> values_;
    std::vector<Parameter> parameters_;
    std::optional<Error> error_;
};

// The rules of Arguments::digest for a text from elsewhere; `name` is for the message.
Result<std::array<std::uint8_t, 32>, Error> parse_hash(std::string_view text,
                                                       std::string_view name);

}  // namespace starling::rpc
