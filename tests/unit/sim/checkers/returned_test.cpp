#include "sim/checkers/returned.h"

#include "support/chain_builder.h"
#include "unit/sim/checkers/watched.h"

namespace starling::sim {
namespace {

// A host that left a block with one payment.
struct Left : Watched {
    test::ChainBuilder builder{regtest()};
    std::vector<Shared<CheckedBlock>> blocks = builder.mine_many(builder.genesis(), 100);
    std::pair<OutPoint, Coin> coin = builder.spendable_at(blocks.back()->hash).front();
    Shared<CheckedBlock> block =
        builder.mine(blocks.back()->hash,
                     {test::spend({coin.first}, {coin.second.output.value - Amount{1'000}})});
    Txid payment = block->block.transactions.back()->txid();
    HeaderNode tip;
    Returned checker{plan};

    Left() : Watched(1, 1) {}
    void reorganise(HostIndex host) { checker.tip_changed(host, {&tip, {block}, {}}); }
};

TEST(Returned, SeesATransactionThatAReorganisationLost) {
    Left host;
    host.reorganise(0);
    host.checker.seen(Moment{}, 0, [&](const Transaction& tx) {
        EXPECT_EQ(tx.txid(), host.payment) << "coinbases do not return";
        return true;
    });
    EXPECT_NE(what(host.checker).find(to_string(host.payment)), std::string::npos);
}

TEST(Returned, LetsBeWhatIsInPoolOrChainAndWhatCannotReturn) {
    Left host;
    host.reorganise(0);
    host.checker.seen(Moment{}, 0, [](const Transaction&) { return false; });
    EXPECT_FALSE(host.checker.violation());
}

TEST(Returned, LooksAtEachReorganisationOfHonestHostsOnce) {
    Left host;
    const auto lost = [](const Transaction&) { return true; };
    host.reorganise(1);
    host.checker.seen(Moment{}, 1, lost);
    EXPECT_FALSE(host.checker.violation()) << "hostile";
    host.reorganise(0);
    host.checker.host_stopped(0, true);
    host.checker.seen(Moment{}, 0, lost);
    EXPECT_FALSE(host.checker.violation()) << "its pool ended with it";
}

}  // namespace
}  // namespace starling::sim
