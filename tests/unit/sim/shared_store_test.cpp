#include "sim/host/shared_store.h"

#include "chain/memory_store.h"
#include "support/seeded_random.h"
#include "unit/chain/random_ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <vector>

namespace starling::sim {
namespace {

using chain::MemoryStore;
using chain::RandomLedger;
using Walks = std::vector<RandomLedger::Walk>;

// Two stores that were told the same, and how far along the walks they are.
struct Twins {
    explicit Twins(Archive& archive) : shared(archive) {}

    MemoryStore plain{regtest().genesis_hash};
    SharedStore shared;
    std::size_t walked = 0;    // committed
    std::size_t appended = 0;  // bodies of the next walk
};

class SharedStoreTest : public testing::Test {
protected:
    SharedStoreTest() {
        for (int i = 0; i < 60; ++i) {
            RandomLedger::Walk walk = ledger_.walk(3, 4);
            if (i > 0 && random_.below(3) == 0) add_verdict(walk);
            walks_.push_back(std::move(walk));
        }
    }
    // A header that was committed before gets another validity.
    void add_verdict(RandomLedger::Walk& walk) {
        const RandomLedger::Walk& earlier = walks_[random_.below(walks_.size())];
        const auto validity = static_cast<chain::Validity>(random_.below(3));
        walk.batch.headers.push_back({earlier.batch.headers.front().node, validity});
    }

    void step(Twins& twins) {
        if (twins.walked == walks_.size() || random_.below(6) == 0) return crash(twins);
        const RandomLedger::Walk& walk = walks_[twins.walked];
        if (twins.appended < walk.bodies.size()) {
            const auto& body = walk.bodies[twins.appended++];
            twins.plain.append(body);
            twins.shared.append(body);
            return;
        }
        twins.plain.commit(walk.batch);
        twins.shared.commit(walk.batch);
        ++twins.walked;
        twins.appended = 0;
    }
    void crash(Twins& twins) {
        const std::size_t commits = random_.below(twins.plain.commits() + 1);
        const std::size_t bodies = random_.below(twins.plain.bodies_since(commits) + 1);
        twins.plain.crash(commits, bodies);
        twins.shared.crash(commits, bodies);
        twins.walked -= commits;
        twins.appended = 0;
    }

    void expect_same(const Twins& twins) {
        expect_same_loaded(twins.plain.load(), twins.shared.load());
        ASSERT_EQ(twins.plain.commits(), twins.shared.commits());
        for (std::size_t n = 0; n <= twins.plain.commits(); ++n)
            EXPECT_EQ(twins.plain.bodies_since(n), twins.shared.bodies_since(n));
        for (const RandomLedger::Walk& walk : walks_) {
            for (const auto& body : walk.bodies)
                expect_same_of(body->hash, twins);
        }
        EXPECT_EQ(coins_of(twins.plain), coins_of(twins.shared));
    }
    void expect_same_of(const BlockHash& hash, const Twins& twins) {
        EXPECT_EQ(twins.plain.body(hash), twins.shared.body(hash));
        const HeaderNode& node = *ledger_.node(hash);
        const Shared<BlockDelta> delta = ledger_.delta(hash);
        EXPECT_EQ(twins.plain.delta(node), twins.shared.delta(node));
        std::vector<OutPoint> points;
        for (const auto& [point, coin] : delta->made)
            points.push_back(point);
        EXPECT_EQ(twins.plain.coins(points), twins.shared.coins(points));
    }
    static void expect_same_loaded(const chain::Loaded& plain, const chain::Loaded& shared) {
        EXPECT_EQ(plain.tip, shared.tip);
        EXPECT_EQ(plain.coins, shared.coins);
        EXPECT_EQ(plain.tail, shared.tail);
        ASSERT_EQ(plain.headers.size(), shared.headers.size());
        for (std::size_t i = 0; i < plain.headers.size(); ++i) {
            EXPECT_EQ(hash_of(plain.headers[i].header), hash_of(shared.headers[i].header));
            EXPECT_EQ(plain.headers[i].validity, shared.headers[i].validity);
            EXPECT_EQ(plain.headers[i].has_body, shared.headers[i].has_body);
        }
    }
    static std::vector<std::pair<OutPoint, Coin>> coins_of(const chain::Store& store) {
        std::vector<std::pair<OutPoint, Coin>> coins;
        const BlockHash boundary = store.each_coin([&](const OutPoint& point, const Coin& coin) {
            coins.emplace_back(point, coin);
            return coins.size() < 1'000;
        });
        EXPECT_FALSE(boundary.is_zero());
        return coins;
    }

    test::SeededRandom random_{5};
    RandomLedger ledger_{6};
    Walks walks_;
    Archive archive_{regtest(), random_};
};

TEST_F(SharedStoreTest, AnswersAsAStoreOfItsOwnWhateverOthersDo) {
    std::deque<Twins> hosts;
    for (int i = 0; i < 3; ++i)
        hosts.emplace_back(archive_);
    for (int i = 0; i < 600; ++i) {
        Twins& twins = hosts[random_.below(hosts.size())];
        step(twins);
        if (i % 7 == 0) expect_same(twins);
    }
    for (Twins& twins : hosts) {
        EXPECT_GT(twins.walked, 0u);
        expect_same(twins);
    }
}

TEST_F(SharedStoreTest, TakesSomeBytesABlock) {
    SharedStore store(archive_);
    for (const RandomLedger::Walk& walk : walks_) {
        for (const auto& body : walk.bodies)
            store.append(body);
        store.commit(walk.batch);
    }
    EXPECT_LT(store.memory_bytes(),
              sizeof store + 32 * store.load().headers.size() + SharedStore::kCommitsMax * 200);
}

}  // namespace
}  // namespace starling::sim
