#include "sim/load/load.h"

#include "sim/world/world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace starling::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Writes down what the load did.
class Notes final : public Observer {
public:
    void block_mined(HostIndex host, const Shared<CheckedBlock>& block) override {
        ++blocks[host];
        mined.push_back(block);
    }
    void transaction_made(HostIndex host, const Shared<Transaction>& tx) override {
        ++transactions[host];
        made.push_back(tx);
    }
    void host_started(HostIndex host) override { ++starts[host]; }
    void host_stopped(HostIndex host, bool crashed) override {
        ++stops[host];
        if (crashed) ++crashes[host];
    }
    void fault(const Fault& fault, bool begins) override { faults.emplace_back(&fault, begins); }
    void phase(const Phase& phase, bool begins) override { phases.emplace_back(&phase, begins); }
    void look(const World& world) override {
        const bool healing = !phases.empty() && phases.back().second &&
                             phases.back().first->kind == Phase::Kind::healing;
        for (HostIndex index = 0; index < world.size(); ++index) {
            const Host& host = world.host(index);
            ++looks;
            running += host.running() ? 1u : 0u;
            if (healing && (!host.running() || host.paused())) ++absent_while_healing;
        }
    }

    std::map<HostIndex, std::size_t> blocks, transactions, starts, stops, crashes;
    std::vector<Shared<CheckedBlock>> mined;
    std::vector<Shared<Transaction>> made;
    std::vector<std::pair<const Fault*, bool>> faults;
    std::vector<std::pair<const Phase*, bool>> phases;
    std::size_t looks = 0, running = 0, absent_while_healing = 0;
};

Settings small_world(std::size_t nodes) {
    Settings settings;
    settings.nodes = nodes;
    settings.duration = hours{1};
    settings.internet.latency = "uniform-50ms";
    settings.overlay.discovery = false;
    settings.overlay.joining = seconds{1};
    settings.load.transactions_per_hour = 0;
    settings.load.block_interval = minutes{1};
    return settings;
}

TEST(Mining, FindsBlocksByHashSharesInTheTimeAskedFor) {
    Settings settings = small_world(4);
    settings.duration = hours{2};
    settings.load.block_interval = seconds{15};
    settings.load.miners = 3;
    World world(draw_plan(settings));
    Notes notes;
    world.watch(notes);
    world.run();
    const auto all = static_cast<double>(notes.mined.size());
    EXPECT_NEAR(all, 2 * 240, 70);
    // Shares of 1, 1/2 and 1/3 of 11/6.
    EXPECT_NEAR(static_cast<double>(notes.blocks[0]), all * 6 / 11, all * 0.08);
    EXPECT_NEAR(static_cast<double>(notes.blocks[1]), all * 3 / 11, all * 0.08);
    EXPECT_NEAR(static_cast<double>(notes.blocks[2]), all * 2 / 11, all * 0.08);
    EXPECT_EQ(notes.blocks.count(3), 0u);
}

TEST(Mining, IsLeftToThoseWhoRun) {
    Settings settings = small_world(3);
    settings.load.miners = 2;
    World world(draw_plan(settings));
    Notes notes;
    world.watch(notes);
    world.run_for(minutes{10});
    world.host(0).crash(0);
    notes.blocks.clear();
    world.run_for(minutes{30});
    EXPECT_EQ(notes.blocks.count(0), 0u);
    EXPECT_GT(notes.blocks[1], 10u);
    world.host(1).pause(true);
    const std::size_t before = notes.mined.size();
    world.run_for(minutes{10});
    EXPECT_EQ(notes.mined.size(), before);
}

TEST(Spending, MakesTransactionsThatBlocksConfirm) {
    Settings settings = small_world(4);
    settings.load.wallets = 4;
    settings.load.transactions_per_hour = 400;
    settings.load.burst = 100'000;
    World world(draw_plan(settings));
    Notes notes;
    world.watch(notes);
    world.run();
    std::set<Txid> mined;
    for (const auto& block : notes.mined) {
        for (const auto& tx : block->block.transactions)
            mined.insert(tx->txid());
    }
    const auto confirmed = std::ranges::count_if(
        notes.made, [&](const auto& tx) { return mined.contains(tx->txid()); });
    EXPECT_NEAR(static_cast<double>(notes.made.size()), 400, 120);
    // Those of the last minutes wait.
    EXPECT_GT(static_cast<double>(confirmed), static_cast<double>(notes.made.size()) * 0.8);
    EXPECT_EQ(notes.transactions.size(), 4u);
}

// A hundred a block, as the largest worlds have it.
TEST(Spending, NeverRunsOutOfCoins) {
    Settings settings = small_world(2);
    settings.duration = minutes{20};
    settings.signatures = Signatures::assumed;
    settings.load.transactions_per_hour = 6'000;
    World world(draw_plan(settings));
    Notes notes;
    world.watch(notes);
    world.run();
    EXPECT_NEAR(static_cast<double>(notes.made.size()), 2'000, 150);
}

TEST(Spending, GoesOnAfterACrashThatLostTheChain) {
    Settings settings = small_world(3);
    settings.load.wallets = 1;
    settings.load.transactions_per_hour = 600;
    World world(draw_plan(settings));
    Notes notes;
    world.watch(notes);
    world.run_for(minutes{10});
    world.host(0).crash(16);
    world.host(0).start();
    world.run_for(minutes{5});  // it has the chain again
    const std::size_t before = notes.made.size();
    world.run_for(minutes{30});
    EXPECT_GT(notes.made.size(), before + 200);
}

TEST(Churn, HostsAreThereForTheirShareOfTheTime) {
    Settings settings = small_world(20);
    settings.duration = hours{5};
    settings.load.block_interval = Span{0};
    settings.load.miners = 0;
    settings.overlay.outbound = 2;
    settings.overlay.bootnodes = 1;
    settings.churn = {.model = SessionModel::exponential,
                      .session = minutes{30},
                      .gap = minutes{10},
                      .crashes = 500'000};
    World world(draw_plan(settings));
    Notes notes;
    world.watch(notes);
    world.run();
    std::size_t stops = 0, crashes = 0;
    for (const auto& [host, count] : notes.stops)
        stops += count;
    for (const auto& [host, count] : notes.crashes)
        crashes += count;
    EXPECT_NEAR(static_cast<double>(notes.running) / static_cast<double>(notes.looks), 0.75, 0.08);
    EXPECT_NEAR(static_cast<double>(stops), 19 * 7.5, 40);
    EXPECT_NEAR(static_cast<double>(crashes), static_cast<double>(stops) / 2, 25);
    EXPECT_EQ(notes.stops.count(0), 0u) << "a bootnode left";
}

TEST(Churn, LeavesMinersWithHalfOfTheHashes) {
    Settings settings = small_world(10);
    settings.duration = hours{1};
    settings.overlay.bootnodes = 1;
    settings.churn = {.model = SessionModel::exponential, .session = minutes{5}, .gap = minutes{5}};
    World world(draw_plan(settings));
    Notes notes;
    world.watch(notes);
    world.run();
    std::uint64_t all = 0, stayed = 0;
    for (const HostPlan& host : world.plan().hosts) {
        all += host.hash_share;
        if (!notes.stops.contains(host.index)) stayed += host.hash_share;
    }
    EXPECT_GE(stayed * 2, all);
    EXPECT_GT(notes.stops.size(), 5u);
}

Settings faulty_world() {
    Settings settings = small_world(8);
    settings.duration = minutes{60};
    settings.faults = {.faulty = minutes{10},
                       .healing = minutes{20},
                       .partitions = 6,
                       .one_way_partitions = 6,
                       .clogs = 6,
                       .crashes = 30,
                       .pauses = 30,
                       .loss_bursts = 6};
    settings.churn = {.model = SessionModel::exponential, .session = minutes{5}, .gap = minutes{2}};
    return settings;
}

TEST(FaultSchedule, BeginsAndEndsWhatIsPlannedAndHealsBetween) {
    World world(draw_plan(faulty_world()));
    Notes notes;
    world.watch(notes);
    world.run();
    std::set<const Fault*> open;
    for (const auto& [fault, begins] : notes.faults)
        EXPECT_TRUE(begins ? open.insert(fault).second : open.erase(fault) == 1);
    EXPECT_TRUE(open.empty());
    EXPECT_EQ(notes.faults.size(), 2 * world.plan().faults.size());
    EXPECT_EQ(notes.phases.size(), 2 * world.plan().phases.size());
    EXPECT_EQ(notes.absent_while_healing, 0u);
    EXPECT_GT(notes.crashes.size(), 3u);
}

TEST(FaultSchedule, LeadsToOneTipOfAllAtTheEnd) {
    World world(draw_plan(faulty_world()));
    world.run();
    std::map<BlockHash, std::size_t> tips;
    for (HostIndex index = 0; index < world.size(); ++index)
        ++tips[world.host(index).tip()->hash];
    EXPECT_EQ(tips.size(), 1u);
}

TEST(Load, GivesTheSameTraceForTheSameSeed) {
    Settings settings = faulty_world();
    settings.duration = minutes{30};
    settings.load.transactions_per_hour = 300;
    World a(draw_plan(settings)), b(draw_plan(settings));
    a.run();
    b.run();
    EXPECT_EQ(a.trace().hash(), b.trace().hash());
    settings.seed = 2;
    World other(draw_plan(settings));
    other.run();
    EXPECT_NE(a.trace().hash(), other.trace().hash());
}

}  // namespace
}  // namespace starling::sim
