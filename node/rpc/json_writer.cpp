#include "node/rpc/json_writer.h"

#include "node/rpc/amount_text.h"

#include <cassert>
#include <cmath>
#include <cstdio>

namespace starling::rpc {

namespace {

// The length of the UTF-8 sequence that starts the text, 0 if it starts none. Overlong forms and
// surrogates are none: a parser on the other side may refuse the whole answer for one of them.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return 0;
    }
    const std::uint8_t second = byte(1);
    if (first == 0xe0 && second < 0xa0) return 0;
    if (first == 0xed && second > 0x9f) return 0;
    if (first == 0xf0 && second < 0x90) return 0;
    if (first == 0xf4 && second > 0x8f) return 0;
    return length;
}

void append_escaped(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte >= 0x20 && byte != 0x7f) {
        out += c;
        return;
    }
    constexpr char kDigits[] = "0123456789abcdef";
    out += "\\u00";
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0) {
            out += '?';
        } else if (length == 1) {
            append_escaped(out, text.front());
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    out += '"';
}

}  // namespace

std::string quoted(std::string_view text) {
    std::string out;
    append_quoted(out, text);
    return out;
}

void JsonWriter::before_value() {
    if (places_.empty()) {
        assert(out_.empty());
        return;
    }
    Place& place = places_.back();
    switch (place) {
        case Place::array_start:
            place = Place::array;
            break;
        case Place::array:
            out_ += ',';
            break;
        case Place::after_key:
            place = Place::object;
            break;
        case Place::object_start:
        case Place::object:
            assert(false && "a value of an object without its key");
    }
}

JsonWriter& JsonWriter::begin_object() {
    before_value();
    out_ += '{';
    places_.push_back(Place::object_start);
    return *this;
}

JsonWriter& JsonWriter::end_object() {
    assert(!places_.empty());
    assert(places_.back() == Place::object_start || places_.back() == Place::object);
    places_.pop_back();
    out_ += '}';
    return *this;
}

JsonWriter& JsonWriter::begin_array() {
    before_value();
    out_ += '[';
    places_.push_back(Place::array_start);
    return *this;
}

JsonWriter& JsonWriter::end_array() {
    assert(!places_.empty());
    assert(places_.back() == Place::array_start || places_.back() == Place::array);
    places_.pop_back();
    out_ += ']';
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    assert(!places_.empty());
    assert(places_.back() == Place::object_start || places_.back() == Place::object);
    if (places_.back() == Place::object) out_ += ',';
    append_quoted(out_, name);
    out_ += ':';
    places_.back() = Place::after_key;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    before_value();
    append_quoted(out_, text);
    return *this;
}

JsonWriter& JsonWriter::value(bool flag) {
    return raw(flag ? "true" : "false");
}

JsonWriter& JsonWriter::value(Amount amount) {
    return raw(amount_text(amount));
}

JsonWriter& JsonWriter::value(double number) {
    if (!std::isfinite(number)) return null();
    char text[32];
    const int length = std::snprintf(text, sizeof text, "%.16g", number);
    return raw(std::string_view(text, static_cast<std::size_t>(length)));
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    before_value();
    out_ += json;
    return *this;
}

std::string JsonWriter::take() {
    assert(places_.empty());
    return std::move(out_);
}

}  // namespace starling::rpc
