#include "sim/host/archive.h"

#include "support/chain_builder.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace starling::sim {
namespace {

class ArchiveTest : public testing::Test {
protected:
    // A block on genesis that spends a coin which does not exist.
    Shared<CheckedBlock> spender(test::Witness witness = test::Witness::good) {
        const TransactionData tx = test::spend({{Txid{{1}}, 0}}, {Amount{1'000}}, witness);
        return builder_.mine(builder_.genesis(), {tx});
    }
    HeaderNode node_of(const CheckedBlock& block) const {
        HeaderNode node;
        node.header = block.block.header;
        node.hash = block.hash;
        node.height = Height{1};
        node.parent = &genesis_;
        return node;
    }
    static std::vector<std::optional<Coin>> coin_of_old() {
        return {Coin{.output = {Amount{2'000}, test::open_script()}, .height = Height{0}}};
    }

    test::SeededRandom random_{1};
    test::ChainBuilder builder_;
    HeaderNode genesis_{.header = regtest().genesis.header, .hash = regtest().genesis_hash};
    Archive archive_{regtest(), random_};
};

TEST_F(ArchiveTest, ConnectsABlockOnce) {
    const Shared<CheckedBlock> block = spender();
    const HeaderNode node = node_of(*block);
    const HeaderNode node_of_another = node;
    const auto first = archive_.connect(block, node, coin_of_old(), regtest());
    const auto again = archive_.connect(block, node_of_another, coin_of_old(), regtest());
    ASSERT_TRUE(first.ok() && again.ok());
    EXPECT_EQ(first->delta, again->delta);
    EXPECT_EQ(first->scripts, again->scripts);
}

TEST_F(ArchiveTest, RemembersARefusalAsItWas) {
    const Shared<CheckedBlock> block = spender();
    const std::vector<std::optional<Coin>> nothing(1);
    const auto first = archive_.connect(block, node_of(*block), nothing, regtest());
    const auto again = archive_.connect(block, node_of(*block), nothing, regtest());
    ASSERT_FALSE(first.ok() || again.ok());
    EXPECT_EQ(first.error(), again.error());
    EXPECT_EQ(again.error().reason, "bad-txns-inputs-missingorspent");
}

TEST_F(ArchiveTest, NoticesAHostThatLostACoin) {
    const Shared<CheckedBlock> block = spender();
    ASSERT_TRUE(archive_.connect(block, node_of(*block), coin_of_old(), regtest()).ok());
    const std::vector<std::optional<Coin>> nothing(1);
    EXPECT_DEATH((void)archive_.connect(block, node_of(*block), nothing, regtest()), "all");
}

TEST_F(ArchiveTest, GivesTheVerdictOfTheScriptsEachTime) {
    for (const auto witness : {test::Witness::good, test::Witness::wrong}) {
        const Shared<CheckedBlock> block = spender(witness);
        const auto connected = archive_.connect(block, node_of(*block), coin_of_old(), regtest());
        const ScriptBatch& batch = *connected->scripts;
        const auto due = verify_scripts(batch, 0, batch.checks.size());
        for (int i = 0; i < 3; ++i) {
            const auto verdict = archive_.verify(batch);
            ASSERT_EQ(verdict.ok(), due.ok());
            if (!due.ok()) {
                EXPECT_EQ(verdict.error(), due.error());
            }
        }
    }
}

TEST_F(ArchiveTest, KeepsVerdictsOfPolicyApartFromThoseOfBlocks) {
    const Shared<CheckedBlock> block = spender(test::Witness::wrong);
    const auto connected = archive_.connect(block, node_of(*block), coin_of_old(), regtest());
    ScriptBatch batch = *connected->scripts;
    EXPECT_EQ(archive_.verify(batch).error().reason, "block-script-verify-flag-failed");
    batch.rules = ScriptRules::policy;
    EXPECT_EQ(archive_.verify(batch).error().reason, "mempool-script-verify-flag-failed");
}

TEST_F(ArchiveTest, DecodesABlockOnceAndAMutatedCopyForItself) {
    const Shared<CheckedBlock> block = spender();
    const auto bytes = std::make_shared<const Bytes>(*block->bytes);
    const auto first = archive_.check(bytes);
    const auto copy = archive_.check(std::make_shared<const Bytes>(*bytes));
    ASSERT_TRUE(first.ok() && copy.ok());
    EXPECT_EQ(*first, *copy);
    // Another witness: the header commits to it only by way of the coinbase.
    Bytes mutated = *bytes;
    const Bytes leaf = test::open_witness()[1];
    const auto at = std::search(mutated.begin(), mutated.end(), leaf.begin(), leaf.end());
    ASSERT_NE(at, mutated.end());
    *at ^= 1;
    const auto other = archive_.check(std::make_shared<const Bytes>(mutated));
    ASSERT_TRUE(other.ok());
    EXPECT_EQ((*other)->witness_fault->reason, "bad-witness-merkle-match");
    archive_.keep(*first);
    EXPECT_EQ(*archive_.check(bytes), *first);
    EXPECT_EQ(archive_.block(block->hash), *first);
}

}  // namespace
}  // namespace starling::sim
