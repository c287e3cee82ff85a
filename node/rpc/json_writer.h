#pragma once

#include "consensus/amount.h"

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace starling::rpc {

// Writes JSON as Bitcoin Core does: amounts with eight decimals and never through floating point,
// everything else in its shortest form, without white space.
//
// A stream instead of a tree, because a rendered block is large and is written once. Strings are
// expected to be UTF-8; bytes that are not become '?', as strangers' texts are shown here too.
//
// Invariants: begin and end are balanced, a key stands before every value of an object (asserted).
class JsonWriter {
public:
    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);

    JsonWriter& value(std::string_view text);
    JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(bool flag);
    JsonWriter& value(Amount amount);
    JsonWriter& value(double number);  // 16 significant digits, as Bitcoin Core; null if not finite
    template <std::integral T>
    requires(!std::same_as<T, bool>) JsonWriter& value(T number) {
        return raw(std::to_string(number));
    }
    JsonWriter& null() { return raw("null"); }
    JsonWriter& raw(std::string_view json);  // text that is JSON already

    template <class T>
    JsonWriter& field(std::string_view name, const T& v) {
        return key(name).value(v);
    }

    [[nodiscard]] std::size_t size() const { return out_.size(); }
    // The finished text; everything must be ended.
    [[nodiscard]] std::string take();

private:
    enum class Place : std::uint8_t { array_start, array, object_start, object, after_key };
    void before_value();

    std::string out_;
    std::vector<Place> places_;  // one an open bracket
};

// The text in quotation marks, escaped.
std::string quoted(std::string_view text);

}  // namespace starling::rpc
