#include "sim/world/world.h"

#include "unit/sim/checkers/watched_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace starling::sim {
namespace {

using namespace std::chrono_literals;

Settings small(std::uint64_t seed) {
    Settings settings = busy_world(seed);
    settings.duration = 10min;
    settings.load.block_interval = 1min;
    return settings;
}

// How many of the honest hosts that run stand at the tip of most.
std::size_t at_one_tip(const World& world) {
    std::size_t most = 0;
    for (const HostIndex one : world.honest()) {
        const auto same = std::ranges::count_if(world.honest(), [&](HostIndex other) {
            return world.host(other).tip()->hash == world.host(one).tip()->hash;
        });
        most = std::max(most, static_cast<std::size_t>(same));
    }
    return most;
}

struct Tally final : Observer {
    void block_mined(HostIndex, const Shared<CheckedBlock>&) override { ++blocks; }
    void transaction_made(HostIndex, const Shared<Transaction>&) override { ++transactions; }
    void look(const World& world) override {
        ++looks;
        if (at_one_tip(world) == world.size()) agreed_at = world.now();
    }
    int blocks = 0, transactions = 0, looks = 0;
    Moment agreed_at{};
};

TEST(World, OfTenHostsConnectsAndKeepsToOneTip) {
    World world(draw_plan(small(1)));
    Tally tally;
    world.watch(tally);
    world.run();
    EXPECT_EQ(world.now(), Moment{10min});
    EXPECT_EQ(world.honest().size(), 10u);
    EXPECT_GE(tally.blocks, 3);
    EXPECT_GE(tally.transactions, 50);
    EXPECT_GE(tally.agreed_at, Moment{8min});
    EXPECT_EQ(tally.looks, 61);  // both ends
    for (const HostIndex index : world.honest())
        EXPECT_GE(world.host(index).peers().size(), 2u);
}

TEST(World, GivesTheSameTraceForTheSameSeedAndAnotherForAnother) {
    const auto hash_of = [](Settings settings) {
        settings.duration = std::min<Span>(settings.duration, 3min);
        World world(draw_plan(settings));
        world.run();
        return world.trace().hash();
    };
    EXPECT_EQ(hash_of(small(1)), hash_of(small(1)));
    EXPECT_NE(hash_of(small(1)), hash_of(small(2)));
    Settings wire = small(1);
    wire.wire = true;
    wire.duration = 1min;
    EXPECT_EQ(hash_of(wire), hash_of(wire));
}

TEST(World, SurvivesEveryKindOfFaultAndAgreesAfterHealing) {
    Settings settings = small(3);
    settings.duration = 20min;
    settings.faults = {.faulty = 10min,
                       .healing = 10min,
                       .partitions = 12,
                       .one_way_partitions = 12,
                       .clogs = 12,
                       .crashes = 30,
                       .pauses = 30,
                       .loss_bursts = 12};
    World world(draw_plan(settings));
    world.run();
    EXPECT_EQ(world.honest().size(), 10u);
    // A block of the last moment may still be under way.
    EXPECT_GE(at_one_tip(world), 9u);
}

TEST(World, StopsWhenThereIsEnough) {
    World world(draw_plan(small(1)));
    world.run([&] { return world.now() >= Moment{1min}; });
    EXPECT_EQ(world.now(), Moment{1min});
}

TEST(World, RunsInPiecesAsInOne) {
    Settings settings = small(1);
    settings.duration = 3min;
    World whole(draw_plan(settings));
    whole.run();
    World pieces(draw_plan(settings));
    pieces.run_for(7s);
    pieces.run_for(73s);
    pieces.run();
    EXPECT_EQ(pieces.trace().hash(), whole.trace().hash());
    EXPECT_EQ(pieces.events(), whole.events());
}

}  // namespace
}  // namespace starling::sim
