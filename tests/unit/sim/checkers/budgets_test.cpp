#include "sim/checkers/budgets.h"

#include <gtest/gtest.h>

namespace starling::sim {
namespace {

TEST(Budgets, SeeWhatIsOverItsBound) {
    Budgets checker;
    checker.held(Moment{}, 3, "candidates", 4'096, 4'096);
    EXPECT_FALSE(checker.violation());
    checker.held(Moment{}, 3, "candidates", 4'097, 4'096);
    ASSERT_TRUE(checker.violation());
    EXPECT_EQ(checker.violation()->host, 3u);
    EXPECT_EQ(checker.violation()->what, "4097 candidates, over 4096");
}

}  // namespace
}  // namespace starling::sim
