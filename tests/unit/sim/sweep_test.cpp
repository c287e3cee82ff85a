#include "sim/commands/sweep.h"

#include "sim/checkers/marks.h"
#include "sim/commands/children.h"

#include <gtest/gtest.h>

#include <csignal>
#include <set>

namespace starling::sim {
namespace {

Report report_of(std::uint64_t seed, bool fails) {
    Report report;
    report.settings = draw_swarm(seed, 10);
    report.trace_hash = seed * 1'000'003;
    report.events = 100;
    report.simulated = std::chrono::minutes{30};
    report.real.elapsed = std::chrono::milliseconds{200};
    report.marks[std::string(Marks::names().front())] = 2;
    if (fails) report.violations.push_back({Moment{}, "money", 4, "a coin too many"});
    return report;
}

Sweep sweep_of(std::uint64_t first, std::uint64_t count) {
    Sweep sweep;
    for (std::uint64_t seed = first; seed < first + count; ++seed)
        sweep.add(report_of(seed, seed % 10 == 0));
    return sweep;
}

TEST(Sweep, PiecesAddUpToTheWhole) {
    const Sweep whole = sweep_of(1, 40);
    Sweep pieces;
    for (const std::uint64_t first : {21U, 1U, 31U, 11U}) {
        const auto piece = parse_sweep(to_json(sweep_of(first, 10)));
        ASSERT_TRUE(piece) << piece.error();
        EXPECT_TRUE(pieces.add(*piece));
    }
    EXPECT_EQ(to_json(pieces), to_json(whole));
    EXPECT_EQ(whole.failed, 4U);
    ASSERT_EQ(whole.failures.size(), 4U);
    EXPECT_EQ(whole.failures[0].command, "starling-sim run --seed 10 --nodes 10 --swarm");
}

TEST(Sweep, CountsNoSeedTwice) {
    Sweep sweep = sweep_of(1, 10);
    EXPECT_FALSE(sweep.add(sweep_of(10, 5)));
    EXPECT_EQ(sweep.runs, 10U);
    EXPECT_TRUE(sweep.add(sweep_of(11, 5)));
}

TEST(Sweep, NamesTheMarksThatWereNeverReached) {
    const Sweep sweep = sweep_of(1, 3);
    const std::vector<std::string> missed = sweep.missed_marks();
    EXPECT_EQ(missed.size() + 1, Marks::names().size());
    EXPECT_EQ(std::ranges::count(missed, std::string(Marks::names().front())), 0);
}

TEST(Sweep, RefusesWhatIsNone) {
    for (const char* wrong :
         {"", "{}", "[]", "7", R"({"seeds":3,"runs":1})", R"({"seeds":[[1]],"runs":1})"})
        EXPECT_FALSE(parse_sweep(wrong)) << wrong;
}

TEST(Children, GiveBackWhatTheySayAndHowTheyEnded) {
    const std::string large(1'000'000, 'x');
    const auto work = [&](std::size_t index) -> std::string {
        if (index == 1) std::raise(SIGKILL);
        if (index == 2) throw std::runtime_error("planted, for a test");
        return index == 0 ? large : std::to_string(index);
    };
    std::map<std::size_t, Ended> ended;
    in_children(5, 2, work, [&](std::size_t index, const Ended& end) {
        ended[index] = end;
        return true;
    });
    ASSERT_EQ(ended.size(), 5U);
    EXPECT_EQ(ended[0].text, large);
    EXPECT_EQ(ended[0].death, "");
    EXPECT_EQ(ended[1].death, "killed by signal 9 (Killed)");
    EXPECT_EQ(ended[2].death, "ended with code 3");
    EXPECT_EQ(ended[4].text, "4");
}

TEST(Children, ThatStandStillAreEnded) {
    const auto work = [](std::size_t) -> std::string {
        for (volatile bool forever = true; forever;) {
        }
        return "";
    };
    std::string death;
    in_children(
        1, 1, work,
        [&](std::size_t, const Ended& end) {
            death = end.death;
            return true;
        },
        std::chrono::seconds{0});
    EXPECT_EQ(death, "it took too long");
}

TEST(Children, AreNoMoreBegunOnceItIsEnough) {
    std::set<std::size_t> ended;
    in_children(
        50, 1, [](std::size_t) { return std::string(); },
        [&](std::size_t index, const Ended&) {
            ended.insert(index);
            return index < 3;
        });
    EXPECT_EQ(ended, (std::set<std::size_t>{0, 1, 2, 3}));
}

}  // namespace
}  // namespace starling::sim
