#include "sim/plan.h"
#include "sim/settings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

namespace starling::sim {
namespace {

TEST(SwarmDraw, AlwaysMakesSense) {
    for (const std::size_t nodes : {1u, 2u, 3u, 10u, 30u}) {
        for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
            const Settings settings = draw_swarm(seed, nodes);
            const auto fault = fault_of(settings);
            EXPECT_FALSE(fault) << seed << ": " << fault.value_or("");
            EXPECT_TRUE(settings.swarm);
            EXPECT_EQ(settings.seed, seed);
            EXPECT_EQ(settings.nodes, nodes);
        }
    }
}

TEST(SwarmDraw, IsTheSameForTheSameSeed) {
    EXPECT_EQ(draw_swarm(7, 10), draw_swarm(7, 10));
    EXPECT_NE(draw_swarm(7, 10), draw_swarm(8, 10));
}

// Each feature is on in some runs and off in others.
TEST(SwarmDraw, SwitchesEveryFeatureOnAndOff) {
    using Question = std::function<bool(const Settings&)>;
    const std::vector<std::pair<const char*, Question>> features{
        {"wire", [](const Settings& s) { return s.wire; }},
        {"real signatures", [](const Settings& s) { return real_signatures(s); }},
        {"own state", [](const Settings& s) { return own_state(s); }},
        {"latency", [](const Settings& s) { return s.internet.latency == "uniform-50ms"; }},
        {"jitter", [](const Settings& s) { return s.internet.jitter_percent > 0; }},
        {"loss", [](const Settings& s) { return s.internet.datagram_loss > 0; }},
        {"much loss", [](const Settings& s) { return s.internet.datagram_loss > 200'000; }},
        {"undialable", [](const Settings& s) { return s.internet.undialable > 0; }},
        {"thin lines", [](const Settings& s) { return s.internet.bandwidth_percent < 50; }},
        {"few outbound", [](const Settings& s) { return s.overlay.outbound == 2; }},
        {"long prehistory", [](const Settings& s) { return s.load.prehistory_blocks > 2'144; }},
        {"one bootnode", [](const Settings& s) { return s.overlay.bootnodes == 1; }},
        {"fast blocks",
         [](const Settings& s) { return s.load.block_interval < std::chrono::seconds{20}; }},
        {"one miner", [](const Settings& s) { return s.load.miners == 1; }},
        {"transactions", [](const Settings& s) { return s.load.transactions_per_hour > 0; }},
        {"many transactions",
         [](const Settings& s) { return s.load.transactions_per_hour > 1'000; }},
        {"bursts", [](const Settings& s) { return s.load.burst > 0; }},
        {"churn", [](const Settings& s) { return s.churn.model != SessionModel::always_on; }},
        {"KAD", [](const Settings& s) { return s.churn.model == SessionModel::kad; }},
        {"clocks", [](const Settings& s) { return s.hosts.clock_offset_max > Span{0}; }},
        {"slow hosts", [](const Settings& s) { return s.hosts.slow > 0; }},
        {"partitions", [](const Settings& s) { return s.faults.partitions > 0; }},
        {"one way", [](const Settings& s) { return s.faults.one_way_partitions > 0; }},
        {"clogs", [](const Settings& s) { return s.faults.clogs > 0; }},
        {"crashes", [](const Settings& s) { return s.faults.crashes > 0; }},
        {"pauses", [](const Settings& s) { return s.faults.pauses > 0; }},
        {"loss bursts", [](const Settings& s) { return s.faults.loss_bursts > 0; }},
        {"no faults", [](const Settings& s) { return !s.faults.any(); }},
        {"three hostile",
         [](const Settings& s) {
             std::size_t hostile = 0;
             for (const auto& [name, count] : s.hostile)
                 hostile += count;
             return hostile == 3;
         }},
    };
    constexpr std::uint64_t kSeeds = 1'000;
    for (const auto& [name, is_on] : features) {
        std::size_t on = 0;
        for (std::uint64_t seed = 0; seed < kSeeds; ++seed)
            on += is_on(draw_swarm(seed, 10)) ? 1u : 0u;
        EXPECT_GT(on, 5u) << name;
        EXPECT_LT(on, kSeeds * 9 / 10) << name;
    }
}

TEST(SwarmDraw, BringsEveryKindOfHostileHost) {
    std::set<std::string> names;
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        for (const auto& [name, count] : draw_swarm(seed, 10).hostile)
            names.insert(name);
    }
    EXPECT_EQ(names.size(), 10u);
}

TEST(SwarmDraw, HasTimeForFaultsAndHealing) {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const Plan plan = draw_plan(draw_swarm(seed, 10));
        if (!plan.settings.faults.any()) continue;
        ASSERT_GE(plan.phases.size(), 2u);
        EXPECT_EQ(plan.phases.back().kind, Phase::Kind::healing);
        EXPECT_GE(plan.phases.back().end - plan.phases.back().begin, std::chrono::minutes{10});
        EXPECT_LE(plan.settings.duration, std::chrono::minutes{60});
        EXPECT_FALSE(plan.bootnodes.empty());
    }
}

}  // namespace
}  // namespace starling::sim
