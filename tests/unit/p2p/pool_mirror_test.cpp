#include "p2p/pool_mirror.h"

#include "p2p/figures.h"
#include "support/random_transaction.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

struct PoolMirrorTest : testing::Test {
    test::SeededRandom random{1};
    Limits limits{.mined_transactions_max = 50};
    PoolMirror pool{limits, random};

    Shared<mempool::PoolEntry> enter() {
        auto entry = std::make_shared<mempool::PoolEntry>();
        entry->transaction = std::make_shared<const Transaction>(test::random_transaction(random));
        pool.changed({{entry}, {}});
        return entry;
    }
    void mine(const std::vector<Shared<mempool::PoolEntry>>& entries) {
        mempool::PoolChanged changed;
        CheckedBlock block;
        for (const auto& entry : entries) {
            changed.removed.emplace_back(entry->transaction, mempool::Departure::mined);
            block.block.transactions.push_back(entry->transaction);
        }
        pool.connected(block);
        pool.changed(changed);
    }
    bool served(const Shared<mempool::PoolEntry>& entry) {
        const TxName name = TxName::of(entry->transaction->wtxid());
        return pool.servable(name, pool.last_number()) != nullptr;
    }
    std::size_t mined() {
        Figures figures;
        pool.count(figures);
        return figures.mined_transactions.now;
    }
};

TEST_F(PoolMirrorTest, ServesWhatTheLastThreeBlocksMined) {
    const auto first = enter(), later = enter();
    mine({first});
    mine({later});
    mine({enter()});
    EXPECT_TRUE(served(first));
    mine({enter(), enter()});
    EXPECT_FALSE(served(first));
    EXPECT_TRUE(served(later));
    EXPECT_EQ(mined(), 4u);
}

TEST_F(PoolMirrorTest, KeepsABoundedNumberOfAFullBlock) {
    std::vector<Shared<mempool::PoolEntry>> many;
    for (int i = 0; i < 60; ++i)
        many.push_back(enter());
    mine(many);
    EXPECT_EQ(mined(), 50u);
    EXPECT_FALSE(served(many[9]));
    EXPECT_TRUE(served(many[10]));
    mine({enter()});
    EXPECT_EQ(mined(), 50u);
}

TEST_F(PoolMirrorTest, RemembersForSixBlocksAtLeastWhatWasMined) {
    const auto entry = enter();
    const TxName name = TxName::of(entry->transaction->wtxid());
    mine({entry});
    for (int block = 0; block < 6; ++block) {
        EXPECT_TRUE(pool.contains(name)) << block;
        mine({});
    }
    for (int block = 0; block < 6; ++block)
        mine({});
    EXPECT_FALSE(pool.contains(name));
}

TEST_F(PoolMirrorTest, RemembersAFullBlockThatComesAfterFiveEmptyOnes) {
    for (int block = 0; block < 5; ++block)
        mine({});
    CheckedBlock full;
    while (full.block.transactions.size() < 48'000) {
        TransactionData data;
        data.inputs.emplace_back();
        data.lock_time = static_cast<std::uint32_t>(full.block.transactions.size());
        full.block.transactions.push_back(std::make_shared<const Transaction>(std::move(data)));
    }
    pool.connected(full);
    for (const auto& transaction : full.block.transactions)
        ASSERT_TRUE(pool.contains(TxName::of(transaction->txid())));
}

}  // namespace
}  // namespace starling::p2p
