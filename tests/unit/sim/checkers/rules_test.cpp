#include "sim/checkers/rules.h"

#include "sim/hostile/spoiled.h"
#include "support/chain_builder.h"
#include "unit/sim/checkers/watched.h"

namespace starling::sim {
namespace {

// A chain as long as its first coinbase needs to be mature in the next block, told of.
struct Mature : Watched {
    test::ChainBuilder builder{regtest()};
    std::vector<Shared<CheckedBlock>> blocks = builder.mine_many(builder.genesis(), 100);
    HeaderNode tip;
    Rules checker{plan, events};

    Mature() : Watched(1, 1) { connect(0, blocks, 100); }
    void connect(HostIndex host, std::vector<Shared<CheckedBlock>> connected, int height) {
        tip.height = Height{height};
        checker.tip_changed(host, {&tip, {}, std::move(connected)});
    }
    // Spends the coinbase of this height.
    Shared<CheckedBlock> spending(std::size_t height) {
        const Transaction& coinbase = *blocks.at(height - 1)->block.transactions.front();
        const Amount value = coinbase.outputs().front().value;
        return builder.mine(blocks.back()->hash,
                            {test::spend({{coinbase.txid(), 0}}, {value - Amount{1'000}})});
    }
};

TEST(Rules, SeeACoinbaseThatIsSpentABlockTooEarly) {
    Mature chain;
    chain.connect(0, {chain.spending(1)}, 101);
    EXPECT_FALSE(chain.checker.violation()) << what(chain.checker);
    chain.connect(0, {chain.spending(2)}, 101);
    EXPECT_NE(what(chain.checker).find("99 deep"), std::string::npos) << what(chain.checker);
}

TEST(Rules, SeeAForgedSignature) {
    Mature chain;
    Block block = chain.spending(1)->block;
    EXPECT_FALSE(chain.checker.fault_of(block, Height{101}));
    block.transactions.back() = forged(*block.transactions.back());
    EXPECT_EQ(chain.checker.fault_of(block, Height{101}), "has a forged signature");
}

TEST(Rules, LookAtHonestHostsOnly) {
    Mature chain;
    chain.connect(1, {chain.spending(2)}, 101);
    EXPECT_FALSE(chain.checker.violation());
}

}  // namespace
}  // namespace starling::sim
