#include "chain/lmdb_store.h"

#include "support/temporary_folder.h"
#include "unit/chain/random_ledger.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace starling::chain {
namespace {

class LmdbStoreTest : public testing::Test {
protected:
    void carry_out(const RandomLedger::Walk& walk, LmdbStore& store) {
        for (const auto& body : walk.bodies)
            store.append(body);
        store.commit(walk.batch);
    }
    // Every read agrees with the ledger.
    void expect_same(const RandomLedger& ledger, const LmdbStore& store) {
        BlockHash boundary;
        EXPECT_EQ(coins_of(store, boundary), ledger.coins());
        EXPECT_EQ(boundary, ledger.tip().hash);
        std::uint32_t index = 0;
        for (const HeaderNode* at = &ledger.tip(); at->parent != nullptr; at = at->parent) {
            EXPECT_EQ(*store.body(at->hash), *ledger.block(at->hash)->bytes);
            const auto delta = store.delta(*at);
            ASSERT_TRUE(delta);
            EXPECT_EQ(delta->spent, ledger.delta(at->hash)->spent);
            EXPECT_EQ(delta->made, ledger.delta(at->hash)->made);
            if (!store.has_transaction_index()) continue;
            const auto& txs = ledger.block(at->hash)->block.transactions;
            index = (index + 1) % static_cast<std::uint32_t>(txs.size());
            const auto place = store.find_transaction(txs[index]->txid());
            ASSERT_TRUE(place);
            EXPECT_EQ(place->block, at->hash);
            EXPECT_EQ(place->index, index);
        }
    }

    test::TemporaryFolder folder_;
    StoreOptions options_{.segment_bytes_max = 20'000};
};

TEST_F(LmdbStoreTest, AgreesWithANaiveLedgerOverReorganisationsAndReopenings) {
    RandomLedger ledger(1);
    options_.transaction_index = true;
    auto store = std::make_unique<LmdbStore>(folder_.path(), regtest(), options_);
    EXPECT_EQ(store->take_loaded().tip, regtest().genesis_hash);
    for (int i = 0; i < 30; ++i) {
        carry_out(ledger.walk(5, 7), *store);
        if (i % 3 == 0) expect_same(ledger, *store);
        if (i % 10 != 9) continue;
        store.reset();
        store = std::make_unique<LmdbStore>(folder_.path(), regtest(), options_);
        EXPECT_EQ(store->take_loaded().tip, ledger.tip().hash);
    }
    expect_same(ledger, *store);
    EXPECT_EQ(ledger.coins(), ledger.builder().coins_at(ledger.tip().hash));
}

TEST_F(LmdbStoreTest, ReadsManyCoinsInTheOrderInWhichTheyAreAskedFor) {
    RandomLedger ledger(2);
    LmdbStore store(folder_.path(), regtest(), options_);
    carry_out(ledger.walk(0, 20), store);
    std::vector<OutPoint> points{{Txid{{9, 9}}, 9}};
    for (const auto& [point, coin] : ledger.coins())
        points.insert(points.begin(), point);
    points.push_back(points.front());
    const auto coins = store.coins(points);
    ASSERT_EQ(coins.size(), points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto it = ledger.coins().find(points[i]);
        EXPECT_EQ(coins[i].has_value(), it != ledger.coins().end());
        if (coins[i]) {
            EXPECT_EQ(*coins[i], it->second);
        }
        EXPECT_EQ(store.coin(points[i]), coins[i]);
    }
}

TEST_F(LmdbStoreTest, GivesHeadersBackParentsFirstWithWhatIsKnownOfThem) {
    RandomLedger ledger(3);
    {
        LmdbStore store(folder_.path(), regtest(), options_);
        auto walk = ledger.walk(0, 30);
        const BlockHash without_body = walk.bodies.back()->hash;
        walk.bodies.pop_back();
        walk.batch.steps.pop_back();
        walk.batch.tip = ledger.tip().parent->hash;
        walk.batch.headers.back().validity = Validity::invalid;
        carry_out(walk, store);
        EXPECT_EQ(store.body(without_body), nullptr);
    }
    LmdbStore store(folder_.path(), regtest(), options_);
    const Loaded loaded = store.take_loaded();
    EXPECT_EQ(loaded.tip, ledger.tip().parent->hash);
    BlockHash parent = regtest().genesis_hash;
    for (const auto& stored : loaded.headers) {
        EXPECT_EQ(stored.header.previous, parent);
        parent = hash_of(stored.header);
        const bool last = parent == ledger.tip().hash;
        EXPECT_EQ(stored.has_body, !last);
        EXPECT_EQ(stored.validity, last ? Validity::invalid : Validity::valid);
    }
    EXPECT_EQ(parent, ledger.tip().hash);
    EXPECT_TRUE(loaded.tail.empty());
}

TEST_F(LmdbStoreTest, FindsAnAppendedBodyAtOnceAndGivesItBackAsTheTail) {
    RandomLedger ledger(4);
    const auto walk = ledger.walk(0, 30);
    {
        LmdbStore store(folder_.path(), regtest(), options_);
        for (const auto& body : walk.bodies) {
            store.append(body);
            store.append(body);  // twice is once
            EXPECT_EQ(*store.body(body->hash), *body->bytes);
        }
    }
    auto store = std::make_unique<LmdbStore>(folder_.path(), regtest(), options_);
    Loaded loaded = store->take_loaded();
    EXPECT_EQ(loaded.tip, regtest().genesis_hash);
    ASSERT_EQ(loaded.tail.size(), walk.bodies.size());
    for (std::size_t i = 0; i < loaded.tail.size(); ++i)
        EXPECT_EQ(*loaded.tail[i], *walk.bodies[i]->bytes);
    carry_out(walk, *store);  // their places are committed now, without a second copy
    expect_same(ledger, *store);
    store.reset();
    store = std::make_unique<LmdbStore>(folder_.path(), regtest(), options_);
    EXPECT_TRUE(store->take_loaded().tail.empty());
    expect_same(ledger, *store);
}

TEST_F(LmdbStoreTest, ServesGenesisAndNothingElseWhenNew) {
    LmdbStore store(folder_.path(), regtest(), options_);
    EXPECT_EQ(*store.body(regtest().genesis_hash), serialized(regtest().genesis));
    EXPECT_EQ(store.body(BlockHash{{1}}), nullptr);
    EXPECT_EQ(store.coin({}), std::nullopt);
    EXPECT_EQ(store.find_transaction({}), std::nullopt);
    BlockHash boundary;
    EXPECT_TRUE(coins_of(store, boundary).empty());
    EXPECT_EQ(boundary, regtest().genesis_hash);
}

TEST_F(LmdbStoreTest, HasNoDeltaOfABlockThatLeftTheChain) {
    RandomLedger ledger(5);
    LmdbStore store(folder_.path(), regtest(), options_);
    carry_out(ledger.walk(0, 5), store);
    const HeaderNode& left = ledger.tip();
    while (ledger.in_chain(left.hash))
        carry_out(ledger.walk(6, 1), store);
    EXPECT_EQ(store.delta(left), nullptr);
    EXPECT_TRUE(store.body(left.hash));
}

TEST_F(LmdbStoreTest, BuildsTheTransactionIndexWhenItIsTurnedOnAndDropsItWhenOff) {
    RandomLedger ledger(6);
    {
        LmdbStore store(folder_.path(), regtest(), options_);
        carry_out(ledger.walk(0, 30), store);
        EXPECT_FALSE(store.has_transaction_index());
        EXPECT_EQ(
            store.find_transaction(ledger.block(ledger.tip().hash)->block.transactions[0]->txid()),
            std::nullopt);
    }
    for (const bool index : {true, true, false, true}) {
        options_.transaction_index = index;
        LmdbStore store(folder_.path(), regtest(), options_);
        EXPECT_EQ(store.has_transaction_index(), index);
        carry_out(ledger.walk(3, 4), store);
        expect_same(ledger, store);
    }
}

TEST_F(LmdbStoreTest, ForgetsIndexedTransactionsOfBlocksThatLeft) {
    RandomLedger ledger(7);
    options_.transaction_index = true;
    LmdbStore store(folder_.path(), regtest(), options_);
    carry_out(ledger.walk(0, 3), store);
    const BlockHash left = ledger.tip().hash;
    const Txid coinbase = ledger.block(left)->block.transactions[0]->txid();
    EXPECT_EQ(store.find_transaction(coinbase)->block, left);
    while (ledger.in_chain(left))
        carry_out(ledger.walk(6, 1), store);
    EXPECT_FALSE(store.find_transaction(coinbase));
}

TEST_F(LmdbStoreTest, StopsAScanWhenTheVisitorHasEnough) {
    RandomLedger ledger(8);
    LmdbStore store(folder_.path(), regtest(), options_);
    carry_out(ledger.walk(0, 5), store);
    std::size_t seen = 0;
    EXPECT_EQ(store.each_coin([&](const OutPoint&, const Coin&) { return ++seen < 2; }),
              ledger.tip().hash);
    EXPECT_LE(seen, 2U);
}

TEST_F(LmdbStoreTest, ReadersSeeOneBoundaryWhileTheWriterCommits) {
    RandomLedger ledger(9);
    std::vector<RandomLedger::Walk> walks;
    std::map<BlockHash, test::CoinMap> coins{{regtest().genesis_hash, {}}};
    for (int i = 0; i < 60; ++i) {
        walks.push_back(ledger.walk(2, 3));
        coins[ledger.tip().hash] = ledger.coins();
    }
    LmdbStore store(folder_.path(), regtest(), options_);
    std::atomic<std::size_t> appended = 0;  // walks whose bodies must be found
    std::atomic<bool> done = false;
    const auto read = [&](std::size_t reader) {
        for (std::size_t round = reader; !done; ++round) {
            BlockHash boundary;
            const test::CoinMap seen = coins_of(store, boundary);
            EXPECT_EQ(seen, coins.at(boundary));
            if (const std::size_t count = appended; count > 0) {
                const auto& body = walks[round % count].bodies.back();
                EXPECT_EQ(*store.body(body->hash), *body->bytes);
            }
        }
    };
    std::thread one(read, 0);
    std::thread other(read, 1);
    for (const auto& walk : walks) {
        for (const auto& body : walk.bodies)
            store.append(body);
        ++appended;
        store.commit(walk.batch);
    }
    done = true;
    one.join();
    other.join();
}

}  // namespace
}  // namespace starling::chain
