#include "sim/checkers/in_flight.h"

#include "unit/sim/checkers/watched.h"

namespace starling::sim {
namespace {

p2p::GetData blocks(std::size_t count) {
    return {std::vector<p2p::InventoryItem>(count, p2p::InventoryItem::witness_block({}))};
}

TEST(InFlight, SeesABlockTooManyThatIsAskedOfOnePeer) {
    Watched world(3);
    InFlight checker(world.plan, world.events);
    checker.sent(0, 1, blocks(10), 0);
    checker.sent(0, 1, blocks(6), 0);
    checker.sent(0, 2, blocks(16), 0);
    checker.sent(1, 0, blocks(16), 0);
    EXPECT_FALSE(checker.violation()) << what(checker);
    checker.sent(0, 1, blocks(1), 0);
    EXPECT_NE(what(checker).find("17 blocks of host 1"), std::string::npos) << what(checker);
}

TEST(InFlight, CountsWhatCameAndWhatIsMissing) {
    Watched world(2);
    InFlight checker(world.plan, world.events);
    checker.sent(0, 1, blocks(16), 0);
    checker.received(0, 1, p2p::NotFound{blocks(2).items}, 0);
    checker.sent(0, 1, blocks(2), 0);
    EXPECT_FALSE(checker.violation()) << what(checker);
}

TEST(InFlight, BeginsAnewWithAConnectionAndWithAHost) {
    Watched world(2);
    InFlight checker(world.plan, world.events);
    checker.sent(0, 1, blocks(16), 0);
    checker.disconnected(1, 0);
    checker.sent(0, 1, blocks(16), 0);
    checker.host_stopped(0, true);
    checker.sent(0, 1, blocks(16), 0);
    EXPECT_FALSE(checker.violation()) << what(checker);
}

}  // namespace
}  // namespace starling::sim
