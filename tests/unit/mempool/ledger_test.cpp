#include "mempool/ledger.h"

#include "unit/mempool/ledger_shell.h"

namespace starling::mempool {
namespace {

constexpr Amount kReward{50 * kCoin.units};
constexpr Amount kFee{1'000};

// A spend of outputs that are worth `value` together, to one output.
TransactionData pay(const std::vector<OutPoint>& points, Amount value, Amount fee = kFee) {
    return test::spend(points, {value - fee});
}

OutPoint out(const TransactionData& tx, std::uint32_t index = 0) {
    return {Transaction(tx).txid(), index};
}

// A chain of 110 blocks: the coinbases of blocks 1 to 11 can be spent in the next one.
class LedgerTest : public testing::Test {
protected:
    explicit LedgerTest(const PoolLimits& limits = {}) : shell(1, limits) { shell.mine_many(110); }

    [[nodiscard]] OutPoint reward(std::size_t height) const {
        return {shell.coinbase(height)->txid(), 0};
    }

    LedgerShell shell;
};

TEST_F(LedgerTest, AdmitsASpendOfAMatureCoinAndSaysItsFee) {
    const TransactionData tx = pay({reward(1)}, kReward);
    const chain::Ticket ticket = shell.send(tx);
    shell.settle();
    EXPECT_EQ(shell.reason(ticket), "");
    EXPECT_EQ(shell.decision(ticket).fee, kFee);
    ASSERT_TRUE(shell.holds(tx));
    const auto entry = shell.pool().find(Transaction(tx).txid());
    EXPECT_EQ(entry->fee, kFee);
    EXPECT_EQ(entry->entry_height, Height{110});
    ASSERT_EQ(entry->spent.size(), 1u);
    EXPECT_EQ(entry->spent[0].value, kReward);
}

TEST_F(LedgerTest, DecidesATestWithoutInserting) {
    const Shared<Transaction> tx = test::shared(pay({reward(1)}, kReward));
    const chain::Ticket ticket = shell.send(tx, true);
    shell.settle();
    EXPECT_EQ(shell.reason(ticket), "");
    EXPECT_EQ(shell.decision(ticket).fee, kFee);
    EXPECT_EQ(shell.pool().size(), 0u);
}

TEST_F(LedgerTest, NamesEveryMissingParentOnce) {
    const Txid a{test::shared(pay({reward(1)}, kReward))->txid()};
    const Txid b{test::shared(pay({reward(2)}, kReward))->txid()};
    const chain::Ticket ticket = shell.send(pay({{a, 0}, {b, 0}, {a, 1}, reward(3)}, kReward));
    shell.settle();
    EXPECT_EQ(shell.reason(ticket), "bad-txns-inputs-missingorspent");
    EXPECT_EQ(shell.decision(ticket).reject->kind, RejectKind::missing_inputs);
    const std::set<Txid> missing(shell.decision(ticket).missing.begin(),
                                 shell.decision(ticket).missing.end());
    EXPECT_EQ(missing, (std::set<Txid>{a, b}));
    EXPECT_EQ(shell.decision(ticket).missing.size(), 2u);
}

TEST_F(LedgerTest, RefusesAnOutputThatItsParentInThePoolDoesNotHave) {
    const TransactionData parent = pay({reward(1)}, kReward);
    EXPECT_EQ(shell.decide(parent), "");
    EXPECT_EQ(shell.decide(pay({out(parent, 1)}, kReward)), "bad-txns-inputs-missingorspent");
}

TEST_F(LedgerTest, RefusesWhatThePoolContradictsOrHas) {
    const TransactionData tx = pay({reward(1)}, kReward);
    EXPECT_EQ(shell.decide(tx), "");
    EXPECT_EQ(shell.decide(tx), "txn-already-in-mempool");
    EXPECT_EQ(shell.decide(pay({reward(1)}, kReward, kFee + kFee)), "txn-mempool-conflict");
    TransactionData other_witness = tx;
    other_witness.inputs[0].witness.insert(other_witness.inputs[0].witness.begin(), Bytes{1});
    EXPECT_EQ(shell.decide(other_witness), "txn-same-nonwitness-data-in-mempool");
    EXPECT_EQ(shell.pool().size(), 1u);
}

TEST_F(LedgerTest, RefusesACoinbase) {
    const chain::Ticket ticket = shell.send(shell.coinbase(50));
    EXPECT_EQ(shell.reason(ticket), "coinbase");
}

TEST_F(LedgerTest, AsksForTheFloorOfTheFeeRate) {
    const TransactionData free = pay({reward(1)}, kReward, Amount{});
    EXPECT_EQ(shell.decide(free), "min relay fee not met");
    const std::int64_t size = Transaction(free).virtual_size();
    const Amount least = PoolLimits{}.floor.fee_for(size);
    EXPECT_EQ(shell.decide(pay({reward(1)}, kReward, least - Amount{1})), "min relay fee not met");
    EXPECT_EQ(shell.decide(pay({reward(1)}, kReward, least)), "");
}

TEST_F(LedgerTest, RefusesToCreateMoney) {
    EXPECT_EQ(shell.decide(test::spend({reward(1)}, {kReward + Amount{1}})),
              "bad-txns-in-belowout");
    EXPECT_EQ(shell.decide(test::spend({reward(1), reward(1)}, {kReward})),
              "bad-txns-inputs-duplicate");
}

TEST_F(LedgerTest, RefusesDust) {
    EXPECT_EQ(shell.decide(test::spend({reward(1)}, {Amount{329}})), "dust");
    EXPECT_EQ(shell.decide(test::spend({reward(1)}, {Amount{330}})), "");
}

TEST_F(LedgerTest, RefusesWhatCouldBeAnInnerNodeOfAMerkleTree) {
    TransactionData tx = pay({reward(1)}, kReward);
    tx.outputs[0] = {Amount{}, {0x6a}};
    EXPECT_EQ(shell.decide(tx), "tx-size-small");
}

TEST_F(LedgerTest, RefusesACoinbaseOutputThatIsNotMatureInTheNextBlock) {
    const chain::Ticket ticket = shell.send(pay({reward(12)}, kReward));
    shell.settle();
    EXPECT_EQ(shell.reason(ticket), "bad-txns-premature-spend-of-coinbase");
    EXPECT_EQ(shell.decision(ticket).reject->kind, RejectKind::too_early);
    shell.mine();
    EXPECT_EQ(shell.decide(pay({reward(12)}, kReward)), "");
}

TEST_F(LedgerTest, RefusesWhatTheNextBlockMayNotHaveYet) {
    TransactionData late = pay({reward(1)}, kReward);
    late.inputs[0].sequence = 0;
    late.version = 1;
    late.lock_time = 111;
    EXPECT_EQ(shell.decide(late), "non-final");
    late.lock_time = 110;
    EXPECT_EQ(shell.decide(late), "");
}

TEST_F(LedgerTest, CountsRelativeLocksFromTheNextBlock) {
    TransactionData young = pay({reward(2)}, kReward);
    young.inputs[0].sequence = 110;  // blocks above the second; the next block is 109 above
    EXPECT_EQ(shell.decide(young), "non-BIP68-final");
    young.inputs[0].sequence = 109;
    EXPECT_EQ(shell.decide(young), "");
    // An output of the pool is made in the next block at the earliest.
    TransactionData child = pay({out(young)}, kReward - kFee);
    child.inputs[0].sequence = 1;
    EXPECT_EQ(shell.decide(child), "non-BIP68-final");
    child.inputs[0].sequence = 0;
    EXPECT_EQ(shell.decide(child), "");
}

TEST_F(LedgerTest, RefusesTheTransactionThatMakesAClusterOf65) {
    TransactionData last = pay({reward(1)}, kReward);
    Amount value = kReward - kFee;
    EXPECT_EQ(shell.decide(last), "");
    for (int i = 1; i < 64; ++i) {
        last = pay({out(last)}, value);
        value -= kFee;
        ASSERT_EQ(shell.decide(last), "");
    }
    EXPECT_EQ(shell.decide(pay({out(last)}, value)), "too-large-cluster");
    EXPECT_EQ(shell.decide(pay({reward(2)}, kReward)), "");
}

TEST_F(LedgerTest, RefusesScriptsThatFail) {
    const chain::Ticket wrong =
        shell.send(test::spend({reward(1)}, {kReward - kFee}, test::Witness::wrong));
    shell.settle();
    EXPECT_EQ(shell.reason(wrong), "mempool-script-verify-flag-failed");
    EXPECT_EQ(shell.decision(wrong).reject->kind, RejectKind::invalid);
    TransactionData bare = pay({reward(1)}, kReward);
    bare.inputs[0].witness.clear();
    const chain::Ticket stripped = shell.send(bare);
    shell.settle();
    // Anyone on the way may have taken the witness off.
    EXPECT_EQ(shell.decision(stripped).reject->kind, RejectKind::mutated);
    EXPECT_EQ(shell.decide(pay({reward(1)}, kReward)), "");
}

TEST_F(LedgerTest, LetsAChildWaitForItsParent) {
    shell.hold(Hold::jobs);
    const TransactionData parent = pay({reward(1)}, kReward);
    const TransactionData child = pay({out(parent)}, kReward - kFee);
    const chain::Ticket first = shell.send(parent);
    const chain::Ticket second = shell.send(child);
    const chain::Ticket third = shell.send(pay({out(child)}, kReward - kFee - kFee));
    shell.settle();
    EXPECT_EQ(shell.reason(second), "undecided");
    shell.hold(Hold::nothing);
    shell.settle();
    EXPECT_EQ(shell.reason(first), "");
    EXPECT_EQ(shell.reason(second), "");
    EXPECT_EQ(shell.reason(third), "");
}

TEST_F(LedgerTest, TellsAChildWhichParentFailed) {
    shell.hold(Hold::jobs);
    const TransactionData parent = test::spend({reward(1)}, {kReward - kFee}, test::Witness::wrong);
    shell.send(parent);
    const chain::Ticket child = shell.send(pay({out(parent)}, kReward - kFee));
    shell.hold(Hold::nothing);
    shell.settle();
    EXPECT_EQ(shell.reason(child), "bad-txns-inputs-missingorspent");
    EXPECT_EQ(shell.decision(child).missing, std::vector<Txid>{Transaction(parent).txid()});
}

TEST_F(LedgerTest, AdmitsOneOfTwoRivalsThatArriveTogether) {
    for (std::uint32_t i = 1; i <= 5; ++i) {
        const chain::Ticket a = shell.send(pay({reward(i)}, kReward));
        const chain::Ticket b = shell.send(pay({reward(i)}, kReward, kFee + kFee));
        shell.settle();
        const std::set<std::string> reasons{shell.reason(a), shell.reason(b)};
        EXPECT_EQ(reasons, (std::set<std::string>{"", "txn-mempool-conflict"}));
    }
}

TEST_F(LedgerTest, LooksAgainWhenTheTipMovedAfterItsCoinsWereRead) {
    const TransactionData rival = pay({reward(1)}, kReward, kFee + kFee);
    shell.hold(Hold::answers);
    const chain::Ticket spent = shell.send(pay({reward(1)}, kReward));
    const chain::Ticket made = shell.send(pay({out(rival)}, kReward - kFee - kFee));
    shell.run(1'000);
    shell.mine({rival});
    EXPECT_EQ(shell.undecided(), 2u);
    shell.hold(Hold::nothing);
    shell.settle();
    EXPECT_EQ(shell.reason(spent), "bad-txns-inputs-missingorspent");
    EXPECT_EQ(shell.reason(made), "");
}

// As after a restart: the machine knows no coin yet.
TEST_F(LedgerTest, AsksTheStoreForCoinsThatAreNotInMemory) {
    shell.restart();
    const TransactionData tx = pay({reward(1), reward(2)}, kReward + kReward);
    EXPECT_EQ(shell.decide(tx), "");
    const chain::Ticket missing =
        shell.send(pay({{Transaction(tx).txid(), 7}, {Txid{}, 3}}, kReward));
    shell.settle();
    EXPECT_EQ(shell.decision(missing).missing.size(), 2u);
}

class SmallQueue : public LedgerTest {
protected:
    SmallQueue() : LedgerTest(PoolLimits{.admissions_max = 2}) {}
};

TEST_F(SmallQueue, RefusesForNowWhatIsTooMuchAtOnce) {
    shell.hold(Hold::jobs);
    shell.send(pay({reward(1)}, kReward));
    shell.send(pay({reward(2)}, kReward));
    const chain::Ticket third = shell.send(pay({reward(3)}, kReward));
    EXPECT_EQ(shell.reason(third), "mempool-busy");
    EXPECT_EQ(shell.decision(third).reject->kind, RejectKind::too_early);
    shell.hold(Hold::nothing);
    shell.settle();
    EXPECT_EQ(shell.pool().size(), 2u);
    EXPECT_EQ(shell.decide(pay({reward(3)}, kReward)), "");
}

class LightQueue : public LedgerTest {
protected:
    LightQueue() : LedgerTest(PoolLimits{.admissions_weight_max = 1'000}) {}
};

TEST_F(LightQueue, BoundsWhatWaitsByWeightToo) {
    shell.hold(Hold::jobs);
    shell.send(pay({reward(1)}, kReward));
    shell.send(pay({reward(2)}, kReward));
    EXPECT_EQ(shell.reason(shell.send(pay({reward(3)}, kReward))), "mempool-busy");
    shell.hold(Hold::nothing);
    shell.settle();
    EXPECT_EQ(shell.decide(pay({reward(3)}, kReward)), "");
}

class SmallPool : public LedgerTest {
protected:
    SmallPool() : LedgerTest(PoolLimits{.bytes_max = 10'000}) {}
};

TEST_F(SmallPool, EvictsTheWorstAndAsksForMoreFromThenOn) {
    std::vector<TransactionData> sent;
    for (std::int64_t i = 1; i <= 11; ++i) {
        sent.push_back(pay({reward(static_cast<std::size_t>(i))}, kReward, Amount{1'000 * i}));
        EXPECT_EQ(shell.decide(sent.back()), "");
        EXPECT_LE(shell.pool().memory_bytes(), shell.pool().limits().bytes_max);
    }
    EXPECT_EQ(shell.departure(sent.front()), Departure::evicted);
    EXPECT_TRUE(shell.holds(sent.back()));
    EXPECT_GT(shell.pool().minimum(shell.now()), shell.pool().limits().floor);
    EXPECT_EQ(shell.decide(sent.front()), "mempool min fee not met");
    // A child pays enough, but not more than the worst that is there: the pool is full.
    const std::size_t size = shell.pool().size();
    const FeeRate minimum = shell.pool().minimum(shell.now());
    TransactionData large = pay({out(sent.back())}, kReward - Amount{11'000});
    large.outputs.resize(100, {Amount{330}, test::open_script()});
    Amount rest = kReward - Amount{11'000} - Amount{330 * 99};
    rest -= minimum.fee_for(Transaction(large).virtual_size());
    large.outputs[0].value = rest;
    EXPECT_EQ(shell.decide(large), "mempool full");
    EXPECT_EQ(shell.pool().size(), size);
}

TEST_F(LedgerTest, ExpiresAfterFourteenDaysWithWhatDescends) {
    const Duration days14 = std::chrono::hours{14 * 24};
    const TransactionData old = pay({reward(1)}, kReward);
    EXPECT_EQ(shell.decide(old), "");
    const Time entered = shell.pool().find(Transaction(old).txid())->entered;
    shell.wait(std::chrono::hours{24});
    const TransactionData child = pay({out(old)}, kReward - kFee);
    const TransactionData other = pay({reward(2)}, kReward);
    EXPECT_EQ(shell.decide(child), "");
    EXPECT_EQ(shell.decide(other), "");
    EXPECT_EQ(shell.ledger().next_wakeup(), entered + days14);
    shell.wait(entered + days14 - shell.now() - std::chrono::hours{1});
    EXPECT_TRUE(shell.holds(old));
    shell.wait(std::chrono::hours{1});
    EXPECT_EQ(shell.departure(old), Departure::expired);
    EXPECT_EQ(shell.departure(child), Departure::expired);
    EXPECT_TRUE(shell.holds(other));
}

TEST_F(LedgerTest, KeepsTheAgeThatAPoolFileRemembers) {
    const TransactionData tx = pay({reward(1)}, kReward);
    const Time entered = shell.now() - std::chrono::hours{13 * 24};
    EXPECT_EQ(shell.reason(shell.send_old(tx, entered)), "undecided");
    shell.settle();
    EXPECT_EQ(shell.pool().find(Transaction(tx).txid())->entered, entered);
    shell.wait(std::chrono::hours{25});
    EXPECT_EQ(shell.departure(tx), Departure::expired);
}

TEST_F(LedgerTest, BelievesNoTimeOfEntryThatHasNotCome) {
    const TransactionData tx = pay({reward(1)}, kReward);
    shell.send_old(tx, Time::max());
    shell.settle();
    EXPECT_LE(shell.pool().find(Transaction(tx).txid())->entered, shell.now());
    const TransactionData ancient = pay({reward(2)}, kReward);
    shell.send_old(ancient, Time::min());
    shell.settle();
    EXPECT_EQ(shell.departure(ancient), Departure::expired);
    EXPECT_TRUE(shell.holds(tx));
}

}  // namespace
}  // namespace starling::mempool
