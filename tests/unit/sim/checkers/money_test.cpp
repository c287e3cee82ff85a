#include "sim/checkers/money.h"

#include "support/chain_builder.h"
#include "unit/sim/checkers/watched.h"

namespace starling::sim {
namespace {

using test::BlockOptions;
using test::ChainBuilder;
using test::spend;

// A chain of a hundred blocks, whose first coin may be spent.
struct Mature {
    ChainBuilder builder{regtest()};
    std::vector<Shared<CheckedBlock>> blocks = builder.mine_many(builder.genesis(), 100);
    BlockHash tip = blocks.back()->hash;
    std::pair<OutPoint, Coin> coin = builder.spendable_at(tip).front();

    CoinSum sum_at(const BlockHash& hash) const {
        CoinSum sum;
        sum.boundary = hash;
        for (const auto& [point, made] : builder.coins_at(hash)) {
            ++sum.coins;
            sum.total += made.output.value;
        }
        return sum;
    }
};

struct Checked : Mature {
    Money checker{regtest(), std::make_shared<LedgerLooks>()};

    Checked() {
        for (const auto& block : blocks)
            show(*block);
    }
    void show(const CheckedBlock& block) {
        checker.block_connected(Moment{}, 0, block.block, block.hash);
    }
};

TEST(Money, AddsUpWhatBlocksMakeSpendAndBurn) {
    Checked chain;
    const Amount value = chain.coin.second.output.value;
    TransactionData tx = spend({chain.coin.first}, {value - Amount{5'000}});
    tx.outputs.push_back({Amount{1'000}, Bytes{0x6a}});  // OP_RETURN: burnt
    const auto block = chain.builder.mine(chain.tip, {tx});
    chain.show(*block);
    chain.checker.seen(Moment{}, 0, chain.sum_at(chain.tip));
    chain.checker.seen(Moment{}, 0, chain.sum_at(block->hash));
    EXPECT_FALSE(chain.checker.violation()) << what(chain.checker);
}

TEST(Money, HasASumForEachBranch) {
    Checked chain;
    const auto one = chain.builder.mine(chain.tip);
    const auto other = chain.builder.mine(
        chain.tip, {spend({chain.coin.first}, {chain.coin.second.output.value - Amount{7}})});
    chain.show(*one);
    chain.show(*other);
    chain.checker.seen(Moment{}, 0, chain.sum_at(one->hash));
    chain.checker.seen(Moment{}, 1, chain.sum_at(other->hash));
    EXPECT_FALSE(chain.checker.violation()) << what(chain.checker);
}

TEST(Money, SeesACoinThatIsMissingOrWorthMore) {
    for (const int fault : {0, 1}) {
        Checked chain;
        CoinSum sum = chain.sum_at(chain.tip);
        if (fault == 0) --sum.coins;
        if (fault == 1) sum.total += Amount{1};
        chain.checker.seen(Moment{}, 3, sum);
        ASSERT_TRUE(chain.checker.violation()) << fault;
        EXPECT_EQ(chain.checker.violation()->host, 3u);
    }
}

TEST(Money, SeesACoinbaseThatTakesTooMuch) {
    Checked chain;
    chain.show(*chain.builder.mine(chain.tip, {}, {.claimed_more = Amount{1}}));
    EXPECT_NE(what(chain.checker).find("over subsidy and fees"), std::string::npos);
}

TEST(Money, SeesATransactionThatMakesMoneyOrSpendsNothing) {
    Checked chain;
    const Amount value = chain.coin.second.output.value;
    chain.show(*chain.builder.mine(chain.tip, {spend({chain.coin.first}, {value + Amount{1}})}));
    EXPECT_TRUE(chain.checker.violation());

    Checked other;
    OutPoint nowhere;
    nowhere.txid.bytes[0] = 1;
    other.show(*other.builder.mine(other.tip, {spend({nowhere}, {Amount{}})}));
    EXPECT_NE(what(other.checker).find("no block made"), std::string::npos);
}

TEST(Money, SeesAStoreAtABlockThatItDoesNotHave) {
    Checked chain;
    CoinSum sum = chain.sum_at(chain.tip);
    sum.boundary.bytes[5] ^= 1;
    chain.checker.seen(Moment{}, 0, sum);
    EXPECT_TRUE(chain.checker.violation());
}

}  // namespace
}  // namespace starling::sim
