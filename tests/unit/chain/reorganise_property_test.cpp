// The chain state against a naive model: whatever the order of arrivals, answers, commits and
// crashes, it ends on a best good chain with exactly the coins of that chain.
#include "unit/chain/chain_shell.h"
#include "unit/chain/random_tree.h"

#include <algorithm>
#include <set>

namespace starling::chain {
namespace {

// One life of a node: blocks of a random tree come in a random order.
class Life {
public:
    struct Troubles {
        unsigned crash_percent = 0;
        unsigned command_percent = 0;  // of a person who invalidates and reconsiders blocks
    };

    Life(std::uint64_t seed, const Limits& limits, const Troubles& troubles)
        : random_(seed),
          troubles_(troubles),
          tree_(random_, 20 + random_.below(20), 12),
          shell_(seed + 1, limits) {}

    void live() {
        const std::uint64_t disorder = 1 + random_.below(12);
        if (random_.below(2) == 0) submit_all_headers();
        std::vector<std::size_t> left(tree_.blocks.size());
        for (std::size_t i = 0; i < left.size(); ++i)
            left[i] = i;
        while (!left.empty() && !testing::Test::HasFailure()) {
            const std::size_t pick = random_.below(std::min<std::size_t>(disorder, left.size()));
            deliver(left[pick]);
            left.erase(left.begin() + static_cast<std::ptrdiff_t>(pick));
            shell_.run(random_.below(12));
            if (random_.below(4) == 0) check_coins();
            if (random_.below(40) == 0) shell_.flush();
            if (random_.below(100) < troubles_.command_percent) command();
            if (random_.below(100) < troubles_.crash_percent) {
                shell_.crash();
                check_coins();
            }
        }
        shell_.settle();
        for (const BlockHash& hash : disliked_)
            shell_.reconsider(hash);
        deliver_missing();
        shell_.flush();
        shell_.settle();
        check_end();
    }

    [[nodiscard]] const ChainShell& shell() const { return shell_; }

private:
    void submit_all_headers() {
        for (const RandomTree::Planted& planted : tree_.blocks)
            shell_.submit_headers({planted.block->block.header});
    }
    void deliver(std::size_t index) {
        shell_.submit(tree_.blocks[index].block);
        if (random_.below(8) == 0) shell_.submit(tree_.blocks[index].block);
    }
    void command() {
        const std::size_t recent = std::min<std::size_t>(30, tree_.blocks.size());
        const auto& planted = tree_.blocks[tree_.blocks.size() - 1 - random_.below(recent)];
        const BlockHash hash = planted.block->hash;
        if (random_.below(2) == 0) {
            disliked_.insert(hash);
            shell_.invalidate(hash);
        } else {
            shell_.reconsider(hash);
        }
    }
    // What was refused because its parent was not known, and what a crash lost.
    void deliver_missing() {
        for (const RandomTree::Planted& planted : tree_.blocks) {
            const BlockTree::Entry* entry = shell_.state().tree().entry(planted.block->hash);
            if (entry == nullptr || !entry->has_body) shell_.submit(planted.block);
        }
    }
    void check_coins() {
        const test::CoinMap coins = tree_.builder.coins_at(shell_.tip());
        for (const auto& [point, coin] : coins) {
            if (random_.below(4) != 0) continue;
            ASSERT_EQ(shell_.coin(point), coin);
        }
        for (const RandomTree::Planted& planted : tree_.blocks) {
            for (const OutPoint& point : planted.block->needs)
                ASSERT_EQ(shell_.coin(point).has_value(), coins.contains(point));
        }
    }
    void check_end() {
        ASSERT_EQ(shell_.undecided(), 0u);
        ASSERT_TRUE(shell_.state().idle());
        std::set<BlockHash> all;
        bool tip_is_good = shell_.tip() == tree_.builder.genesis();
        for (const RandomTree::Planted& planted : tree_.blocks) {
            all.insert(planted.block->hash);
            if (planted.block->hash == shell_.tip()) tip_is_good = planted.good;
        }
        EXPECT_TRUE(tip_is_good);
        EXPECT_EQ(shell_.state().tip()->height.value, tree_.best_height(all));
        check_coins();
        EXPECT_EQ(shell_.stored_coins(), tree_.builder.coins_at(shell_.tip()));
        EXPECT_EQ(shell_.store().load().tip, shell_.tip());
        EXPECT_EQ(shell_.state().committed_tip(), shell_.state().tip());
    }

    test::SeededRandom random_;
    const Troubles troubles_;
    RandomTree tree_;
    ChainShell shell_;
    std::set<BlockHash> disliked_;
};

void live_many(std::uint64_t first,
               std::size_t count,
               const Limits& limits,
               const Life::Troubles& troubles = {}) {
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Life(seed, limits, troubles).live();
        if (testing::Test::HasFailure()) return;
    }
}

TEST(ReorganiseProperty, AnyOrderOfArrivalsAndAnswersEndsOnABestGoodChain) {
    live_many(1000, 15, Limits{});
}

TEST(ReorganiseProperty, AlsoWhenCommitsFallAnywhereAndNoCacheIsKept) {
    Limits limits;
    limits.memory_bytes_max = 40'000;  // less than a few blocks: commits and evictions all the time
    limits.commit_delay = Duration{0};
    live_many(2000, 10, limits);
}

TEST(ReorganiseProperty, AlsoWhenOnlyWhatIsNotCommittedIsKept) {
    Limits limits;
    limits.cached_bytes_max = 0;
    limits.commit_delay = Duration{0};
    live_many(6000, 10, limits);
}

TEST(ReorganiseProperty, AlsoWithOneBlockConnectedAhead) {
    Limits limits;
    limits.unverified_blocks_max = 1;
    limits.commit_delay = Duration{0};
    live_many(3000, 10, limits);
}

TEST(ReorganiseProperty, AlsoAfterPowerCuts) {
    Limits limits;
    limits.memory_bytes_max = 60'000;
    limits.commit_delay = Duration{0};
    live_many(4000, 10, limits, {.crash_percent = 6});
}

TEST(ReorganiseProperty, AlsoWhenAPersonInvalidatesAndReconsiders) {
    Limits limits;
    limits.memory_bytes_max = 60'000;
    limits.commit_delay = Duration{5};
    live_many(5000, 10, limits, {.crash_percent = 2, .command_percent = 15});
}

}  // namespace
}  // namespace starling::chain
