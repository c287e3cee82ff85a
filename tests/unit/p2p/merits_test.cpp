// What a peer has to do so that it counts as having given us something: be the first, with what is
// then accepted.

#include "support/lone_gossip.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::LoneGossip;

BlockMessage message_of(const Shared<CheckedBlock>& block) {
    return {block->hash, block->block.header, block};
}

Shared<Transaction> spend(const OutPoint& point, std::int64_t amount) {
    return test::shared(test::spend({point}, {Amount{amount}}));
}

struct Merits : testing::Test {
    LoneGossip node;
    Shared<CheckedBlock> block = node.builder().mine(node.builder().genesis());
    OutPoint coin{block->block.transactions[0]->txid(), 0};
    PeerId first = node.join();
    PeerId second = node.join();
};

TEST_F(Merits, OnlyTheFirstToBringABlockGaveIt) {
    const Headers headers{{block->block.header}};
    node.say(first, headers);
    node.say(second, headers);
    node.wait(3s);  // the first is slow, so both are asked
    const Time now = node.now();
    node.say(second, message_of(block));
    node.say(first, message_of(block));
    EXPECT_EQ(node.view(second)->last_block, now);
    EXPECT_EQ(node.view(first)->last_block, std::nullopt);
}

TEST_F(Merits, OnlyTheFirstToBringATransactionGaveIt) {
    node.grow({block});
    const auto transaction = spend(coin, 500);
    node.say(second, Tx{transaction});
    node.say(first, Tx{transaction});
    EXPECT_EQ(node.view(second)->last_transaction, node.now());
    EXPECT_EQ(node.view(first)->last_transaction, std::nullopt);
}

TEST_F(Merits, WhatIsRefusedGivesNothing) {
    node.grow({block});
    const auto transaction = spend(coin, 500);
    node.ledger().bad_transactions.insert(transaction->wtxid());
    node.say(first, Tx{transaction});
    EXPECT_EQ(node.view(first)->last_transaction, std::nullopt);
}

TEST_F(Merits, AnOrphanIsItsSendersOnceItIsAccepted) {
    node.grow({block});
    const auto parent = spend(coin, 500);
    node.say(first, Tx{spend({parent->txid(), 0}, 400)});
    EXPECT_EQ(node.view(first)->last_transaction, std::nullopt);
    node.say(second, Tx{parent});
    EXPECT_EQ(node.view(first)->last_transaction, node.now());
    EXPECT_EQ(node.view(second)->last_transaction, node.now());
}

}  // namespace
}  // namespace starling::p2p
