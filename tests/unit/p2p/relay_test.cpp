#include "support/lone_gossip.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::LoneGossip;

chain::Input arrived(const Shared<CheckedBlock>& block) {
    return chain::BlockArrived{{}, block, false};
}

struct RelayTest : testing::Test {
    LoneGossip node;
    test::ChainBuilder& builder = node.builder();
    // Headers come to the one, hashes to the other, which never said sendheaders.
    PeerId alice = node.join(Direction::inbound);
    PeerId bob = plain_peer();

    PeerId plain_peer() {
        const PeerId peer = node.connect(Direction::inbound);
        node.say(peer, LoneGossip::honest_version());
        node.say(peer, Verack{});
        node.say(peer, Headers{});
        return peer;
    }
    Shared<Transaction> spend(const Shared<CheckedBlock>& block, std::int64_t amount = 1) {
        return test::shared(
            test::spend({{block->block.transactions[0]->txid(), 0}}, {Amount{amount}}));
    }
    LoneGossip::Caused post(const Shared<Transaction>& tx) {
        return node.submit(mempool::TransactionArrived{{1}, tx, false, {}});
    }
};

TEST_F(RelayTest, AnnouncesABlockByItsHeaderOrByItsHash) {
    const auto block = builder.mine(builder.genesis());
    // Alice is known to have genesis once she asked for what follows it.
    node.say(alice, GetHeaders{{builder.genesis()}, {}});
    const auto caused = node.submit(arrived(block));
    const auto headers = caused.to<Headers>(alice);
    ASSERT_EQ(headers.size(), 1u);
    EXPECT_EQ(headers[0].headers.at(0), block->block.header);
    const auto inv = caused.to<Inv>(bob);
    ASSERT_EQ(inv.size(), 1u);
    EXPECT_EQ(inv[0].items.at(0), InventoryItem::block(block->hash));
}

TEST_F(RelayTest, AnnouncesTheNewBranchFromItsForkAfterAReorganisation) {
    const auto common = builder.mine_many(builder.genesis(), 3);
    node.grow(common);
    node.say(alice, GetHeaders{{builder.genesis()}, {}});
    const auto old = builder.mine_many(common.back()->hash, 2);
    node.grow(old);
    const auto fresh = builder.mine_many(common.back()->hash, 3);
    node.submit(arrived(fresh[0]));
    node.submit(arrived(fresh[1]));
    const auto caused = node.submit(arrived(fresh[2]));
    const auto headers = caused.to<Headers>(alice);
    ASSERT_EQ(headers.size(), 1u);
    ASSERT_EQ(headers[0].headers.size(), 3u);
    EXPECT_EQ(headers[0].headers[0], fresh[0]->block.header);
}

TEST_F(RelayTest, DoesNotTellAPeerWhatItToldUs) {
    const auto block = builder.mine(builder.genesis());
    node.say(alice, Headers{{block->block.header}});
    const auto caused = node.submit(arrived(block));
    EXPECT_TRUE(caused.to<Headers>(alice).empty());
    EXPECT_TRUE(caused.to<Inv>(alice).empty());
}

TEST_F(RelayTest, AnswersGetHeadersFromTheForkUpToTheStop) {
    const auto blocks = builder.mine_many(builder.genesis(), 10);
    node.grow(blocks);
    const auto ask = [&](const std::vector<BlockHash>& locator, const BlockHash& stop) {
        return node.say(alice, GetHeaders{locator, stop}).to<Headers>(alice).at(0).headers;
    };
    EXPECT_EQ(ask({}, {}).size(), 10u);
    EXPECT_EQ(ask({BlockHash{{1}}, blocks[4]->hash, builder.genesis()}, {}).size(), 5u);
    EXPECT_EQ(ask({blocks[4]->hash}, blocks[6]->hash).size(), 2u);
    EXPECT_TRUE(ask({blocks[9]->hash}, {}).empty());
    const auto stale = builder.mine(builder.genesis());
    node.submit(arrived(stale));
    EXPECT_EQ(ask({stale->hash, builder.genesis()}, {}).size(), 10u);
}

TEST_F(RelayTest, ServesStaleBlocksOnlyWhileTheyAreRecent) {
    const auto fork = builder.mine(builder.genesis());
    const auto recent = builder.mine(fork->hash);
    const auto active = builder.mine_many(fork->hash, 2);
    for (const auto& block : {fork, recent, active[0], active[1]})
        node.submit(arrived(block));
    ASSERT_EQ(node.ledger().tip()->hash, active[1]->hash);
    const auto ask = [&](const Shared<CheckedBlock>& block) {
        const auto caused = node.say(alice, GetData{{InventoryItem::witness_block(block->hash)}});
        node.feed(SendBudget{alice, 0});
        return caused.bodies.size();
    };
    EXPECT_EQ(ask(fork), 1u);
    EXPECT_EQ(ask(recent), 1u);
    node.wait(24h * 40);
    const PeerId carol = node.join(Direction::inbound);
    alice = carol;
    const auto late = builder.mine(active[1]->hash, {}, {.spacing = 31 * 24 * 3'600});
    node.submit(arrived(late));
    ASSERT_EQ(node.ledger().tip()->hash, late->hash);
    EXPECT_EQ(ask(fork), 1u);
    EXPECT_EQ(ask(recent), 0u);
}

TEST_F(RelayTest, AnnouncesATransactionToThoseThatWantItAndServesItThen) {
    const auto block = builder.mine(builder.genesis());
    node.grow({block});
    const auto tx = spend(block);
    node.say(bob, FeeFilter{1'000'000'000});
    const GetData request{{InventoryItem::wtxid(tx->wtxid())}};
    post(tx);
    EXPECT_TRUE(node.say(alice, request).to<Tx>(alice).empty()) << "not yet announced";
    const auto caused = node.wait(5s);
    ASSERT_EQ(caused.to<Inv>(alice).size(), 1u);
    EXPECT_EQ(caused.to<Inv>(alice)[0].items.at(0), InventoryItem::wtxid(tx->wtxid()));
    EXPECT_TRUE(caused.to<Inv>(bob).empty());
    EXPECT_EQ(node.say(alice, request).to<Tx>(alice).size(), 1u);
}

TEST_F(RelayTest, AnnouncesByTxidToAPeerWithoutWtxidRelay) {
    const auto block = builder.mine(builder.genesis());
    node.grow({block});
    const auto tx = spend(block);
    post(tx);
    const auto inv = node.wait(5s).to<Inv>(bob);
    ASSERT_EQ(inv.size(), 1u);
    EXPECT_EQ(inv[0].items.at(0), InventoryItem::txid(tx->txid()));
    const GetData request{{InventoryItem::witness_transaction(tx->txid())}};
    EXPECT_EQ(node.say(bob, request).to<Tx>(bob).size(), 1u);
}

TEST_F(RelayTest, StillServesATransactionThatWasJustMined) {
    const auto first = builder.mine(builder.genesis());
    node.grow({first});
    const auto tx = spend(first);
    post(tx);
    node.wait(5s);
    node.grow({builder.mine(first->hash, {tx->data()})});
    ASSERT_FALSE(node.ledger().in_pool(tx->txid()));
    const GetData request{{InventoryItem::wtxid(tx->wtxid())}};
    EXPECT_EQ(node.say(alice, request).to<Tx>(alice).size(), 1u);
    EXPECT_TRUE(node.say(alice, Inv{request.items}).to<GetData>(alice).empty());
}

TEST_F(RelayTest, RepeatsATransactionOfOurOwnUntilSomebodyAsks) {
    const auto block = builder.mine(builder.genesis());
    node.grow({block});
    const auto tx = spend(block);
    post(tx);
    node.feed(TransactionPosted{tx->wtxid()});
    EXPECT_EQ(node.wait(10s).to<Inv>(alice).size(), 1u);
    EXPECT_EQ(node.wait(30s).to<Inv>(alice).size(), 1u);
    node.say(alice, GetData{{InventoryItem::wtxid(tx->wtxid())}});
    EXPECT_TRUE(node.wait(10min).to<Inv>(alice).empty());
}

TEST_F(RelayTest, OffersThePoolToAPeerThatComesLater) {
    const auto block = builder.mine(builder.genesis());
    node.grow({block});
    const auto tx = spend(block);
    post(tx);
    node.wait(10s);
    const PeerId carol = node.join(Direction::outbound);
    EXPECT_EQ(node.wait(5s).to<Inv>(carol).size(), 1u);
}

TEST_F(RelayTest, AsksForTheParentsOfAnOrphanAndThenTakesBoth) {
    const auto block = builder.mine(builder.genesis());
    node.grow({block});
    const auto parent = spend(block, 500);
    const auto child = test::shared(test::spend({{parent->txid(), 0}}, {Amount{1}}));
    const PeerId peer = node.join(Direction::outbound);
    node.say(peer, Inv{{InventoryItem::wtxid(child->wtxid())}});
    const auto caused = node.say(peer, Tx{child});
    const auto request = caused.to<GetData>(peer);
    ASSERT_EQ(request.size(), 1u);
    EXPECT_EQ(request[0].items.at(0), InventoryItem::witness_transaction(parent->txid()));
    node.say(peer, Tx{parent});
    EXPECT_TRUE(node.ledger().in_pool(parent->txid()));
    EXPECT_TRUE(node.ledger().in_pool(child->txid()));
}

TEST(Relay, AsksForNoTransactionsWhileItIsFarBehind) {
    LoneGossip node(regtest(), {}, 24h * 30);  // our tip is old, and this peer has more
    EXPECT_FALSE(node.gossip().initial_download());
    const PeerId peer = node.join(Direction::outbound);
    const auto blocks = node.builder().mine_many(node.builder().genesis(), 2);
    node.say(peer, Headers{{blocks[0]->block.header, blocks[1]->block.header}});
    ASSERT_TRUE(node.gossip().initial_download());
    const Inv inv{{InventoryItem::wtxid(Wtxid{{7}})}};
    EXPECT_TRUE(node.say(peer, inv).to<GetData>(peer).empty());
    node.grow(blocks);
    EXPECT_FALSE(node.gossip().initial_download());
    EXPECT_EQ(node.say(peer, inv).to<GetData>(peer).size(), 1u);
}

}  // namespace
}  // namespace starling::p2p
