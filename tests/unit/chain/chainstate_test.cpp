#include "chain/chainstate.h"

#include "consensus/muhash.h"
#include "unit/chain/chain_shell.h"

namespace starling::chain {
namespace {

using Blocks = std::vector<Shared<CheckedBlock>>;

struct ChainstateTest : testing::Test {
    // Submits and lets everything come to rest.
    std::optional<Reject> submit(const Shared<CheckedBlock>& block) {
        const Ticket ticket = shell.submit(block);
        shell.settle();
        return shell.reject(ticket);
    }
    Blocks grow(const BlockHash& parent, std::size_t count) {
        Blocks blocks = builder.mine_many(parent, count);
        for (const auto& block : blocks)
            EXPECT_EQ(submit(block), std::nullopt);
        return blocks;
    }
    // A chain with mature coins, and the first of them.
    void grow_base() {
        base = grow(builder.genesis(), 103);
        coins = builder.spendable_at(shell.tip());
        ASSERT_GE(coins.size(), 2u);
    }
    TransactionData spend_first(test::Witness witness = test::Witness::good) {
        return test::spend({coins[0].first}, {coins[0].second.output.value}, witness);
    }

    Hash256 stored_hash() const {
        MuHash hash;
        shell.store().each_coin([&](const OutPoint& point, const Coin& coin) {
            hash.insert(coin_for_hash(point, coin));
            return true;
        });
        return hash.finish();
    }

    test::ChainBuilder builder;
    ChainShell shell{7};
    Blocks base;
    std::vector<std::pair<OutPoint, Coin>> coins;
};

TEST_F(ChainstateTest, FollowsAChainAndCommitsIt) {
    const Blocks blocks = grow(builder.genesis(), 5);
    EXPECT_EQ(shell.tip(), blocks.back()->hash);
    EXPECT_EQ(shell.store().load().tip, shell.tip());
    EXPECT_EQ(shell.stored_coins(), builder.coins_at(shell.tip()));
    EXPECT_TRUE(shell.state().idle());
}

TEST_F(ChainstateTest, ABurstOfBlocksSharesOneCommit) {
    for (const auto& block : builder.mine_many(builder.genesis(), 20))
        shell.submit(block);
    shell.settle();
    EXPECT_EQ(shell.commits(), 1u);
}

TEST_F(ChainstateTest, TheFirstSeenOfTwoEqualBlocksStays) {
    const Blocks first = grow(builder.genesis(), 1);
    grow(builder.genesis(), 1);
    EXPECT_EQ(shell.tip(), first[0]->hash);
}

TEST_F(ChainstateTest, ReorganisesToMoreWorkInOneMove) {
    const Blocks left = grow(builder.genesis(), 2);
    const std::size_t moves = shell.tip_changes().size();
    const Blocks right = grow(builder.genesis(), 3);
    EXPECT_EQ(shell.tip(), right.back()->hash);
    ASSERT_EQ(shell.tip_changes().size(), moves + 1);
    const TipChanged& move = shell.tip_changes().back();
    ASSERT_EQ(move.disconnected.size(), 2u);
    EXPECT_EQ(move.disconnected[0]->hash, left[1]->hash);
    EXPECT_EQ(move.connected.size(), 3u);
}

TEST_F(ChainstateTest, ThereAndBackGivesTheSameCoins) {
    grow_base();
    const BlockHash fork = shell.tip();
    const auto left = builder.mine(fork, {spend_first()});
    EXPECT_EQ(submit(left), std::nullopt);
    const auto before = shell.stored_coins();
    const Blocks right = grow(fork, 2);
    EXPECT_EQ(shell.tip(), right[1]->hash);
    EXPECT_TRUE(shell.coin(coins[0].first).has_value());
    const Ticket ticket = shell.invalidate(right[0]->hash);
    shell.settle();
    EXPECT_TRUE(shell.decided(ticket));
    EXPECT_EQ(shell.tip(), left->hash);
    EXPECT_EQ(shell.stored_coins(), before);
    EXPECT_FALSE(shell.coin(coins[0].first).has_value());
}

TEST_F(ChainstateTest, ThereAndBackGivesTheSameMuHash) {
    grow_base();
    const BlockHash fork = shell.tip();
    submit(builder.mine(fork, {spend_first()}));
    const Hash256 before = stored_hash();
    const Blocks right = grow(fork, 3);
    EXPECT_NE(stored_hash(), before);
    shell.invalidate(right[0]->hash);
    shell.settle();
    EXPECT_EQ(stored_hash(), before);
}

TEST_F(ChainstateTest, ABranchWithLessWorkIsAcceptedAndKept) {
    grow(builder.genesis(), 3);
    const auto side = builder.mine(builder.genesis());
    const Ticket ticket = shell.submit(side);
    EXPECT_TRUE(shell.decided(ticket)) << "nothing needs to be waited for";
    EXPECT_EQ(shell.reject(ticket), std::nullopt);
    shell.settle();
    EXPECT_NE(shell.store().body(side->hash), nullptr);
}

TEST_F(ChainstateTest, NamesWhyABlockIsRefused) {
    const auto first = builder.mine(builder.genesis());
    const auto second = builder.mine(first->hash);
    const Ticket orphan = shell.submit(second);
    EXPECT_EQ(shell.reject(orphan)->kind, RejectKind::missing_parent);
    EXPECT_EQ(submit(first), std::nullopt);
    EXPECT_EQ(submit(first)->reason, "duplicate");
    const auto greedy =
        builder.mine(first->hash, {}, {.claimed_more = Amount{1}, .edit = {}, .edit_header = {}});
    EXPECT_EQ(submit(greedy)->reason, "bad-cb-amount");
    EXPECT_EQ(submit(greedy)->reason, "duplicate-invalid");
    EXPECT_EQ(submit(builder.mine(greedy->hash))->reason, "bad-prevblk");
    EXPECT_EQ(shell.tip(), first->hash);
}

TEST_F(ChainstateTest, ABadScriptTakesBackEverythingAboveIt) {
    grow_base();
    const BlockHash fork = shell.tip();
    const auto bad = builder.mine(fork, {spend_first(test::Witness::wrong)});
    const Blocks above = builder.mine_many(bad->hash, 4);
    std::vector<Ticket> tickets{shell.submit(bad)};
    for (const auto& block : above)
        tickets.push_back(shell.submit(block));
    EXPECT_EQ(shell.tip(), fork) << "connected ahead, not yet verified";
    EXPECT_TRUE(shell.coin(coins[0].first).has_value());
    shell.settle();
    EXPECT_EQ(shell.tip(), fork);
    EXPECT_EQ(shell.reject(tickets[0])->reason, "block-script-verify-flag-failed");
    for (std::size_t i = 1; i < tickets.size(); ++i)
        EXPECT_EQ(shell.reject(tickets[i])->reason, "bad-prevblk");
    EXPECT_EQ(shell.stored_coins(), builder.coins_at(fork));
}

TEST_F(ChainstateTest, TheTipStaysUntilTheOtherBranchIsVerifiedToMoreWork) {
    grow_base();
    const BlockHash fork = shell.tip();
    const Blocks left = grow(fork, 2);
    const std::size_t moves = shell.tip_changes().size();
    Blocks right{builder.mine(fork, {spend_first()})};
    right.push_back(builder.mine(right[0]->hash));
    right.push_back(builder.mine(
        right[1]->hash, {test::spend({coins[1].first}, {Amount{0}}, test::Witness::wrong)}));
    for (const auto& block : right)
        shell.submit(block);
    shell.settle();
    EXPECT_EQ(shell.tip(), left.back()->hash);
    EXPECT_EQ(shell.tip_changes().size(), moves) << "nobody hears of a reorganisation that failed";
    EXPECT_EQ(shell.undecided(), 0u);
    EXPECT_EQ(shell.stored_coins(), builder.coins_at(shell.tip()));
}

TEST_F(ChainstateTest, WhatWasVerifiedOnceIsNotVerifiedAgain) {
    grow_base();
    const BlockHash fork = shell.tip();
    const auto left = builder.mine(fork, {spend_first()});
    submit(left);
    grow(fork, 2);
    const std::size_t before = shell.verifications();
    const Blocks more = grow(left->hash, 2);
    EXPECT_EQ(shell.tip(), more.back()->hash);
    EXPECT_EQ(shell.verifications(), before);
}

// HOSTILE 16, CVE-2012-2459.
TEST_F(ChainstateTest, AMutatedCopyDoesNotMakeTheHonestBlockInvalid) {
    grow_base();
    const TransactionData second = test::spend({coins[1].first}, {coins[1].second.output.value});
    const auto honest = builder.mine(shell.tip(), {spend_first(), second});
    Block doubled = honest->block;  // three transactions: the last is counted twice in the tree
    ASSERT_EQ(doubled.transactions.size(), 3u);
    doubled.transactions.push_back(doubled.transactions.back());
    const auto refused = check_block(std::make_shared<const Bytes>(serialized(doubled)), regtest());
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, RejectKind::mutated);
    EXPECT_EQ(refused.error().reason, "bad-txns-duplicate");
    EXPECT_EQ(submit(honest), std::nullopt);
    EXPECT_EQ(shell.tip(), honest->hash);
}

TEST_F(ChainstateTest, ACopyWithAnotherWitnessDoesNotMakeTheHonestBlockInvalid) {
    grow_base();
    const auto honest = builder.mine(shell.tip(), {spend_first()});
    Block stripped = honest->block;
    TransactionData changed = stripped.transactions[1]->data();
    changed.inputs[0].witness[0].push_back(0x51);
    stripped.transactions[1] = test::shared(changed);
    const auto copy = check_block(std::make_shared<const Bytes>(serialized(stripped)), regtest());
    ASSERT_TRUE(copy.ok());
    ASSERT_EQ((*copy)->hash, honest->hash);
    EXPECT_EQ(submit(*copy)->kind, RejectKind::mutated);
    EXPECT_EQ(submit(honest), std::nullopt);
    EXPECT_EQ(shell.tip(), honest->hash);
}

TEST_F(ChainstateTest, InvalidatingTheTipStepsBackAndReconsideringReturns) {
    const Blocks blocks = grow(builder.genesis(), 6);
    const Ticket away = shell.invalidate(blocks[3]->hash);
    shell.settle();
    EXPECT_EQ(shell.reject(away), std::nullopt);
    EXPECT_EQ(shell.tip(), blocks[2]->hash);
    EXPECT_EQ(shell.state().tree().best_header()->hash, blocks[2]->hash);
    shell.start();  // the mark survives a restart
    shell.settle();
    EXPECT_EQ(shell.tip(), blocks[2]->hash);
    const Ticket back = shell.reconsider(blocks[3]->hash);
    shell.settle();
    EXPECT_EQ(shell.reject(back), std::nullopt);
    EXPECT_EQ(shell.tip(), blocks[5]->hash);
    EXPECT_EQ(shell.stored_coins(), builder.coins_at(shell.tip()));
}

TEST_F(ChainstateTest, InvalidatingAnUnknownBlockOrGenesisIsRefused) {
    EXPECT_TRUE(shell.reject(shell.invalidate(BlockHash{{1}})).has_value());
    EXPECT_TRUE(shell.reject(shell.invalidate(builder.genesis())).has_value());
    EXPECT_TRUE(shell.reject(shell.reconsider(BlockHash{{1}})).has_value());
}

TEST_F(ChainstateTest, AStartConnectsTheBodiesThatWereNotCommitted) {
    Blocks blocks = builder.mine_many(builder.genesis(), 8);
    for (const auto& block : blocks)
        shell.submit(block);
    shell.run(200);
    ASSERT_EQ(shell.commits(), 0u);
    shell.start();  // as after a kill: bodies were appended, nothing was committed
    shell.settle();
    EXPECT_EQ(shell.tip(), blocks.back()->hash);
}

TEST_F(ChainstateTest, AStartFindsBodiesThatWereAppendedBeforeTheirParents) {
    const Blocks blocks = builder.mine_many(builder.genesis(), 6);
    std::vector<Header> headers;
    for (const auto& block : blocks)
        headers.push_back(block->block.header);
    shell.submit_headers(headers);
    for (const std::size_t i : {3u, 1u, 5u, 2u, 0u, 4u})
        shell.submit(blocks[i]);
    shell.run(200);
    ASSERT_EQ(shell.commits(), 0u);
    shell.start();
    shell.settle();
    EXPECT_EQ(shell.tip(), blocks.back()->hash);
}

TEST_F(ChainstateTest, BodiesThatComeBeforeTheirParentsConnectWithThem) {
    const Blocks blocks = builder.mine_many(builder.genesis(), 6);
    for (const auto& block : blocks)
        shell.submit_headers({block->block.header});
    for (std::size_t i = 1; i < blocks.size(); ++i) {
        const Ticket ticket = shell.submit(blocks[i]);
        EXPECT_TRUE(shell.decided(ticket)) << "its parent's body may never come";
    }
    shell.settle();
    EXPECT_EQ(shell.tip(), builder.genesis());
    submit(blocks[0]);
    EXPECT_EQ(shell.tip(), blocks.back()->hash);
}

TEST_F(ChainstateTest, HeadersAreDecidedByTheFirstThatFails) {
    const Blocks blocks = builder.mine_many(builder.genesis(), 3);
    std::vector<Header> headers;
    for (const auto& block : blocks)
        headers.push_back(block->block.header);
    headers[1].time = 0;
    const Ticket bad = shell.submit_headers(headers);
    EXPECT_TRUE(shell.reject(bad).has_value());
    EXPECT_EQ(shell.state().tree().size(), 2u) << "those before it are kept";
}

TEST_F(ChainstateTest, AWindowFullOfUnverifiedBlocksPausesTheSource) {
    grow_base();
    BlockHash at = shell.tip();
    for (int i = 0; i < 20; ++i) {
        const auto spendable = builder.spendable_at(at);
        const auto block = builder.mine(at, {test::spend({spendable[0].first}, {Amount{1}})});
        shell.submit(block);
        at = block->hash;
        // Answers only reads: nothing is verified.
        while (shell.step_without_verifying()) {
        }
    }
    EXPECT_FALSE(shell.state().wants_more());
    shell.settle();
    EXPECT_TRUE(shell.state().wants_more());
    EXPECT_EQ(shell.tip(), at);
}

TEST_F(ChainstateTest, ForgetsCommittedCoinsBeyondWhatItMayCache) {
    ChainShell frugal(7, Limits{.cached_bytes_max = 0});
    const Blocks blocks = builder.mine_many(builder.genesis(), 20);
    for (const auto& block : blocks) {
        frugal.submit(block);
        shell.submit(block);
    }
    frugal.settle();
    shell.settle();
    const OutPoint made{blocks.back()->block.transactions.front()->txid(), 0};
    EXPECT_TRUE(shell.state().coin_at_tip(made).known);
    EXPECT_FALSE(frugal.state().coin_at_tip(made).known);
}

}  // namespace
}  // namespace starling::chain
