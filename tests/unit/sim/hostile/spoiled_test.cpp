#include "sim/hostile/spoiled.h"

#include "consensus/connect_block.h"
#include "consensus/serialize.h"
#include "sim/engine/stream.h"
#include "sim/host/assumed_signatures.h"
#include "sim/hostile/fake_chain.h"
#include "support/chain_builder.h"

#include <gtest/gtest.h>

#include <deque>

namespace starling::sim {
namespace {

// A block that spends one coin, on a chain that is long enough for it.
struct Spending {
    test::ChainBuilder builder{regtest()};
    Stream stream{7};
    std::vector<Shared<CheckedBlock>> chain = builder.mine_many(builder.genesis(), 100);
    std::pair<OutPoint, Coin> coin = builder.spendable_at(chain.back()->hash).front();
    Shared<CheckedBlock> block =
        builder.mine(chain.back()->hash, {test::spend({coin.first}, {coin.second.output.value})});

    static Result<Shared<CheckedBlock>, Reject> check(const Block& spoiled) {
        return check_block(std::make_shared<const Bytes>(serialized(spoiled)), regtest());
    }
    Result<Connected, Reject> connect(const Block& spoiled) {
        const auto checked = check(spoiled);
        EXPECT_TRUE(checked.ok()) << describe(checked.error());
        const HeaderNode node{.header = spoiled.header,
                              .hash = {},
                              .height = Height{101},
                              .work = {},
                              .parent = &parent_};
        EXPECT_TRUE(check_block_after(**checked, parent_, regtest()).ok());
        return connect_block(*checked, node, std::vector<std::optional<Coin>>{coin.second},
                             regtest());
    }

private:
    HeaderNode parent_{
        .header = chain.back()->block.header, .hash = chain.back()->hash, .height = Height{100}};
};

TEST(SpoiledBlock, WithAWrongRootIsMutatedAndHasItsWork) {
    Spending spending;
    const Block spoiled = with_wrong_root(spending.block->block, regtest(), spending.stream);
    EXPECT_TRUE(check_header_work(spoiled.header, regtest()).ok());
    const auto checked = Spending::check(spoiled);
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().reason, "bad-txnmrklroot");
}

TEST(SpoiledBlock, WithGreedIsRefusedForItAlone) {
    Spending spending;
    const auto connected = spending.connect(with_greed(spending.block->block, regtest()));
    ASSERT_FALSE(connected.ok());
    EXPECT_EQ(connected.error().reason, "bad-cb-amount");
}

TEST(SpoiledBlock, WithAForgeryConnectsAndFailsByItsScripts) {
    Spending spending;
    const auto spoiled = with_forgery(spending.block->block, regtest());
    ASSERT_TRUE(spoiled);
    const auto connected = spending.connect(*spoiled);
    ASSERT_TRUE(connected.ok()) << describe(connected.error());
    const ScriptBatch& batch = *connected->scripts;
    EXPECT_FALSE(verify_scripts(batch, 0, batch.checks.size()).ok());
    EXPECT_FALSE(assume_scripts(batch).ok());
    EXPECT_FALSE(with_forgery(spending.chain.front()->block, regtest())) << "only a coinbase";
}

TEST(AssumedScripts, AreGoodUnlessForged) {
    Spending spending;
    const auto connected = spending.connect(spending.block->block);
    ASSERT_TRUE(connected.ok()) << describe(connected.error());
    EXPECT_TRUE(assume_scripts(*connected->scripts).ok());
}

TEST(FakeHeaders, ObeyEveryRuleOfHeaders) {
    Stream stream(3);
    const HeaderNode genesis{.header = regtest().genesis.header,
                             .hash = regtest().genesis_hash,
                             .height = {},
                             .work = {},
                             .parent = nullptr,
                             .skip = nullptr,
                             .time_max = regtest().genesis.header.time};
    const HeaderNode* parent = &genesis;
    std::deque<HeaderNode> nodes;
    for (const Header& header : fake_headers(genesis, 50, regtest(), stream)) {
        EXPECT_EQ(header.previous, parent->hash);
        EXPECT_TRUE(check_header_work(header, regtest()).ok());
        EXPECT_TRUE(check_header(header, *parent, header.time, regtest()).ok());
        nodes.push_back({.header = header,
                         .hash = hash_of(header),
                         .height = parent->height + 1,
                         .work = {},
                         .parent = parent});
        nodes.back().skip = ancestor(parent, skip_height(nodes.back().height));
        parent = &nodes.back();
    }
}

TEST(SpoiledBlock, WithAnotherTransactionCommitsToItToo) {
    Spending spending;
    const Block& block = spending.block->block;
    TransactionData other = test::spend({{block.transactions.back()->txid(), 0}}, {Amount{1}});
    const auto more = with_transaction(block, other, regtest());
    ASSERT_TRUE(more);
    ASSERT_EQ(more->transactions.size(), 3u);
    EXPECT_TRUE(spending.connect(*more).ok()) << "nothing is wrong with this one";
}

}  // namespace
}  // namespace starling::sim
