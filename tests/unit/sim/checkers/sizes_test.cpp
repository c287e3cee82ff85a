#include "sim/checkers/sizes.h"

#include "unit/sim/checkers/watched.h"

namespace starling::sim {
namespace {

p2p::Inv inv_of(std::size_t items) {
    return {std::vector<p2p::InventoryItem>(items)};
}

TEST(Sizes, SeesAMessageWithMoreEntriesThanItsFormatHas) {
    Watched world(2);
    Sizes checker(world.plan, world.events);
    checker.sent(0, 1, inv_of(p2p::kInventoryItemsMax), 1'000);
    EXPECT_FALSE(checker.violation());
    checker.sent(0, 1, inv_of(p2p::kInventoryItemsMax + 1), 1'000);
    EXPECT_NE(what(checker).find("inv with 50001 entries"), std::string::npos) << what(checker);
}

TEST(Sizes, SeesAMessageThatIsTooLong) {
    Watched world(2);
    Sizes checker(world.plan, world.events);
    checker.sent(0, 1, p2p::Verack{}, 4'000'024);
    EXPECT_FALSE(checker.violation());
    checker.sent(0, 1, p2p::Verack{}, 4'010'000);
    EXPECT_TRUE(checker.violation());
}

TEST(Sizes, SeesADatagramThatNoPathHasToCarry) {
    Watched world(2);
    Sizes checker(world.plan, world.events);
    checker.datagram_sent(0, 1, "nodes", 1'280);
    EXPECT_FALSE(checker.violation());
    checker.datagram_sent(0, 1, "nodes", 1'281);
    EXPECT_TRUE(checker.violation());
}

TEST(Sizes, LooksAtHonestHostsOnly) {
    Watched world(1, 1);
    Sizes checker(world.plan, world.events);
    checker.sent(1, 0, inv_of(p2p::kInventoryItemsMax + 1), 9'000'000);
    checker.datagram_sent(1, 0, "ping", 9'000);
    EXPECT_FALSE(checker.violation());
}

}  // namespace
}  // namespace starling::sim
