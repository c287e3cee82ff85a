#include "sim/load/prehistory.h"

#include "chain/memory_store.h"
#include "mempool/ledger.h"
#include "sim/engine/stream.h"
#include "sim/environment.h"
#include "sim/host/archive.h"
#include "sim/load/spending_key.h"

#include <gtest/gtest.h>

#include <deque>

namespace starling::sim {
namespace {

using chain::MemoryStore;

Settings spending_settings(Signatures signatures = Signatures::real) {
    Settings settings;
    settings.nodes = 12;
    settings.load.wallets = 5;
    settings.load.transactions_per_hour = 200;
    settings.signatures = signatures;
    return settings;
}

// A ledger over a store whose every job is done at once, scripts included.
class Node {
public:
    explicit Node(MemoryStore& store)
        : store_(store), ledger_(simulated_network(), {}, {}, random_) {
        std::vector<mempool::LedgerEffect> out;
        ledger_.open(store.load(), now_, out);
        perform(std::move(out));
    }
    void submit(Shared<CheckedBlock> block) {
        handle(chain::Input{chain::BlockArrived{{1}, std::move(block), false}});
    }
    void flush() { handle(chain::Input{chain::FlushAsked{}}); }
    [[nodiscard]] const HeaderNode* tip() const { return ledger_.chain().tip(); }
    [[nodiscard]] const std::vector<Reject>& rejects() const { return rejects_; }

private:
    void handle(mempool::LedgerInput input) {
        std::vector<mempool::LedgerEffect> out;
        ledger_.handle(std::move(input), now_, out);
        perform(std::move(out));
    }
    void perform(std::vector<mempool::LedgerEffect> effects) {
        for (auto& effect : effects) {
            if (const auto* of_chain = std::get_if<chain::Effect>(&effect))
                std::visit([this](const auto& job) { perform(job); }, *of_chain);
        }
    }
    void perform(const chain::ReadCoins& job) {
        handle(chain::Input{chain::CoinsRead{job.id, store_.coins(job.points)}});
    }
    void perform(const chain::VerifyScripts& job) {
        handle(chain::Input{chain::ScriptsVerified{
            job.id, verify_scripts(*job.batch, 0, job.batch->checks.size())}});
    }
    void perform(const chain::AppendBody& job) { store_.append(job.block); }
    void perform(const chain::Commit& job) {
        store_.commit(*job.batch);
        handle(chain::Input{chain::Committed{job.batch->sequence}});
    }
    void perform(const chain::Decided& decided) {
        if (decided.reject) rejects_.push_back(*decided.reject);
    }
    template <class Effect>
    void perform(const Effect&) {}

    MemoryStore& store_;
    Stream random_{7};
    Time now_ = time_at(Moment{});
    mempool::Ledger ledger_;
    std::vector<Reject> rejects_;
};

TEST(Prehistory, IsAChainThatANodeAcceptsWithItsScripts) {
    const Prehistory prehistory =
        make_prehistory(draw_plan(spending_settings()), simulated_network());
    MemoryStore store(simulated_network().genesis_hash);
    Node node(store);
    for (const auto& block : prehistory.blocks)
        node.submit(block);
    EXPECT_TRUE(node.rejects().empty());
    EXPECT_EQ(node.tip()->hash, prehistory.blocks.back()->hash);
    EXPECT_GT(prehistory.blocks.back()->block.transactions.size(), 1u);
}

TEST(Prehistory, WithAssumedSignaturesIsRefusedBySomeoneWhoLooks) {
    const Prehistory prehistory =
        make_prehistory(draw_plan(spending_settings(Signatures::assumed)), simulated_network());
    MemoryStore store(simulated_network().genesis_hash);
    Node node(store);
    for (const auto& block : prehistory.blocks)
        node.submit(block);
    EXPECT_EQ(node.tip()->height, Height{static_cast<std::int32_t>(prehistory.blocks.size()) - 1});
}

TEST(Prehistory, FillsAStoreAsIfANodeHadConnectedIt) {
    const Plan plan = draw_plan(spending_settings());
    const Prehistory prehistory = make_prehistory(plan, simulated_network());
    Stream stream(1);
    Archive archive(simulated_network(), stream);
    MemoryStore filled(simulated_network().genesis_hash), worked(simulated_network().genesis_hash);
    fill(filled, prehistory, archive);
    {
        Node node(worked);
        for (const auto& block : prehistory.blocks)
            node.submit(block);
        node.flush();
    }
    std::vector<std::pair<OutPoint, Coin>> a, b;
    filled.each_coin([&](const OutPoint& point, const Coin& coin) {
        a.emplace_back(point, coin);
        return true;
    });
    worked.each_coin([&](const OutPoint& point, const Coin& coin) {
        b.emplace_back(point, coin);
        return true;
    });
    EXPECT_TRUE(a == b);
    EXPECT_GT(a.size(), 300u);
    const Node reopened(filled);
    EXPECT_EQ(reopened.tip()->hash, prehistory.blocks.back()->hash);
}

TEST(Prehistory, GivesEachWalletConfirmedCoinsOfItsKey) {
    const Plan plan = draw_plan(spending_settings());
    const Prehistory prehistory = make_prehistory(plan, simulated_network());
    Stream stream(1);
    Archive archive(simulated_network(), stream);
    MemoryStore store(simulated_network().genesis_hash);
    fill(store, prehistory, archive);
    ASSERT_EQ(prehistory.coins.size(), 5u);
    for (std::size_t wallet = 0; wallet < prehistory.coins.size(); ++wallet) {
        const SpendingKey key = spending_key(plan.settings.seed, "wallet", wallet);
        EXPECT_GE(prehistory.coins[wallet].size(), 60u);  // 200 * 3 / 2 / 5
        for (const auto& [point, value] : prehistory.coins[wallet]) {
            const auto coin = store.coin(point);
            ASSERT_TRUE(coin);
            EXPECT_EQ(coin->output.value, value);
            EXPECT_EQ(coin->output.script_pubkey, key.script);
            EXPECT_FALSE(coin->coinbase);
            EXPECT_GT(value.units, 1'000'000);
        }
    }
}

TEST(Prehistory, EndsWhenTheRunBegins) {
    for (const std::uint64_t an_hour : {0u, 100u}) {
        Settings settings = spending_settings();
        settings.load.transactions_per_hour = an_hour;
        const Prehistory prehistory = make_prehistory(draw_plan(settings), simulated_network());
        EXPECT_EQ(std::chrono::seconds{prehistory.blocks.back()->block.header.time},
                  time_at(Moment{}).time_since_epoch());
        EXPECT_EQ(prehistory.blocks.size(), an_hour == 0 ? 1u : 101u);
    }
}

TEST(Prehistory, IsAsLongAsAskedForAndAsCoinsNeed) {
    for (const std::uint64_t an_hour : {0u, 100u}) {
        Settings settings = spending_settings();
        settings.load.transactions_per_hour = an_hour;
        for (const std::size_t asked : {50u, 300u}) {
            settings.load.prehistory_blocks = asked;
            const Prehistory prehistory = make_prehistory(draw_plan(settings), simulated_network());
            EXPECT_EQ(prehistory.blocks.size(), std::max<std::size_t>(asked, an_hour ? 101 : 1));
            EXPECT_EQ(std::chrono::seconds{prehistory.blocks.back()->block.header.time},
                      time_at(Moment{}).time_since_epoch());
        }
    }
}

TEST(Prehistory, ServesManyWalletsWithinItsBounds) {
    Settings settings = spending_settings(Signatures::assumed);
    settings.nodes = 1'000;
    settings.load.wallets = 1'000;
    const Prehistory prehistory = make_prehistory(draw_plan(settings), simulated_network());
    for (const auto& coins : prehistory.coins)
        EXPECT_EQ(coins.size(), Prehistory::kCoinsAWalletMin);
    settings.load.wallets = 10;
    settings.load.transactions_per_hour = 100'000'000;
    const Prehistory busy = make_prehistory(draw_plan(settings), simulated_network());
    for (const auto& coins : busy.coins)
        EXPECT_LE(coins.size(), Prehistory::kCoinsMax / 10 + 1);
}

}  // namespace
}  // namespace starling::sim
