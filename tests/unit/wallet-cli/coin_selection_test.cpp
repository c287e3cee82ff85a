#include "wallet-cli/coin_selection.h"

#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <numeric>

namespace starling::wallet {
namespace {

using test::SeededRandom;

constexpr SelectionTarget kTarget{.paid = {100'000},
                                  .base_weight = 4 * 54,
                                  .input_weight = 230,
                                  .change_weight = 172,
                                  .change_spend_weight = 230,
                                  .dust = {330}};
constexpr SelectionRates kRates{.now = 1'000, .long_term = 10'000};

std::optional<Selection> choose(const std::vector<Amount>& coins,
                                const SelectionTarget& target = kTarget,
                                const SelectionRates& rates = kRates) {
    SeededRandom random(1);
    return select_coins(coins, target, rates, random);
}

TEST(CoinSelectionTest, PrefersAnExactMatchWithoutChange) {
    constexpr SelectionRates kSame{.now = 10'000, .long_term = 10'000};
    const Amount exact = kTarget.paid + fee_of(kTarget.base_weight + 232, kSame.now);
    const auto chosen = choose({{5'000'000}, exact, {90'000}, {60'000}}, kTarget, kSame);
    ASSERT_TRUE(chosen);
    EXPECT_EQ(chosen->coins, std::vector<std::size_t>{1});
    EXPECT_EQ(chosen->change, Amount{});
}

TEST(CoinSelectionTest, SaysNothingWhenAllCoinsDoNotSuffice) {
    EXPECT_FALSE(choose({}));
    EXPECT_FALSE(choose({{50'000}, {50'000}}));  // the fee is missing
}

TEST(CoinSelectionTest, NeverSpendsACoinThatCostsMoreThanItBrings) {
    std::vector<Amount> coins(500, Amount{57});  // an input costs 58
    coins.push_back({200'000});
    const auto chosen = choose(coins);
    ASSERT_TRUE(chosen);
    EXPECT_EQ(chosen->coins, std::vector<std::size_t>{500});
}

TEST(CoinSelectionTest, LeavesADustChangeToTheFee) {
    const Amount fee = fee_of(kTarget.base_weight + 230, kRates.now);
    const auto chosen = choose({kTarget.paid + fee + Amount{300}});
    ASSERT_TRUE(chosen);
    EXPECT_EQ(chosen->change, Amount{});
    EXPECT_EQ(chosen->fee, fee + Amount{300});
}

TEST(CoinSelectionTest, ConsolidatesWhenFeesAreLowAndSavesInputsWhenTheyAreHigh) {
    const std::vector<Amount> coins{{300'000}, {40'000}, {40'000}, {40'000}, {40'000}};
    const auto cheap = choose(coins, kTarget, {.now = 1'000, .long_term = 50'000});
    const auto dear = choose(coins, kTarget, {.now = 50'000, .long_term = 1'000});
    ASSERT_TRUE(cheap && dear);
    EXPECT_GT(cheap->coins.size(), dear->coins.size());
}

// Money is conserved and the fee is what the weight asks for, whatever the coins.
TEST(CoinSelectionTest, BalancesToTheUnit) {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        SeededRandom random(seed);
        std::vector<Amount> coins;
        for (std::uint64_t n = random.below(40); n > 0; --n)
            coins.push_back({static_cast<std::int64_t>(random.below(60'000))});
        SelectionTarget target = kTarget;
        target.paid = {static_cast<std::int64_t>(1'000 + random.below(200'000))};
        const SelectionRates rates{.now = static_cast<std::int64_t>(100 + random.below(20'000))};
        const auto chosen = select_coins(coins, target, rates, random);
        const auto all = std::accumulate(coins.begin(), coins.end(), Amount{});
        if (!chosen) {
            EXPECT_LT(all, target.paid + fee_of(target.base_weight + 230 * 40, rates.now));
            continue;
        }
        Amount total;
        for (const std::size_t i : chosen->coins)
            total += coins.at(i);
        EXPECT_EQ(total, target.paid + chosen->fee + chosen->change);
        const auto inputs = static_cast<std::int64_t>(chosen->coins.size());
        const std::int64_t weight = target.base_weight + inputs * target.input_weight +
                                    (chosen->change.units > 0 ? target.change_weight : 0);
        EXPECT_GE(chosen->fee, fee_of(weight, rates.now));
        if (chosen->change.units > 0) {
            EXPECT_EQ(chosen->fee, fee_of(weight, rates.now));
        }
    }
}

// Against every subset of a few coins: no subset has less waste.
TEST(CoinSelectionTest, FindsTheLeastWasteOfAFewCoins) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        SeededRandom random(seed);
        std::vector<Amount> coins;
        for (int n = 0; n < 8; ++n)
            coins.push_back({static_cast<std::int64_t>(10'000 + random.below(60'000))});
        const auto chosen =
            select_coins(coins, kTarget, {.now = 5'000, .long_term = 1'000}, random);
        const Amount all = std::accumulate(coins.begin(), coins.end(), Amount{});
        ASSERT_TRUE(chosen) << all.units;
        for (unsigned subset = 1; subset < 256; ++subset) {
            Amount total;
            std::int64_t inputs = 0;
            for (std::size_t i = 0; i < coins.size(); ++i) {
                if ((subset >> i & 1) == 0) continue;
                total += coins[i];
                ++inputs;
            }
            const std::int64_t weight = kTarget.base_weight + inputs * 230;
            const Amount excess = total - kTarget.paid - fee_of(weight, 5'000);
            // The search counts each input's fee rounded up to a virtual byte of 5 units, so it
            // passes over sets that pay by less than that.
            if (excess.units < 5 * (inputs + 1)) continue;
            if (excess > fee_of(172, 5'000) + kTarget.dust) continue;  // would make change
            const Amount waste =
                Amount{inputs * (fee_of(230, 5'000).units - fee_of(230, 1'000).units)} + excess;
            EXPECT_LE(chosen->waste.units, waste.units + 5 * (inputs + 1)) << "seed " << seed;
        }
    }
}

}  // namespace
}  // namespace starling::wallet
