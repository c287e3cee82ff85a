#include "sim/scenario/quantity.h"

#include <gtest/gtest.h>

namespace starling::sim {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Quantity, DecimalsAreExactOrRefused) {
    EXPECT_EQ(parse_decimal("0.1", 10'000), 1'000U);
    EXPECT_EQ(parse_decimal("12", 10), 120U);
    EXPECT_EQ(parse_decimal("1.50", 2), 3U);
    EXPECT_EQ(parse_decimal("0.00001", 10'000), std::nullopt);
    for (const char* wrong :
         {"", ".", "1.", ".5", "-1", "+1", "1e3", "1.2.3", " 1", "0x1", "99999999999999999999"})
        EXPECT_EQ(parse_decimal(wrong, 10), std::nullopt) << wrong;
    EXPECT_EQ(parse_decimal("9223372036854775807", 10), std::nullopt);
}

TEST(Quantity, TimesHaveUnitsOrTheOneThatIsMeant) {
    EXPECT_EQ(parse_span("90", seconds{1}), Span{seconds{90}});
    EXPECT_EQ(parse_span("1.5", minutes{1}), Span{seconds{90}});
    EXPECT_EQ(parse_span("250ms", minutes{1}), Span{milliseconds{250}});
    EXPECT_EQ(parse_span("2h", seconds{1}), Span{hours{2}});
    EXPECT_EQ(parse_span("10m", seconds{1}), Span{minutes{10}});
    EXPECT_EQ(parse_span("10 min", seconds{1}), Span{minutes{10}});
    EXPECT_EQ(parse_span("7d", seconds{1}), Span{hours{7 * 24}});
    EXPECT_EQ(parse_span("40us", seconds{1}), Span{microseconds{40}});
    EXPECT_EQ(parse_span("0.5us", seconds{1}), std::nullopt);
    EXPECT_EQ(parse_span("soon", seconds{1}), std::nullopt);
}

TEST(Quantity, WhatIsWrittenIsReadBackToTheLastMicrosecond) {
    for (const Span unit : {Span{milliseconds{1}}, Span{seconds{1}}, Span{minutes{1}}}) {
        for (const std::int64_t us : {0L, 1L, 999L, 1'000L, 17'000'001L, 90'000'000L, 59'999'999L,
                                      3'600'000'000L, 86'400'000'001L})
            EXPECT_EQ(parse_span(span_text(Span{us}, unit), unit), Span{us}) << us;
    }
    EXPECT_EQ(span_text(Span{seconds{90}}, minutes{1}), "1.5");
}

TEST(Quantity, IsShownAsPeopleSayIt) {
    EXPECT_EQ(describe(Span{microseconds{12}}), "12 us");
    EXPECT_EQ(describe(Span{microseconds{2'500}}), "2.5 ms");
    EXPECT_EQ(describe(Span{milliseconds{350}}), "350 ms");
    EXPECT_EQ(describe(Span{milliseconds{1'500}}), "1.5 s");
    EXPECT_EQ(describe(Span{seconds{125}}), "2 min 5 s");
    EXPECT_EQ(describe(Span{minutes{120}}), "2 h");
    EXPECT_EQ(grouped(1'234'567), "1,234,567");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(bytes_text(999), "999 B");
    EXPECT_EQ(bytes_text(1'500), "1.5 kB");
    EXPECT_EQ(bytes_text(999'999), "1.0 MB");
}

}  // namespace
}  // namespace starling::sim
