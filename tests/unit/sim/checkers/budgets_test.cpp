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

TEST(Budgets, TakeGossipsWord) {
    Budgets checker;
    p2p::Figures figures;
    figures.orphans_of_a_peer = {.now = 100, .bound = 100};
    figures.ping.oldest = std::chrono::hours{1};
    checker.holds(Moment{}, 2, figures);
    EXPECT_FALSE(checker.violation()) << "ages are another's";
    figures.orphans_of_a_peer.at_least(101);
    checker.holds(Moment{}, 2, figures);
    ASSERT_TRUE(checker.violation());
    EXPECT_EQ(checker.violation()->what, "over the bound of Gossip's orphans_of_a_peer");
}

}  // namespace
}  // namespace starling::sim
