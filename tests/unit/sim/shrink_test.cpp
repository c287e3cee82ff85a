#include "sim/commands/shrink.h"

#include "sim/scenario/scenario.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace starling::sim {
namespace {

Settings faulty_world() {
    Settings settings;
    settings.nodes = 40;
    settings.duration = std::chrono::minutes{120};
    settings.faults.partitions = 30;
    settings.faults.crashes = 30;
    settings.hostile = {{"silent", 3}, {"slow", 2}};
    settings.internet.undialable = 100'000;
    return settings;
}

Settings shrunk(const Settings& settings,
                const std::function<bool(const Settings&)>& fails,
                std::size_t attempts_max = 500) {
    const auto attempt = [&](const Settings& candidate) -> std::optional<Failed> {
        EXPECT_FALSE(fault_of(candidate)) << command_line(candidate);
        if (!fails(candidate)) return std::nullopt;
        return Failed{"planted", Moment{} + std::chrono::minutes{25}};
    };
    Shrinking shrinking(
        attempt, [](const std::string&) {}, attempts_max);
    const Settings out =
        shrinking.smallest(settings, {"planted", Moment{} + std::chrono::minutes{25}});
    EXPECT_LE(shrinking.attempts(), attempts_max);
    return out;
}

TEST(Shrink, KeepsNothingThatTheFailureDoesNotNeed) {
    const Settings smallest = shrunk(faulty_world(), [](const Settings& settings) {
        return settings.nodes >= 7 && settings.hostile.contains("silent");
    });
    EXPECT_EQ(smallest.nodes, 7U);
    EXPECT_EQ(smallest.hostile, (std::map<std::string, std::size_t>{{"silent", 1}}));
    EXPECT_FALSE(smallest.faults.any());
    EXPECT_EQ(smallest.internet.undialable, 0U);
    EXPECT_LE(smallest.duration, std::chrono::minutes{26});
}

TEST(Shrink, FindsTheTwoFaultsThatItTakes) {
    const auto has = [](const Settings& settings, std::uint32_t number) {
        return settings.faults.partitions > 0 &&
               (!settings.only_faults || std::ranges::count(*settings.only_faults, number) > 0);
    };
    const Settings smallest = shrunk(faulty_world(), [&](const Settings& settings) {
        return has(settings, 2) && has(settings, 5);
    });
    EXPECT_EQ(smallest.only_faults, (std::vector<std::uint32_t>{2, 5}));
}

TEST(Shrink, IsNotMisledByAnotherFailure) {
    const auto attempt = [](const Settings& settings) -> std::optional<Failed> {
        return Failed{settings.nodes >= 20 ? "planted" : "another", Moment{}};
    };
    Shrinking shrinking(
        attempt, [](const std::string&) {}, 200);
    EXPECT_GE(shrinking.smallest(faulty_world(), {"planted", Moment{}}).nodes, 20U);
}

TEST(Shrink, MakesNoMoreRunsThanItMay) {
    const Settings smallest = shrunk(
        faulty_world(), [](const Settings&) { return true; }, 3);
    EXPECT_NE(smallest, faulty_world());
}

TEST(Shrink, GivesBackWhatFailsOnlyAsItIs) {
    const Settings settings = faulty_world();
    EXPECT_EQ(shrunk(settings, [&](const Settings& s) { return s == settings; }), settings);
}

}  // namespace
}  // namespace starling::sim
