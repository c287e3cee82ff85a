#pragma once

#include "sim/engine/moment.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace starling::sim {

// Numbers with units as people write them, read exactly: no value passes through floating point, so
// that a report's settings are those of its run to the last digit.

// A decimal number times `scale`; none if that is no whole number ("0.5" times 3), is negative, or
// has more than 63 bits.
std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t scale);
// `value / scale` as a decimal number of at most six places; none if it takes more.
std::optional<std::string> decimal_text(std::uint64_t value, std::uint64_t scale);

// "90s", "1.5m", "250ms", "2h", "7d", "40us"; a bare number counts `unit`s.
std::optional<Span> parse_span(std::string_view text, Span unit);
// What parse_span reads with the same unit: a bare number if six decimal places hold it.
std::string span_text(Span span, Span unit);
// For people: "350 ms", "2 h 5 min".
std::string describe(Span span);
std::string grouped(std::uint64_t number);    // "12,345"
std::string bytes_text(std::uint64_t bytes);  // "1.5 MB": powers of a thousand
std::string places_text(double value, int places);

}  // namespace starling::sim
