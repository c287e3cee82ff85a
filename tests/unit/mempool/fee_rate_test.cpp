#include "mempool/fee_rate.h"

#include "mempool/diagram.h"
#include "mempool/rolling_minimum.h"

#include <gtest/gtest.h>

namespace starling::mempool {
namespace {

TEST(FeeRate, ComparesAsAFractionWithoutRounding) {
    EXPECT_EQ((FeeRate{Amount{1}, 3}), (FeeRate{Amount{2}, 6}));
    EXPECT_LT((FeeRate{Amount{333'333}, 1'000'000}), (FeeRate{Amount{1}, 3}));
    EXPECT_GT((FeeRate{kMoneyMax, 4'000'000}), (FeeRate{kMoneyMax - Amount{1}, 4'000'000}));
}

TEST(FeeRate, RoundsTheFeeForASizeUp) {
    const FeeRate floor{Amount{100}, 1'000};
    EXPECT_EQ(floor.fee_for(1'000), Amount{100});
    EXPECT_EQ(floor.fee_for(1'001), Amount{101});
    EXPECT_EQ(floor.fee_for(1), Amount{1});
    EXPECT_EQ(floor.fee_for(0), Amount{0});
}

TEST(Diagram, IsComparedAtEverySize) {
    const Diagram steep{{Amount{100}, 10}, {Amount{10}, 10}};
    const Diagram flat{{Amount{110}, 20}};
    const Diagram late{{Amount{90}, 10}, {Amount{40}, 10}};
    EXPECT_EQ(compare_diagrams(steep, flat), std::partial_ordering::greater);
    EXPECT_EQ(compare_diagrams(flat, steep), std::partial_ordering::less);
    EXPECT_EQ(compare_diagrams(steep, late), std::partial_ordering::unordered);
    EXPECT_EQ(compare_diagrams(steep, steep), std::partial_ordering::equivalent);
    EXPECT_EQ(compare_diagrams(flat, {}), std::partial_ordering::greater);
}

TEST(Diagram, OfSeveralClustersTakesTheBestChunksFirst) {
    const Diagram merged = merged_diagram({{Amount{1}, 10}, {Amount{5}, 10}, {Amount{3}, 10}});
    EXPECT_EQ(merged.front().fee, Amount{5});
    EXPECT_EQ(merged.back().fee, Amount{1});
}

class TheRollingMinimum : public testing::Test {
protected:
    static constexpr FeeRate kStep{Amount{100}, 1'000};
    Time start{std::chrono::hours{1'000}};
    RollingMinimum minimum{kStep};

    [[nodiscard]] std::int64_t at(Duration after, double full = 1.0) const {
        return minimum.at(start + after, full).fee_for(1'000).units;
    }
};

TEST_F(TheRollingMinimum, IsNothingUntilSomethingWasEvicted) {
    EXPECT_EQ(at({}), 0);
}

TEST_F(TheRollingMinimum, AsksForMoreThanWhatWasEvicted) {
    minimum.evicted({Amount{1'000}, 1'000});
    EXPECT_EQ(at({}), 1'100);
    minimum.evicted({Amount{500}, 1'000});
    EXPECT_EQ(at({}), 1'100);
}

TEST_F(TheRollingMinimum, FallsOnlyAfterABlock) {
    minimum.evicted({Amount{1'000}, 1'000});
    EXPECT_EQ(at(std::chrono::hours{48}), 1'100);
    minimum.block_connected(start, 1.0);
    EXPECT_EQ(at(RollingMinimum::kHalfLife), 550);
    EXPECT_EQ(at(2 * RollingMinimum::kHalfLife), 275);
}

TEST_F(TheRollingMinimum, FallsFasterWhileThePoolIsNotFull) {
    minimum.evicted({Amount{1'000}, 1'000});
    minimum.block_connected(start, 0.1);
    EXPECT_EQ(at(std::chrono::hours{6}, 0.4), 550);
    EXPECT_EQ(at(std::chrono::hours{3}, 0.1), 550);
}

TEST_F(TheRollingMinimum, EndsBelowHalfAStep) {
    minimum.evicted({Amount{1'000}, 1'000});
    minimum.block_connected(start, 1.0);
    EXPECT_EQ(at(4 * RollingMinimum::kHalfLife), 100);
    EXPECT_EQ(at(5 * RollingMinimum::kHalfLife), 0);
}

TEST_F(TheRollingMinimum, StandsStillWhenTimeGoesBack) {
    minimum.evicted({Amount{1'000}, 1'000});
    minimum.block_connected(start, 1.0);
    EXPECT_EQ(at(-std::chrono::hours{5}), 1'100);
}

}  // namespace
}  // namespace starling::mempool
