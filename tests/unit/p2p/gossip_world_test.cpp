// Whole nodes in virtual time.

#include "support/gossip_world.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::GossipWorld;

// Each node dials the one before it.
void join_in_a_row(GossipWorld& world, std::size_t nodes) {
    for (std::size_t i = 1; i < nodes; ++i)
        world.add_peer(i, i - 1);
    world.run_for(1s);
}

Shared<Transaction> spend_coinbase(GossipWorld& world, const BlockHash& block) {
    const auto coinbase = world.ledger(0).body(block)->block.transactions[0];
    return test::shared(test::spend({{coinbase->txid(), 0}}, {Amount{1'000'000}}));
}

TEST(GossipWorld, NodesShakeHandsAndMeasureEachOther) {
    GossipWorld world(regtest(), 2);
    join_in_a_row(world, 2);
    for (std::size_t i = 0; i < 2; ++i) {
        const auto peers = world.gossip(i).peers();
        ASSERT_EQ(peers.size(), 1u);
        EXPECT_TRUE(peers[0].ready);
        EXPECT_EQ(peers[0].user_agent, "/starling:0.1.0/");
        EXPECT_EQ(peers[0].services, kServiceNetwork | kServiceWitness);
        EXPECT_EQ(peers[0].ping, 20ms);
    }
    EXPECT_EQ(world.gossip(1).peers()[0].direction, Direction::outbound);
}

TEST(GossipWorld, ABlockReachesAllNodesByItsHeader) {
    GossipWorld world(regtest(), 5);
    join_in_a_row(world, 5);
    world.mine(2);
    EXPECT_TRUE(world.run_until([&] { return world.one_tip(); }, 1s));
    EXPECT_EQ(world.ledger(0).tip()->height, Height{1});
}

TEST(GossipWorld, ATransactionReachesAllNodesWithinASecondOnATestNetwork) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        GossipWorld world(regtest(), 5, seed);
        join_in_a_row(world, 5);
        const BlockHash block = world.mine(0);
        ASSERT_TRUE(world.run_until([&] { return world.one_tip(); }, 1s));
        const auto tx = spend_coinbase(world, block);
        world.post(4, tx);
        EXPECT_TRUE(world.run_until([&] { return world.all_have(tx->txid()); }, 2s)) << seed;
    }
}

TEST(GossipWorld, ANewNodeSyncsALongChainFromSeveralPeers) {
    GossipWorld world(regtest(), 4);
    for (int i = 0; i < 2'300; ++i)
        world.mine(0);
    join_in_a_row(world, 3);
    ASSERT_TRUE(world.run_until([&] { return world.ledger(2).tip()->height.value == 2'300; }, 60s));
    for (std::size_t i = 0; i < 3; ++i)
        world.add_peer(3, i);
    EXPECT_TRUE(world.run_until([&] { return world.one_tip(); }, 60s));
}

TEST(GossipWorld, ASilentPeerDelaysASyncOnlyForAMoment) {
    GossipWorld world(regtest(), 3);
    for (int i = 0; i < 300; ++i)
        world.mine(0);
    world.add_peer(1, 0);
    ASSERT_TRUE(world.run_until([&] { return world.ledger(1).tip()->height.value == 300; }, 20s));
    world.silent.insert(0);
    world.add_peer(2, 0);
    world.add_peer(2, 1);
    EXPECT_TRUE(world.run_until([&] { return world.one_tip(); }, 10s));
}

TEST(GossipWorld, APartitionHealsToOneTipAndTransactionsReturn) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        GossipWorld world(regtest(), 5, seed);
        join_in_a_row(world, 5);
        world.add_peer(4, 0);
        const BlockHash first = world.mine(0);
        ASSERT_TRUE(world.run_until([&] { return world.one_tip(); }, 2s));

        world.partition({0, 1});
        const auto tx = spend_coinbase(world, first);
        world.post(0, tx);
        world.run_for(2s);
        EXPECT_TRUE(world.ledger(1).in_pool(tx->txid()));
        EXPECT_FALSE(world.ledger(4).in_pool(tx->txid()));
        for (int i = 0; i < 3; ++i)
            world.mine(1);
        for (int i = 0; i < 5; ++i)
            world.mine(3);
        world.run_for(30s);
        EXPECT_EQ(world.ledger(0).tip()->height, Height{4});
        EXPECT_EQ(world.ledger(2).tip()->height, Height{6});

        world.heal();
        EXPECT_TRUE(world.run_until([&] { return world.one_tip(); }, 5s)) << seed;
        EXPECT_EQ(world.ledger(0).tip()->height, Height{6});
        EXPECT_TRUE(world.run_until([&] { return world.all_have(tx->txid()); }, 3s)) << seed;
        world.mine(4);
        EXPECT_TRUE(world.run_until([&] { return world.one_tip(); }, 2s));
        EXPECT_FALSE(world.ledger(0).in_pool(tx->txid()));
    }
}

TEST(GossipWorld, TwoLongBranchesMeetAlthoughTheWinnerStartsWithLittleWork) {
    // More than a message of headers on the losing side: the winner's first 2,000 show less work
    // than our own chain less 144 blocks.
    GossipWorld world(regtest(), 2);
    for (int i = 0; i < 2'300; ++i)
        world.mine(0);
    for (int i = 0; i < 4'100; ++i)
        world.mine(1);
    world.add_peer(0, 1);
    EXPECT_TRUE(world.run_until([&] { return world.one_tip(); }, 120s));
    EXPECT_EQ(world.ledger(0).tip()->height, Height{4'100});
}

TEST(GossipWorld, IsTheSameRunFromTheSameSeed) {
    const auto run = [](std::uint64_t seed) {
        GossipWorld world(regtest(), 4, seed);
        join_in_a_row(world, 4);
        const BlockHash block = world.mine(0);
        world.run_for(1s);
        world.post(3, spend_coinbase(world, block));
        for (int i = 0; i < 20; ++i) {
            world.mine(static_cast<std::size_t>(i % 4));
            world.run_for(100ms);
        }
        return world.trace();
    };
    EXPECT_EQ(run(1), run(1));
    EXPECT_NE(run(1), run(2));
}

}  // namespace
}  // namespace starling::p2p
