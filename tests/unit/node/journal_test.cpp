#include "node/journal.h"

#include <gtest/gtest.h>

namespace starling::node {
namespace {

Shared<CheckedBlock> block_of(std::size_t transactions) {
    auto block = std::make_shared<CheckedBlock>();
    block->block.transactions.resize(transactions);
    return block;
}

struct JournalTest : testing::Test {
    JournalTest() { tip.height = {7}; }
    HeaderNode tip;
    const std::string hash = to_string(tip.hash);
};

TEST_F(JournalTest, TellsOfATipWithItsTransactions) {
    EXPECT_EQ(tip_line({.tip = &tip, .connected = {block_of(1)}}),
              "height 7, tip " + hash + ", 1 transaction");
    EXPECT_EQ(tip_line({.tip = &tip, .connected = {block_of(1), block_of(3)}}),
              "height 7, tip " + hash + ", 2 blocks, 4 transactions");
}

TEST_F(JournalTest, TellsWhatAReorganisationTookBack) {
    EXPECT_EQ(
        tip_line(
            {.tip = &tip, .disconnected = {block_of(2)}, .connected = {block_of(1), block_of(1)}}),
        "reorganised: 1 block left the chain, 2 blocks joined it; height 7, tip " + hash);
}

}  // namespace
}  // namespace starling::node
