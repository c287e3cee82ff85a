#include "p2p/orphanage.h"

#include "support/chain_builder.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace starling::p2p {
namespace {

Txid parent(std::uint32_t n) {
    Txid id;
    id.bytes[0] = static_cast<std::uint8_t>(n);
    id.bytes[1] = static_cast<std::uint8_t>(n >> 8);
    return id;
}

// Spends an output of each of these parents.
Shared<Transaction> child(const std::vector<Txid>& parents, std::int64_t amount = 1) {
    std::vector<OutPoint> points;
    for (const Txid& id : parents)
        points.push_back({id, 0});
    return test::shared(test::spend(points, {Amount{amount}}));
}

struct OrphanageTest : testing::Test {
    Limits limits;
    Orphanage orphanage{limits};
    const PeerId alice{1}, bob{2};
};

TEST_F(OrphanageTest, AnOrphanIsCompleteWhenItsLastParentCame) {
    const auto one = child({parent(1), parent(2)});
    const auto two = child({parent(2)});
    EXPECT_TRUE(orphanage.add(one, alice, {parent(1), parent(2)}));
    EXPECT_TRUE(orphanage.add(two, bob, {parent(2)}));
    EXPECT_TRUE(orphanage.complete(parent(1)).empty());
    EXPECT_TRUE(orphanage.complete(parent(3)).empty());
    EXPECT_EQ(orphanage.complete(parent(2)).size(), 2u);
    EXPECT_TRUE(orphanage.complete(parent(2)).empty()) << "only once";
    EXPECT_TRUE(orphanage.contains(one->wtxid())) << "until it is decided";
    orphanage.erase(one->wtxid());
    EXPECT_EQ(orphanage.size(), 1u);
}

TEST_F(OrphanageTest, KeepsAnOrphanWhileOneAnnouncerStays) {
    const auto tx = child({parent(1)});
    orphanage.add(tx, alice, {parent(1)});
    EXPECT_EQ(orphanage.announced(tx->wtxid(), bob), std::vector{parent(1)});
    EXPECT_TRUE(orphanage.announced(tx->wtxid(), bob).empty());
    orphanage.disconnected(alice);
    EXPECT_TRUE(orphanage.contains(tx->wtxid()));
    EXPECT_EQ(orphanage.announcer(tx->wtxid()), bob);
    orphanage.disconnected(bob);
    EXPECT_FALSE(orphanage.contains(tx->wtxid()));
    EXPECT_FALSE(orphanage.awaited(parent(1)));
}

TEST_F(OrphanageTest, APeerPushesOutItsOwnOldestOrphansOnly) {
    const auto honest = child({parent(1)}, 7);
    orphanage.add(honest, alice, {parent(1)});
    for (std::uint32_t n = 0; n < 1'000; ++n)
        orphanage.add(child({parent(n)}, 1'000 + n), bob, {parent(n)});
    EXPECT_TRUE(orphanage.contains(honest->wtxid()));
    EXPECT_EQ(orphanage.size(), limits.orphans_per_peer + 1);
    EXPECT_FALSE(orphanage.awaited(parent(0)));
    EXPECT_TRUE(orphanage.awaited(parent(999)));
}

// HOSTILE 2, of memory.
TEST_F(OrphanageTest, HoldsNoMoreWeightThanAPeersShare) {
    for (std::uint32_t n = 0; n < 20; ++n) {
        // Heavy by its outputs, and with as many parents as may be.
        TransactionData data;
        std::vector<Txid> parents;
        for (std::uint32_t p = 0; p < Orphanage::kMissingMax; ++p) {
            parents.push_back(parent(100 * n + p));
            data.inputs.push_back(TxIn{.previous = {parents.back(), 0}});
        }
        data.outputs.push_back({Amount{n}, Bytes(80'000)});
        EXPECT_TRUE(orphanage.add(test::shared(std::move(data)), alice, parents));
        EXPECT_LE(orphanage.weight_of(alice), limits.orphan_weight_per_peer);
    }
    EXPECT_EQ(orphanage.size(), 1u);
    orphanage.disconnected(alice);
    EXPECT_EQ(orphanage.weight_of(alice), 0u);
    EXPECT_EQ(orphanage.size(), 0u);
}

TEST_F(OrphanageTest, KeepsNothingThatCouldNeverEnterThePool) {
    std::vector<Txid> parents;
    for (std::uint32_t p = 0; p <= Orphanage::kMissingMax; ++p)
        parents.push_back(parent(p));
    EXPECT_FALSE(orphanage.add(child(parents), alice, parents));
    EXPECT_EQ(orphanage.size(), 0u);
    EXPECT_FALSE(orphanage.awaited(parent(0)));
}

TEST_F(OrphanageTest, ReplacesTheMissingParentsOfAnOrphanThatIsStillOne) {
    const auto tx = child({parent(1), parent(2)});
    orphanage.add(tx, alice, {parent(1), parent(2)});
    orphanage.add(tx, alice, {parent(2)});
    EXPECT_FALSE(orphanage.awaited(parent(1)));
    EXPECT_TRUE(orphanage.awaited(parent(2)));
    EXPECT_EQ(orphanage.weight_of(alice), tx->weight());
}

}  // namespace
}  // namespace starling::p2p
