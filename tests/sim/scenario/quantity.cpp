#include "sim/scenario/quantity.h"

#include <array>
#include <cstdio>
#include <limits>

namespace starling::sim {

namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kDecimalsMax = 6;

struct Unit {
    std::string_view suffix;
    Span span;
};
// Longer suffixes first: "ms" ends in "s".
constexpr std::array<Unit, 7> kUnits = {{
    {"us", std::chrono::microseconds{1}},
    {"ms", std::chrono::milliseconds{1}},
    {"min", std::chrono::minutes{1}},
    {"s", std::chrono::seconds{1}},
    {"m", std::chrono::minutes{1}},
    {"h", std::chrono::hours{1}},
    {"d", std::chrono::hours{24}},
}};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// a * b + c, or none if that is more than kMost.
std::optional<std::uint64_t> grown(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    if (b != 0 && a > (kMost - c) / b) return std::nullopt;
    return a * b + c;
}

std::optional<std::uint64_t> digits_of(std::string_view text) {
    if (text.empty()) return std::nullopt;
    std::uint64_t out = 0;
    for (const char c : text) {
        if (!is_digit(c)) return std::nullopt;
        const auto next = grown(out, 10, static_cast<std::uint64_t>(c - '0'));
        if (!next) return std::nullopt;
        out = *next;
    }
    return out;
}

}  // namespace

std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t scale) {
    const std::size_t point = text.find('.');
    const auto whole = digits_of(text.substr(0, point));
    if (!whole) return std::nullopt;
    if (point == std::string_view::npos) return grown(*whole, scale, 0);
    std::string_view places = text.substr(point + 1);
    while (places.size() > 1 && places.ends_with('0'))
        places.remove_suffix(1);
    const auto part = digits_of(places);
    if (!part) return std::nullopt;
    std::uint64_t tens = 1;
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (tens > kMost / 10) return std::nullopt;
        tens *= 10;
    }
    const auto scaled = grown(*part, scale, 0);
    if (!scaled || *scaled % tens != 0) return std::nullopt;
    return grown(*whole, scale, *scaled / tens);
}

std::optional<std::string> decimal_text(std::uint64_t value, std::uint64_t scale) {
    std::string out = std::to_string(value / scale);
    std::uint64_t rest = value % scale;
    if (rest == 0) return out;
    out += '.';
    for (std::size_t place = 0; place < kDecimalsMax && rest != 0; ++place) {
        if (rest > kMost / 10) return std::nullopt;
        rest *= 10;
        out += static_cast<char>('0' + static_cast<char>(rest / scale));
        rest %= scale;
    }
    if (rest != 0) return std::nullopt;
    return out;
}

std::optional<Span> parse_span(std::string_view text, Span unit) {
    for (const Unit& known : kUnits) {
        if (!text.ends_with(known.suffix)) continue;
        text.remove_suffix(known.suffix.size());
        unit = known.span;
        break;
    }
    while (text.ends_with(' '))
        text.remove_suffix(1);
    const auto count = parse_decimal(text, static_cast<std::uint64_t>(unit.count()));
    if (!count) return std::nullopt;
    return Span{static_cast<Span::rep>(*count)};
}

std::string span_text(Span span, Span unit) {
    const auto count = static_cast<std::uint64_t>(span.count());
    const auto bare = decimal_text(count, static_cast<std::uint64_t>(unit.count()));
    return bare ? *bare : std::to_string(count) + "us";
}

std::string describe(Span span) {
    const std::int64_t us = span.count();
    const auto two = [](std::int64_t whole, const char* unit, std::int64_t part,
                        const char* small) {
        std::string out = std::to_string(whole) + unit;
        if (part != 0) out += " " + std::to_string(part) + small;
        return out;
    };
    constexpr std::int64_t kSecond = 1'000'000;
    if (us < 0) return "-" + describe(-span);
    if (us < 1'000) return std::to_string(us) + " us";
    if (us < 10'000) return *decimal_text(static_cast<std::uint64_t>(us / 100), 10) + " ms";
    if (us < kSecond) return std::to_string(us / 1'000) + " ms";
    if (us < 60 * kSecond) {
        const auto tenths = static_cast<std::uint64_t>(us / (kSecond / 100));
        return *decimal_text(tenths, 100) + " s";
    }
    const std::int64_t seconds = us / kSecond;
    if (seconds < 3'600) return two(seconds / 60, " min", seconds % 60, " s");
    if (seconds < 86'400 * 3) return two(seconds / 3'600, " h", seconds / 60 % 60, " min");
    return two(seconds / 86'400, " d", seconds / 3'600 % 24, " h");
}

std::string grouped(std::uint64_t number) {
    std::string out = std::to_string(number);
    for (std::size_t at = out.size(); at > 3;)
        out.insert(at -= 3, ",");
    return out;
}

std::string bytes_text(std::uint64_t bytes) {
    constexpr std::array<const char*, 5> kNames = {" B", " kB", " MB", " GB", " TB"};
    double value = static_cast<double>(bytes);
    std::size_t name = 0;
    for (; value >= 999.5 && name + 1 < kNames.size(); ++name)
        value /= 1'000;
    return places_text(value, name > 0 && value < 9.95 ? 1 : 0) + kNames[name];
}

std::string places_text(double value, int places) {
    char digits[64];
    const int size = std::snprintf(digits, sizeof digits, "%.*f", places, value);
    return std::string(digits, static_cast<std::size_t>(size));
}

}  // namespace starling::sim
