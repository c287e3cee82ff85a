#include "mempool/block_template.h"

#include "consensus/check_block.h"
#include "consensus/coinbase.h"
#include "consensus/merkle.h"
#include "consensus/script.h"
#include "mempool/pool_state.h"
#include "support/chain_builder.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

namespace starling::mempool {
namespace {

const Time kStart{std::chrono::hours{1}};

HeaderNode parent_at(std::int32_t height) {
    HeaderNode node;
    node.height = Height{height};
    node.header.time = 1'700'000'000;
    return node;
}

CoinbasePlan plan_of(Amount fees) {
    return {.script_pubkey = test::open_script(), .fees = fees, .extra = {1, 2, 3}};
}

// What consensus says of a block with this coinbase and body after the parent.
std::string judged(const HeaderNode& parent,
                   const TransactionData& coinbase,
                   const std::vector<Shared<Transaction>>& body,
                   const Parameters& parameters) {
    Block block;
    block.transactions.push_back(test::shared(coinbase));
    block.transactions.insert(block.transactions.end(), body.begin(), body.end());
    block.header.merkle_root = MerkleRoot{transactions_merkle(block).root.bytes};
    const auto checked =
        check_block(std::make_shared<const Bytes>(serialized(block)), parameters, CheckWork::no);
    if (!checked) return std::string(checked.error().reason);
    const auto after = check_block_after(**checked, parent, parameters);
    return after.ok() ? std::string() : std::string(after.error().reason);
}

std::vector<Shared<Transaction>> two_transactions() {
    const auto first = test::shared(test::spend({{Txid{}, 1}}, {Amount{5'000}}));
    return {first, test::shared(test::spend({{first->txid(), 0}}, {Amount{4'000}}))};
}

TEST(Coinbase, IsAcceptedAtEveryHeightOnEveryNetwork) {
    for (const Parameters* network : {&regtest(), &local(), &testnet()}) {
        for (const std::int32_t height :
             {0, 1, 15, 16, 17, 126, 127, 128, 255, 32'767, 1'000'000}) {
            SCOPED_TRACE(network->name + " " + std::to_string(height));
            const HeaderNode parent = parent_at(height);
            for (const auto& body : {std::vector<Shared<Transaction>>{}, two_transactions()}) {
                const TransactionData tx = coinbase_after(parent, body, plan_of({}), *network);
                EXPECT_EQ(judged(parent, tx, body, *network), "");
            }
        }
    }
}

TEST(Coinbase, BeginsWithTheHeightAndEndsWithTheExtraBytes) {
    const TransactionData tx = coinbase_after(parent_at(299), {}, plan_of({}), regtest());
    EXPECT_EQ(tx.inputs[0].script_sig, (Bytes{2, 0x2c, 0x01, 0, 1, 2, 3}));
    CoinbasePlan bare = plan_of({});
    bare.extra.clear();
    EXPECT_EQ(coinbase_after(parent_at(0), {}, bare, regtest()).inputs[0].script_sig.size(), 2u);
    bare.extra.assign(90, 1);
    const HeaderNode late = parent_at(100'000'000);
    EXPECT_EQ(judged(late, coinbase_after(late, {}, bare, regtest()), {}, regtest()), "");
}

TEST(Coinbase, TakesSubsidyAndFees) {
    const TransactionData tx = coinbase_after(parent_at(10), {}, plan_of(Amount{77}), regtest());
    EXPECT_EQ(tx.outputs[0].value, subsidy(Height{11}, regtest()) + Amount{77});
    EXPECT_EQ(tx.outputs[0].script_pubkey, test::open_script());
    EXPECT_EQ(tx.outputs[1].value, Amount{});
}

TEST(Coinbase, CommitsToTheWitnessesOfThisBody) {
    const HeaderNode parent = parent_at(10);
    const auto body = two_transactions();
    const TransactionData tx = coinbase_after(parent, body, plan_of({}), regtest());
    TransactionData other = body[1]->data();
    other.inputs[0].witness[0] = {0x52};
    EXPECT_EQ(judged(parent, tx, {body[0], test::shared(other)}, regtest()),
              "bad-witness-merkle-match");
}

TEST(Coinbase, IsLockedToTheHeightBeforeWhereTheNetworkHasBip54) {
    const TransactionData ours = coinbase_after(parent_at(41), {}, plan_of({}), local());
    EXPECT_EQ(ours.lock_time, 41u);
    EXPECT_NE(ours.inputs[0].sequence, 0xffff'ffffu);
    const TransactionData theirs = coinbase_after(parent_at(41), {}, plan_of({}), regtest());
    EXPECT_EQ(theirs.lock_time, 0u);
}

// ---- The body ----

class BlockBody : public testing::Test {
protected:
    // An own coin each; `sigops` bare ones in an output.
    Shared<Transaction> add(Amount fee,
                            std::size_t sigops = 0,
                            std::size_t witness = 1,
                            std::optional<OutPoint> point = std::nullopt) {
        TransactionData data = test::spend({point.value_or(OutPoint{Txid{}, ++coins_})}, {kCoin});
        if (sigops > 0) data.outputs.push_back({kCoin, Bytes(sigops, OP_CHECKSIG)});
        data.inputs[0].witness[0] = Bytes(witness);
        const auto tx = test::shared(std::move(data));
        pool.add(std::make_shared<const PoolEntry>(PoolEntry{.transaction = tx,
                                                             .fee = fee,
                                                             .entered = kStart,
                                                             .entry_height = Height{1},
                                                             .spent = {{kCoin, {}}}}),
                 {Origin{Height{1}, false}});
        return tx;
    }
    std::vector<Shared<Transaction>> body(std::int64_t weight_max = kBodyWeightMax) const {
        std::vector<Shared<Transaction>> out;
        for (const auto& entry : pool.block_template(weight_max))
            out.push_back(entry->transaction);
        return out;
    }

    test::SeededRandom random{7};
    PoolState pool{PoolLimits{}, random};

private:
    std::uint32_t coins_ = 1;
};

TEST_F(BlockBody, TakesTheBestFirst) {
    const auto poor = add(Amount{100});
    const auto rich = add(Amount{900});
    const auto middle = add(Amount{500});
    EXPECT_EQ(body(), (std::vector{rich, middle, poor}));
    EXPECT_EQ(fees_of(pool.block_template(kBodyWeightMax)), Amount{1'500});
}

TEST_F(BlockBody, TakesAParentWithTheChildThatPaysForIt) {
    const auto parent = add(Amount{0});
    const auto middle = add(Amount{500});
    const auto child = add(Amount{2'000}, 0, 1, OutPoint{parent->txid(), 0});
    EXPECT_EQ(body(), (std::vector{parent, child, middle}));
}

TEST_F(BlockBody, LeavesOutWhatDoesNotFitAndWhatDescendsFromIt) {
    const auto large = add(Amount{1'000'000}, 0, 30'000);
    const auto child = add(Amount{1}, 0, 1, OutPoint{large->txid(), 0});
    const auto small = add(Amount{100});
    EXPECT_EQ(body(20'000), std::vector{small});
    EXPECT_EQ(body(large->weight()), std::vector{large});
    EXPECT_EQ(body(large->weight() + small->weight()), (std::vector{large, small}));
    EXPECT_TRUE(body(small->weight() - 1).empty());
    EXPECT_TRUE(body(0).empty());
}

TEST_F(BlockBody, StaysWithinTheWeightThatABlockMayHave) {
    for (std::int64_t i = 0; i < 60; ++i)
        add(Amount{100'000 + i}, 0, 90'000);
    const auto txs = body();
    EXPECT_GT(txs.size(), 40u);
    EXPECT_LT(txs.size(), 60u);
    const HeaderNode parent = parent_at(10);
    CoinbasePlan plan = plan_of({});
    plan.extra.assign(90, 1);
    EXPECT_EQ(judged(parent, coinbase_after(parent, txs, plan, regtest()), txs, regtest()), "");
}

TEST_F(BlockBody, StaysWithinTheSignatureOperationsThatABlockMayHave) {
    for (std::int64_t i = 0; i < 30; ++i)
        add(Amount{100'000 + i}, 1'000);
    const auto cheap = add(Amount{200});
    const auto txs = body();
    EXPECT_EQ(txs.size(), 20u);  // 19 of 4,000 each in 79,600, and the one without
    EXPECT_EQ(txs.back(), cheap);
    const HeaderNode parent = parent_at(10);
    EXPECT_EQ(judged(parent, coinbase_after(parent, txs, plan_of({}), regtest()), txs, regtest()),
              "");
}

}  // namespace
}  // namespace starling::mempool
