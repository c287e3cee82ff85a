#include "node/log.h"

#include "node/log_limit.h"

#include <gtest/gtest.h>

namespace starling::node {
namespace {

TEST(LogLimit, APlaceMayFillAMebibyteAnHour) {
    LogLimit limit;
    std::uint64_t written = 0;
    for (int i = 0; i < 100'000; ++i) {
        if (limit.weigh("a.cpp", 1, 100, Time{Duration{i}}).write) written += 100;
    }
    EXPECT_LE(written, LogLimit::kBytesMax);
    EXPECT_GT(written, LogLimit::kBytesMax - 100);
}

TEST(LogLimit, OnePlaceDoesNotSilenceAnother) {
    LogLimit limit;
    EXPECT_FALSE(limit.weigh("a.cpp", 1, LogLimit::kBytesMax + 1, {}).write);
    EXPECT_TRUE(limit.weigh("a.cpp", 2, 100, {}).write);
    EXPECT_TRUE(limit.weigh("b.cpp", 1, 100, {}).write);
}

TEST(LogLimit, TheNextHourBeginsWithHowManyWereLeftOut) {
    LogLimit limit;
    EXPECT_TRUE(limit.weigh("a.cpp", 1, LogLimit::kBytesMax, {}).write);
    EXPECT_FALSE(limit.weigh("a.cpp", 1, 1, {}).write);
    EXPECT_FALSE(limit.weigh("a.cpp", 1, 1, {}).write);
    const auto verdict = limit.weigh("a.cpp", 1, 1, Time{LogLimit::kSpan});
    EXPECT_TRUE(verdict.write);
    EXPECT_EQ(verdict.left_out, 2U);
}

TEST(LogLimit, AClockThatGoesBackSilencesNobody) {
    LogLimit limit;
    const Time late{std::chrono::hours{1'000}};
    EXPECT_TRUE(limit.weigh("a.cpp", 1, LogLimit::kBytesMax, late).write);
    EXPECT_TRUE(limit.weigh("a.cpp", 1, 1, Time{}).write);
}

TEST(Log, ALineOfAPeerStaysOneLine) {
    EXPECT_EQ(printable("a\nb\x1b[31m\xff\x7f~ "), "a?b?[31m??~ ");
    EXPECT_EQ(json_log_line("t", "info", "node/a.cpp:1", "say \"\\\n\""),
              "{\"time\":\"t\",\"level\":\"info\",\"where\":\"node/a.cpp:1\","
              "\"text\":\"say \\\"\\\\?\\\"\"}");
}

}  // namespace
}  // namespace starling::node
