#include "consensus/connect_block.h"

#include "support/seeded_random.h"
#include "unit/consensus/draft_block.h"

#include <gtest/gtest.h>

#include <set>

namespace starling {
namespace {

using test::DraftBlock;
using test::judged;
using test::output_of;
using test::payment;

// A chain whose first coinbase can just be spent.
struct ConnectBlock : testing::Test {
    ConnectBlock() {
        coinbases = test::grow(chain, 100);
        draft = DraftBlock(chain);
    }
    std::string verdict() { return judged(chain, draft); }

    test::NaiveChain chain{regtest()};
    std::vector<OutPoint> coinbases;
    DraftBlock draft{chain};
    const Amount reward{50 * kCoin.units};
};

TEST_F(ConnectBlock, SpendsACoinbaseAtDepthOneHundred) {
    draft.transactions.push_back(payment({coinbases[0]}, reward));
    EXPECT_EQ(verdict(), "valid");
    draft.transactions[1] = payment({coinbases[1]}, reward);
    EXPECT_EQ(verdict(), "bad-txns-premature-spend-of-coinbase");
}

TEST_F(ConnectBlock, SpendsNothingOfItsOwnCoinbase) {
    draft.commit = false;
    TransactionData tx = payment({output_of(draft.transactions[0])}, reward);
    tx.inputs[0].witness.clear();
    draft.transactions.push_back(tx);
    EXPECT_EQ(verdict(), "bad-txns-premature-spend-of-coinbase");
}

TEST_F(ConnectBlock, RefusesCoinsThatAreNotThere) {
    draft.transactions.push_back(payment({{Txid{{9}}, 0}}, {1}));
    EXPECT_EQ(verdict(), "bad-txns-inputs-missingorspent");
    draft.transactions[1] = payment({{coinbases[0].txid, 5}}, {1});
    EXPECT_EQ(verdict(), "bad-txns-inputs-missingorspent");
}

TEST_F(ConnectBlock, SpendsAParentThatStandsBeforeTheChild) {
    const TransactionData parent = payment({coinbases[0]}, reward);
    const TransactionData child = payment({output_of(parent)}, reward);
    draft.transactions.insert(draft.transactions.end(), {parent, child});
    EXPECT_EQ(verdict(), "valid");
    std::swap(draft.transactions[1], draft.transactions[2]);
    EXPECT_EQ(verdict(), "bad-txns-inputs-missingorspent");
}

TEST_F(ConnectBlock, SpendsACoinOnceWhereverItWasMade) {
    draft.transactions.push_back(payment({coinbases[0]}, reward));
    draft.transactions.push_back(payment({coinbases[0]}, {1}));
    EXPECT_EQ(verdict(), "bad-txns-inputs-missingorspent");
    const OutPoint made = output_of(draft.transactions[1]);
    draft.transactions[2] = payment({made}, {1});
    EXPECT_EQ(verdict(), "valid");
    draft.transactions.push_back(payment({made}, {2}));
    EXPECT_EQ(verdict(), "bad-txns-inputs-missingorspent");
}

TEST_F(ConnectBlock, DoesNotSpendWhatIsNotKept) {
    TransactionData parent = payment({coinbases[0]}, reward);
    parent.outputs[0].script_pubkey = {0x6a};
    draft.transactions.push_back(parent);
    draft.transactions.push_back(payment({output_of(parent)}, {1}));
    EXPECT_EQ(verdict(), "bad-txns-inputs-missingorspent");
    parent.outputs[0].script_pubkey = Bytes(10'001, 0);
    draft.transactions[1] = parent;
    draft.transactions[2] = payment({output_of(parent)}, {1});
    EXPECT_EQ(verdict(), "bad-txns-inputs-missingorspent");
    draft.transactions[2] = payment({output_of(parent, 1)}, {1});
    EXPECT_EQ(verdict(), "bad-txns-inputs-missingorspent");
}

TEST_F(ConnectBlock, PaysOutAtMostWhatComesIn) {
    draft.transactions.push_back(payment({coinbases[0]}, reward + Amount{1}));
    EXPECT_EQ(verdict(), "bad-txns-in-belowout");
}

TEST_F(ConnectBlock, PaysTheMinerSubsidyAndFees) {
    draft.transactions.push_back(payment({coinbases[0]}, reward - Amount{7}));
    draft.transactions[0].outputs[0].value = reward + Amount{7};
    EXPECT_EQ(verdict(), "valid");
    draft.transactions[0].outputs[0].value += Amount{1};
    EXPECT_EQ(verdict(), "bad-cb-amount");
}

TEST_F(ConnectBlock, KeepsRelativeLocksFromVersionTwoOn) {
    TransactionData tx = payment({coinbases[0]}, reward);
    tx.inputs[0].sequence = 101;
    draft.transactions.push_back(tx);
    EXPECT_EQ(verdict(), "bad-txns-nonfinal");
    draft.transactions[1].inputs[0].sequence = 100;
    EXPECT_EQ(verdict(), "valid");
    draft.transactions[1].inputs[0].sequence = 101;
    draft.transactions[1].version = 1;
    EXPECT_EQ(verdict(), "valid");
    draft.transactions[1].version = 0xffff'ffff;  // unsigned
    EXPECT_EQ(verdict(), "bad-txns-nonfinal");
}

TEST_F(ConnectBlock, NamesTheRuleOfTheFirstBadTransaction) {
    draft.transactions.push_back(payment({coinbases[0]}, reward + Amount{1}));
    draft.transactions.push_back(payment({{Txid{{9}}, 0}}, {1}));
    draft.transactions[0].outputs[0].value = kMoneyMax;
    EXPECT_EQ(verdict(), "bad-txns-in-belowout");
    draft.transactions.erase(draft.transactions.begin() + 1);
    EXPECT_EQ(verdict(), "bad-txns-inputs-missingorspent");
    draft.transactions.pop_back();
    EXPECT_EQ(verdict(), "bad-cb-amount");
}

TEST_F(ConnectBlock, HandsOutEveryTransactionWithTheCoinsItSpends) {
    const TransactionData parent = payment({coinbases[0]}, reward);
    draft.transactions.insert(draft.transactions.end(),
                              {parent, payment({output_of(parent)}, reward)});
    const auto connected = chain.judge(test::checked(chain, draft), test::kLateNow);
    ASSERT_TRUE(connected);
    ASSERT_EQ(connected->scripts->checks.size(), 2U);
    const auto& second = connected->scripts->checks[1];
    EXPECT_EQ(second.transaction->data().inputs, draft.transactions[2].inputs);
    EXPECT_EQ(second.spent, parent.outputs);
    EXPECT_EQ(connected->inputs, 2U);
}

TEST(CheckInputs, KeepsCoinsAndTheirSumInTheMoneyRange) {
    HeaderNode parent;
    parent.height = {200};
    const Transaction tx(payment({{Txid{{1}}, 0}, {Txid{{2}}, 0}}, {1}));
    std::vector<Coin> coins(2);
    coins[0].output.value = kMoneyMax;
    EXPECT_EQ(*check_inputs(tx, coins, parent), kMoneyMax - Amount{1});
    coins[1].output.value = {1};
    EXPECT_EQ(check_inputs(tx, coins, parent).error().reason, "bad-txns-inputvalues-outofrange");
    coins[0].output.value = {-1};
    EXPECT_EQ(check_inputs(tx, coins, parent).error().reason, "bad-txns-inputvalues-outofrange");
}

// Random spends of random coins, some made in the block itself, against the set of coins that
// adding and erasing one by one gives.
TEST_F(ConnectBlock, DeltaIsWhatSpendingOneByOneDoes) {
    test::SeededRandom random(7);
    for (int round = 0; round < 60; ++round) {
        DraftBlock next(chain);
        std::map<OutPoint, Coin> model = chain.coins();
        std::vector<OutPoint> spendable;
        for (const auto& [point, coin] : model) {
            if (!coin.coinbase || chain.tip().height + 1 - coin.height >= kCoinbaseMaturity)
                spendable.push_back(point);
        }
        for (std::uint64_t n = random.below(6); n > 0 && !spendable.empty(); --n) {
            const std::size_t pick = random.below(spendable.size());
            const OutPoint point = spendable[pick];
            spendable.erase(spendable.begin() + static_cast<std::ptrdiff_t>(pick));
            const Amount value = model.at(point).output.value;
            TransactionData tx = payment({point}, {value.units / 2});
            tx.outputs.push_back({{value.units / 3}, {0x51}});
            if (random.below(3) == 0) tx.outputs[1].script_pubkey = {0x6a};
            next.transactions.push_back(tx);
            model.erase(point);
            const Height height = chain.tip().height + 1;
            for (std::uint32_t i = 0; i < 2; ++i) {
                if (is_unspendable(tx.outputs[i].script_pubkey)) continue;
                model[output_of(tx, i)] = Coin{tx.outputs[i], height, false};
                spendable.push_back(output_of(tx, i));
            }
        }
        const auto block = test::checked(chain, next);
        const auto connected = chain.extend(block, test::kLateNow);
        ASSERT_TRUE(connected) << describe(connected.error());
        const OutPoint coinbase{block->block.transactions[0]->txid(), 0};
        model[coinbase] =
            Coin{block->block.transactions[0]->outputs()[0], chain.tip().height, true};
        EXPECT_EQ(chain.coins(), model);
        const auto by_point = [](const auto& a, const auto& b) { return a.first < b.first; };
        EXPECT_TRUE(std::ranges::is_sorted(connected->delta->spent, by_point));
        EXPECT_TRUE(std::ranges::is_sorted(connected->delta->made, by_point));
        for (const auto& [point, coin] : connected->delta->made)
            EXPECT_FALSE(std::ranges::count(block->needs, point));
    }
}

}  // namespace
}  // namespace starling
