// The pool follows the chain: blocks take from it, reorganisations give back.

#include "mempool/ledger.h"
#include "unit/mempool/ledger_shell.h"

namespace starling::mempool {
namespace {

constexpr Amount kReward{50 * kCoin.units};
constexpr Amount kFee{1'000};

TransactionData pay(const std::vector<OutPoint>& points, Amount value, Amount fee = kFee) {
    return test::spend(points, {value - fee});
}

OutPoint out(const TransactionData& tx) {
    return {Transaction(tx).txid(), 0};
}

class LedgerReorganise : public testing::Test {
protected:
    explicit LedgerReorganise(const PoolLimits& limits = {}) : shell(2, limits) {
        shell.mine_many(110);
        fork = shell.tip();
    }

    [[nodiscard]] OutPoint reward(std::size_t height) const {
        return {shell.coinbase(height)->txid(), 0};
    }

    LedgerShell shell;
    BlockHash fork;
};

TEST_F(LedgerReorganise, ABlockRemovesWhatItMinedAndWhatItContradicts) {
    const TransactionData mined = pay({reward(1)}, kReward);
    const TransactionData child = pay({out(mined)}, kReward - kFee);
    const TransactionData rival = pay({reward(2)}, kReward);
    const TransactionData heir = pay({out(rival)}, kReward - kFee);
    const TransactionData other = pay({reward(3)}, kReward);
    for (const TransactionData& tx : {mined, child, rival, heir, other})
        ASSERT_EQ(shell.decide(tx), "");
    shell.mine({mined, pay({reward(2)}, kReward, kFee + kFee)});
    EXPECT_EQ(shell.departure(mined), Departure::mined);
    EXPECT_EQ(shell.departure(rival), Departure::conflict);
    EXPECT_EQ(shell.departure(heir), Departure::conflict);
    EXPECT_TRUE(shell.holds(child));
    EXPECT_TRUE(shell.holds(other));
    EXPECT_EQ(shell.pool().size(), 2u);
    EXPECT_TRUE(shell.pool().view(Transaction(child).txid())->parents.empty());
}

TEST_F(LedgerReorganise, WhatThePoolVerifiedIsNotVerifiedAgainInABlock) {
    const TransactionData known = pay({reward(1)}, kReward);
    const TransactionData tested = pay({reward(2)}, kReward);
    ASSERT_EQ(shell.decide(known), "");
    shell.send(test::shared(tested), true);
    shell.settle();
    EXPECT_EQ(shell.pool_checks(), 2u);
    const std::size_t before = shell.block_checks();
    shell.mine({known, tested});
    EXPECT_EQ(shell.block_checks(), before);
    shell.mine({pay({out(known)}, kReward - kFee), pay({reward(3)}, kReward)});
    EXPECT_EQ(shell.block_checks(), before + 2);
}

TEST_F(LedgerReorganise, ABlockWithABadScriptBesideAKnownOneIsStillRefused) {
    const TransactionData known = pay({reward(1)}, kReward);
    ASSERT_EQ(shell.decide(known), "");
    shell.mine({known, test::spend({reward(2)}, {kReward - kFee}, test::Witness::wrong)});
    EXPECT_EQ(shell.tip(), fork);
    EXPECT_TRUE(shell.holds(known));
}

TEST_F(LedgerReorganise, GivesTheLosingSidesTransactionsBackParentsFirst) {
    const TransactionData parent = pay({reward(1)}, kReward);
    const TransactionData child = pay({out(parent)}, kReward - kFee);
    const TransactionData grandchild = pay({out(child)}, kReward - kFee - kFee);
    const TransactionData in_pool = pay({out(grandchild)}, kReward - kFee - kFee - kFee);
    shell.mine({parent, child});
    shell.mine({grandchild});
    ASSERT_EQ(shell.decide(in_pool), "");
    const std::size_t checks = shell.pool_checks();
    BlockHash other = fork;
    for (int i = 0; i < 3; ++i)
        other = shell.mine_on(other);
    ASSERT_EQ(shell.tip(), other);
    for (const TransactionData& tx : {parent, child, grandchild, in_pool})
        EXPECT_TRUE(shell.holds(tx));
    EXPECT_EQ(shell.pool().view(Transaction(parent).txid())->descendants, 4u);
    EXPECT_EQ(shell.pool_checks(), checks) << "scripts were verified before";
    // And they can be mined again.
    shell.mine({parent, child, grandchild, in_pool});
    EXPECT_EQ(shell.pool().size(), 0u);
}

TEST_F(LedgerReorganise, GivesBackWhatOnlyTheStoreRemembered) {
    const TransactionData parent = pay({reward(1), reward(2)}, kReward + kReward);
    const TransactionData child = pay({out(parent), reward(3)}, kReward + kReward + kReward - kFee);
    shell.mine({parent});
    shell.mine({child});
    shell.restart();
    const TransactionData in_pool =
        pay({out(child), reward(4)}, kReward + kReward + kReward + kReward - kFee - kFee);
    ASSERT_EQ(shell.decide(in_pool), "");
    BlockHash other = fork;
    for (int i = 0; i < 3; ++i)
        other = shell.mine_on(other);
    ASSERT_EQ(shell.tip(), other);
    for (const TransactionData& tx : {parent, child, in_pool})
        EXPECT_TRUE(shell.holds(tx));
}

TEST_F(LedgerReorganise, DropsWhatTheWinningSideContradicts) {
    const TransactionData loser = pay({reward(1)}, kReward);
    const TransactionData heir = pay({out(loser)}, kReward - kFee);
    const TransactionData heir_in_pool = pay({out(heir)}, kReward - kFee - kFee);
    const TransactionData other = pay({reward(2)}, kReward);
    shell.mine({loser, heir, other});
    ASSERT_EQ(shell.decide(heir_in_pool), "");
    const BlockHash first = shell.mine_on(fork, {pay({reward(1)}, kReward, kFee + kFee)});
    shell.mine_on(first);
    EXPECT_EQ(shell.pool().size(), 1u);
    EXPECT_TRUE(shell.holds(other));
    EXPECT_EQ(shell.departure(heir_in_pool), Departure::reorganised);
}

TEST_F(LedgerReorganise, DropsWhatIsNoLongerMature) {
    const BlockHash first = shell.mine();
    const TransactionData mined = pay({reward(12)}, kReward);
    shell.mine({mined});
    const TransactionData in_pool = pay({reward(13)}, kReward);
    const TransactionData child = pay({out(in_pool)}, kReward - kFee);
    const TransactionData fine = pay({reward(1)}, kReward);
    for (const TransactionData& tx : {in_pool, child, fine})
        ASSERT_EQ(shell.decide(tx), "");
    shell.invalidate(first);
    shell.settle();
    ASSERT_EQ(shell.tip(), fork);
    EXPECT_FALSE(shell.holds(mined));
    EXPECT_EQ(shell.departure(in_pool), Departure::reorganised);
    EXPECT_EQ(shell.departure(child), Departure::reorganised);
    EXPECT_TRUE(shell.holds(fine));
}

TEST_F(LedgerReorganise, DropsWhatIsNoLongerFinal) {
    const BlockHash first = shell.mine();
    TransactionData absolute = pay({reward(1)}, kReward);
    absolute.inputs[0].sequence = 0xffff'fffe;
    absolute.lock_time = 111;
    TransactionData relative = pay({reward(2)}, kReward);
    relative.inputs[0].sequence = 110;
    ASSERT_EQ(shell.decide(absolute), "");
    ASSERT_EQ(shell.decide(relative), "");
    shell.invalidate(first);
    shell.settle();
    EXPECT_EQ(shell.departure(absolute), Departure::reorganised);
    EXPECT_EQ(shell.departure(relative), Departure::reorganised);
}

// A lock is counted from where the coin is made now, not from where it was made before.
TEST_F(LedgerReorganise, CountsRelativeLocksAnewWhenTheParentMoved) {
    const TransactionData parent = pay({reward(1)}, kReward);
    TransactionData child = pay({out(parent)}, kReward - kFee);
    child.inputs[0].sequence = 2;
    shell.mine({parent});
    shell.mine();
    ASSERT_EQ(shell.decide(child), "");
    BlockHash other = fork;
    for (int i = 0; i < 2; ++i)
        other = shell.mine_on(other);
    other = shell.mine_on(other, {parent});
    ASSERT_EQ(shell.tip(), other);
    EXPECT_FALSE(shell.holds(child));
    shell.mine();
    EXPECT_EQ(shell.decide(child), "");
}

TEST_F(LedgerReorganise, GivesBackWithoutStandardnessOrFee) {
    TransactionData odd = pay({reward(1)}, kReward, Amount{});
    odd.version = 9;
    shell.mine({odd});
    shell.mine_on(shell.mine_on(fork));
    EXPECT_TRUE(shell.holds(odd));
}

class SmallReturn : public LedgerReorganise {
protected:
    SmallReturn() : LedgerReorganise(PoolLimits{.returning_bytes_max = 300}) {}
};

TEST_F(SmallReturn, LeavesWhatIsBeyondTheBoundOfReturnsToItsSenders) {
    const TransactionData first = pay({reward(1)}, kReward);
    const TransactionData second = pay({reward(2)}, kReward);
    const TransactionData third = pay({reward(3)}, kReward);
    ASSERT_GT(Transaction(first).size(), 100u);
    ASSERT_LE(Transaction(first).size(), 150u);
    const BlockHash below = shell.mine({first, second});
    shell.mine({third});
    const TransactionData heir = pay({out(third)}, kReward - kFee);
    ASSERT_EQ(shell.decide(heir), "");
    shell.invalidate(below);
    shell.settle();
    EXPECT_TRUE(shell.holds(first));
    EXPECT_TRUE(shell.holds(second));
    EXPECT_FALSE(shell.holds(third));
    EXPECT_EQ(shell.departure(heir), Departure::reorganised);
}

// One random history: transactions of every kind, blocks on every branch, answers in any order.
class RandomHistory {
public:
    // Every other one with so little memory that the chain state keeps no coin that is committed.
    explicit RandomHistory(std::uint64_t seed)
        : shell_(seed, {}, {.memory_bytes_max = seed % 2 == 0 ? 450U << 20 : 30'000}) {
        shell_.mine_many(106);
        branches_.push_back(shell_.tip());
    }

    void run() {
        for (int i = 0; i < 60; ++i) {
            const std::uint64_t choice = shell_.random().below(10);
            if (choice < 6) {
                send();
            } else if (choice == 6) {
                block();
            } else if (choice == 7 && shell_.random().below(4) == 0) {
                turn();
            } else {
                shell_.run(shell_.random().below(12));
            }
        }
        shell_.settle();
        EXPECT_EQ(shell_.undecided(), 0u);
        for (const auto& entry : shell_.pool().entries()) {
            EXPECT_FALSE(entry->transaction->is_coinbase());
            EXPECT_NE(entry->transaction->data().inputs[0].witness[0], Bytes{0x52});
        }
        mine_what_is_there();
    }

private:
    void send() {
        test::SeededRandom& random = shell_.random();
        if (!sent_.empty() && random.below(6) == 0) {
            shell_.send(sent_[random.below(sent_.size())], random.below(2) == 0);
            return;
        }
        std::vector<OutPoint> points;
        Amount value;
        for (std::uint64_t inputs = 1 + random.below(2); inputs > 0; --inputs) {
            if (!sent_.empty() && random.below(2) == 0) {
                const Transaction& parent = *sent_[random.below(sent_.size())];
                points.push_back({parent.txid(), 0});
                value += parent.outputs()[0].value;
            } else {
                points.push_back({shell_.coinbase(1 + random.below(8))->txid(), 0});
                value += kReward;
            }
        }
        const auto witness = random.below(8) == 0 ? test::Witness::wrong : test::Witness::good;
        const Amount fee{static_cast<std::int64_t>(random.below(2'000))};
        sent_.push_back(test::shared(test::spend(points, {value - fee}, witness)));
        shell_.send(sent_.back());
    }
    // A person takes blocks back, or lets them stand again.
    void turn() {
        const BlockHash& any = branches_[shell_.random().below(branches_.size())];
        if (shell_.random().below(2) == 0) {
            shell_.reconsider(any);
        } else if (any != branches_.front()) {
            shell_.invalidate(any);
        }
    }
    // On any branch, with some of what could be in it.
    void block() {
        test::SeededRandom& random = shell_.random();
        const BlockHash parent =
            random.below(3) == 0 ? branches_[random.below(branches_.size())] : branches_.back();
        std::set<OutPoint> free;
        for (const auto& [point, coin] : shell_.builder().spendable_at(parent))
            free.insert(point);
        std::vector<TransactionData> body;
        for (const auto& tx : sent_) {
            if (body.size() == 3) break;
            const bool good = tx->inputs()[0].witness[0] == Bytes{0x51};
            const bool unspent = std::ranges::all_of(
                tx->inputs(), [&](const TxIn& in) { return free.contains(in.previous); });
            const bool twice =
                tx->inputs().size() == 2 && tx->inputs()[0].previous == tx->inputs()[1].previous;
            if (!good || !unspent || twice || random.below(2) == 0) continue;
            for (const TxIn& in : tx->inputs())
                free.erase(in.previous);
            body.push_back(tx->data());
        }
        const auto mined = shell_.builder().mine(parent, body);
        branches_.push_back(mined->hash);
        shell_.submit(mined);
    }
    // The pool is what a block could have: a block with all of it is accepted.
    void mine_what_is_there() {
        std::vector<TransactionData> body;
        for (const auto& entry : shell_.pool().block_template(1'000'000))
            body.push_back(entry->transaction->data());
        EXPECT_EQ(body.size(), shell_.pool().size());
        const std::size_t checks = shell_.block_checks();
        const BlockHash mined = shell_.mine(body);
        EXPECT_EQ(shell_.tip(), mined);
        EXPECT_EQ(shell_.block_checks(), checks);
        EXPECT_EQ(shell_.pool().size(), 0u);
    }

    LedgerShell shell_;
    std::vector<BlockHash> branches_;
    std::vector<Shared<Transaction>> sent_;
};

TEST(LedgerProperty, EveryTicketIsAnsweredOnceAndThePoolCouldBeMinedInAnyOrderOfAnswers) {
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        RandomHistory(seed).run();
        if (testing::Test::HasFailure()) return;
    }
}

}  // namespace
}  // namespace starling::mempool
