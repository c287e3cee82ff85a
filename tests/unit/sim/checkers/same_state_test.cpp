#include "sim/checkers/same_state.h"

#include "unit/sim/checkers/watched.h"

namespace starling::sim {
namespace {

CoinSum sum(std::uint8_t boundary, std::uint8_t hash) {
    CoinSum out;
    out.boundary.bytes[0] = boundary;
    out.hash.bytes[0] = hash;
    return out;
}

TEST(SameState, SeesTwoHostsWithOtherCoinsAfterOneBlock) {
    SameState checker(std::make_shared<LedgerLooks>());
    checker.seen(Moment{}, 0, sum(1, 1));
    checker.seen(Moment{}, 1, sum(1, 1));
    EXPECT_FALSE(checker.violation());
    checker.seen(Moment{}, 2, sum(1, 2));
    ASSERT_TRUE(checker.violation());
    EXPECT_EQ(checker.violation()->host, 2u);
}

TEST(SameState, SeesAHostThatComesBackToABlockWithOtherCoins) {
    SameState checker(std::make_shared<LedgerLooks>());
    checker.seen(Moment{}, 0, sum(1, 1));
    checker.seen(Moment{}, 0, sum(2, 2));
    checker.seen(Moment{}, 0, sum(1, 3));
    EXPECT_TRUE(checker.violation());
}

TEST(SameState, LetsCoinsDifferAfterDifferentBlocks) {
    SameState checker(std::make_shared<LedgerLooks>());
    checker.seen(Moment{}, 0, sum(1, 1));
    checker.seen(Moment{}, 1, sum(2, 2));
    EXPECT_FALSE(checker.violation());
}

}  // namespace
}  // namespace starling::sim
