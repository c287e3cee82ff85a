#include "sim/checkers/pool_fits.h"

#include "support/chain_builder.h"
#include "unit/sim/checkers/watched.h"

namespace starling::sim {
namespace {

OutPoint point(std::uint8_t name) {
    OutPoint out;
    out.txid.bytes[0] = name;
    return out;
}

Shared<mempool::PoolEntry> entry(const OutPoint& spent) {
    mempool::PoolEntry made;
    made.transaction = test::shared(test::spend({spent}, {Amount{1}}));
    return std::make_shared<const mempool::PoolEntry>(made);
}

std::optional<bool> only_first(const OutPoint& asked) {
    return asked == point(1);
}

TEST(PoolFits, LetsChainsOfTransactionsBe) {
    PoolFits checker;
    const auto parent = entry(point(1));
    const auto child = entry({parent->transaction->txid(), 0});
    checker.seen(Moment{}, 0, {child, parent}, only_first);
    EXPECT_FALSE(checker.violation()) << what(checker);
}

TEST(PoolFits, SeesATransactionWhoseCoinIsGone) {
    PoolFits checker;
    checker.seen(Moment{}, 0, {entry(point(1)), entry(point(2))}, only_first);
    EXPECT_TRUE(checker.violation());
}

TEST(PoolFits, SeesTwoThatSpendOneCoin) {
    PoolFits checker;
    mempool::PoolEntry other;
    other.transaction = test::shared(test::spend({point(1)}, {Amount{2}}));
    checker.seen(Moment{}, 0, {entry(point(1)), std::make_shared<const mempool::PoolEntry>(other)},
                 only_first);
    EXPECT_TRUE(checker.violation());
}

TEST(PoolFits, SaysNothingOfCoinsThatCannotBeSeenNow) {
    PoolFits checker;
    checker.seen(Moment{}, 0, {entry(point(2))}, [](const OutPoint&) { return std::nullopt; });
    EXPECT_FALSE(checker.violation());
}

}  // namespace
}  // namespace starling::sim
