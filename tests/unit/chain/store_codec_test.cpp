#include "chain/coin_changes.h"
#include "chain/coin_codec.h"
#include "chain/delta_codec.h"
#include "chain/tables.h"
#include "support/seeded_random.h"
#include "unit/chain/random_ledger.h"

#include <gtest/gtest.h>

#include <limits>

namespace starling::chain {
namespace {

Coin coin_of(Bytes script, std::int64_t units, std::int32_t height, bool coinbase) {
    return {{Amount{units}, std::move(script)}, Height{height}, coinbase};
}

Bytes encoded(const Coin& coin) {
    Bytes out;
    encode_coin(out, coin);
    return out;
}

TEST(CoinCodec, GivesBackEveryCoin) {
    const std::int64_t most = kMoneyMax.units;
    for (const Bytes& script :
         {Bytes{}, Bytes{0x51}, test::open_script(), Bytes(34, 0x51), Bytes(10'000, 0xac)}) {
        for (const auto& [units, height] : {std::pair<std::int64_t, std::int32_t>{0, 0},
                                            {most, std::numeric_limits<std::int32_t>::max()}}) {
            for (const bool coinbase : {false, true}) {
                const Coin coin = coin_of(script, units, height, coinbase);
                EXPECT_EQ(decode_coin(encoded(coin)), coin);
            }
        }
    }
}

TEST(CoinCodec, WritesATaprootCoinInFewBytesBesideItsKey) {
    EXPECT_LE(encoded(coin_of(test::open_script(), 5'000'000'000, 800'000, false)).size(), 32 + 9U);
}

TEST(CoinCodec, RefusesCutAndLongerBytes) {
    const Bytes good = encoded(coin_of(test::open_script(), 1'000, 7, true));
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(decode_coin(ByteView(good).first(size)));
    Bytes longer = good;
    longer.push_back(0);
    EXPECT_FALSE(decode_coin(longer));
}

TEST(CoinCodec, RefusesNumbersInALongerForm) {
    const Bytes longer{0x80, 0x00};
    Reader in(longer);
    decode_number(in);
    EXPECT_TRUE(in.failed());
}

TEST(CoinCodec, GivesBackTheGreatestNumber) {
    Bytes out;
    encode_number(out, std::numeric_limits<std::uint64_t>::max());
    Reader in(out);
    EXPECT_EQ(decode_number(in), std::numeric_limits<std::uint64_t>::max());
    EXPECT_TRUE(in.finished());
}

TEST(DeltaCodec, GivesBackSpentCoinsAndFindsMadeOnesInTheBlock) {
    RandomLedger ledger(3);
    for (int i = 0; i < 20; ++i) {
        const auto walk = ledger.walk(0, 3);
        for (const Step& step : walk.batch.steps) {
            EXPECT_EQ(decode_spent(encode_spent(step.delta->spent)), step.delta->spent);
            EXPECT_EQ(coins_made(step.block->block, step.node->height), step.delta->made);
        }
    }
}

TEST(DeltaCodec, RefusesWhatItWouldNotWrite) {
    const Txid txid{{1}};
    const Coins coins{
        {{txid, 0}, coin_of({0x51}, 1, 1, false)},
        {{txid, std::numeric_limits<std::uint32_t>::max()}, coin_of({0x52}, 2, 2, true)}};
    const Bytes good = encode_spent(coins);
    EXPECT_EQ(decode_spent(good), coins);
    for (std::size_t size = 1; size < good.size(); ++size)
        EXPECT_FALSE(decode_spent(ByteView(good).first(size)));
    Bytes twice = good;
    twice.insert(twice.end(), good.begin(), good.end());
    EXPECT_FALSE(decode_spent(twice));
}

TEST(CoinChanges, AreTheDifferenceOfTheCoinsBeforeAndAfter) {
    RandomLedger ledger(4);
    ledger.walk(0, 8);
    for (int i = 0; i < 40; ++i) {
        const test::CoinMap before = ledger.coins();
        const Batch batch = ledger.walk(6, 8).batch;
        CoinChanges changes(batch.steps);
        test::CoinMap after = before;
        std::optional<OutPoint> last;
        while (const auto change = changes.next()) {
            EXPECT_TRUE(!last || *last < *change->point);
            last = *change->point;
            EXPECT_EQ(change->was_there, before.contains(*change->point));
            if (change->coin != nullptr)
                after[*change->point] = *change->coin;
            else
                after.erase(*change->point);
        }
        EXPECT_EQ(after, ledger.coins());
    }
}

TEST(Tables, KeysHaveTheOrderOfWhatTheyStandFor) {
    EXPECT_LT(coin_key({Txid{{1}}, 255}), coin_key({Txid{{1}}, 256}));
    EXPECT_LT(coin_key({Txid{{1}}, 0xffff'ffff}), coin_key({Txid{{2}}, 0}));
    EXPECT_LT(height_key(Height{255}), height_key(Height{256}));
    const OutPoint point{Txid{{7}}, 0x0102'0304};
    EXPECT_EQ(outpoint_of(coin_key(point)), point);
    EXPECT_EQ(height_of(height_key(Height{70'000})), Height{70'000});
}

}  // namespace
}  // namespace starling::chain
