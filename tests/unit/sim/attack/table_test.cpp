#include "sim/attack/table.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace starling::sim {
namespace {

using testing::HasSubstr;

TEST(AttackTableTest, SaysHowSureAShareIs) {
    // Wilson's interval as statistics packages have it.
    EXPECT_NEAR(wilson(5, 50).first, 0.0435, 0.0002);
    EXPECT_NEAR(wilson(5, 50).second, 0.2136, 0.0002);
    EXPECT_DOUBLE_EQ(wilson(0, 2'000).first, 0);
    EXPECT_NEAR(wilson(0, 2'000).second, 0.0019, 0.0001);
    EXPECT_DOUBLE_EQ(wilson(7, 7).second, 1);
}

TEST(AttackTableTest, SaysHowSureAMeanOfTablesIs) {
    const std::vector<double> parts{0.1, 0.2, 0.3, 0.4};
    const MeanShare mean = mean_of(parts);
    EXPECT_DOUBLE_EQ(mean.mean, 0.25);
    ASSERT_TRUE(mean.interval);
    // 3.182 * 0.1291 / 2, as statistics packages have it.
    EXPECT_NEAR(mean.interval->first, 0.0446, 0.0001);
    EXPECT_NEAR(mean.interval->second, 0.4554, 0.0001);
    EXPECT_FALSE(mean_of(std::vector<double>{0.5}).interval);
    const std::vector<double> many(41, 0.5);
    EXPECT_DOUBLE_EQ(mean_of(many).interval->first, 0.5);
}

TEST(AttackTableTest, HasALineForEachRowAndAColumnForEachFigure) {
    const std::vector<AttackRow> rows{
        {"a",
         "Core",
         {Figure::share("hostile", 1, 4), Figure::mean("mean", {0.25}),
          Figure::none("recovered", "never")}},
        {"a",
         "Starling",
         {Figure::share("hostile", 0, 4), Figure::mean("mean", {0.1, 0.1}),
          Figure::time("recovered", std::chrono::minutes{5})}}};
    const std::string text = attack_text(rows);
    EXPECT_THAT(text, HasSubstr("| setting | rules    | hostile"));
    EXPECT_THAT(text, HasSubstr("25.0 % (4.6-69.9)"));
    EXPECT_THAT(text, HasSubstr("| 25.0 % "));
    EXPECT_THAT(text, HasSubstr("10.0 % (10.0-10.0)"));
    EXPECT_THAT(text, HasSubstr("| never "));
    EXPECT_THAT(text, HasSubstr("| 5 min "));
}

TEST(AttackTableTest, KnowsAttacksByTheirNames) {
    EXPECT_NE(find_attack("restart"), nullptr);
    EXPECT_EQ(find_attack("list"), nullptr);
    EXPECT_EQ(find_attack("all"), nullptr);
}

}  // namespace
}  // namespace starling::sim
