#include "p2p/eclipse_alarm.h"

#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::SeededRandom;

// A node that has all it wants, an hour after its start.
EclipseSigns honest() {
    EclipseSigns signs{.up = 1h,
                       .looking = 1h,
                       .outbound = 12,
                       .netgroups = 12,
                       .wanted = 12,
                       .netgroups_wanted = 12,
                       .quiet = 0s,
                       .spacing = 2min,
                       .anchors_tried = 4,
                       .anchors_kept = 4};
    signs.density.ratio = signs.density.inner_ratio = 1;
    return signs;
}

unsigned gauge_of(const EclipseSigns& signs) {
    return eclipse_gauge(signs).gauge;
}

EclipseSigns quiet_for(Duration quiet) {
    EclipseSigns signs = honest();
    signs.quiet = quiet;
    return signs;
}

TEST(EclipseAlarm, IsCalmWhereNothingIsAmiss) {
    EclipseAlarm alarm;
    const EclipseReport report = alarm.judge(honest());
    EXPECT_EQ(report.gauge, 0U);
    EXPECT_EQ(report.level, EclipseLevel::calm);
    for (const EclipseTerm& term : report.terms)
        EXPECT_EQ(term.percent, 0U) << term.name;
}

TEST(EclipseAlarm, EachTermGrowsWithItsSignUpToItsOwnBound) {
    const auto grows = [](auto change, unsigned most) {
        unsigned before = 0;
        for (unsigned step = 0; step <= 40; ++step) {
            EclipseSigns signs = honest();
            change(signs, step);
            const unsigned now = gauge_of(signs);
            EXPECT_GE(now, before) << step;
            before = now;
        }
        EXPECT_EQ(before, most);
    };
    grows([](auto& s, unsigned n) { s.netgroups = 12 - std::min(n, 12U); }, 60);
    grows([](auto& s, unsigned n) { s.quiet = n * 1min; }, 100);
    grows([](auto& s, unsigned n) { s.density.ratio = 1 + 0.2 * n; }, 70);
    grows(
        [](auto& s, unsigned n) {
            s.up = 0s;
            s.anchors_kept = 4 - std::min(n, 4U);
        },
        30);
}

TEST(EclipseAlarm, OneNetgroupIsWorthALookHoweverFewThereAre) {
    for (std::size_t known = 4; known <= 12; ++known) {
        EclipseSigns signs = honest();
        signs.netgroups_wanted = known;
        signs.outbound = signs.netgroups = 1;
        EXPECT_EQ(EclipseAlarm().judge(signs).level, EclipseLevel::watch) << known;
        signs.outbound = signs.netgroups = known;
        EXPECT_EQ(gauge_of(signs), 0U);
    }
}

TEST(EclipseAlarm, TheTipsTermIsTheChanceOfSoLongAWait) {
    for (double decades = 0.5; decades < 8; decades += 0.5) {
        const double spacings = decades * std::log(10.0);
        const Duration quiet{static_cast<Duration::rep>(spacings * 120'000)};
        EXPECT_NEAR(gauge_of(quiet_for(quiet)), 12.5 * decades, 1.0) << decades;
    }
    EXPECT_EQ(gauge_of(quiet_for(24h * 365 * 100)), 100U) << "no number is too large";
    EXPECT_EQ(gauge_of(quiet_for(-1h)), 0U) << "nor is a clock that was set back";
}

TEST(EclipseAlarm, GoesUpAtOnceAndDownOnlyBelowWhereItCame) {
    EclipseAlarm alarm;
    const auto after = [&](Duration quiet) { return alarm.judge(quiet_for(quiet)).level; };
    EXPECT_EQ(after(18min), EclipseLevel::calm);
    EXPECT_EQ(after(19min), EclipseLevel::watch);
    EXPECT_EQ(after(16min), EclipseLevel::watch) << "43 of 100";
    EXPECT_EQ(after(14min), EclipseLevel::calm);
    EXPECT_EQ(after(16min), EclipseLevel::calm);
    EXPECT_EQ(after(28min), EclipseLevel::alarm);
    EXPECT_EQ(after(24min), EclipseLevel::alarm);
    EXPECT_EQ(after(21min), EclipseLevel::watch);
    EXPECT_EQ(after(1h), EclipseLevel::alarm);
    EXPECT_EQ(after(0s), EclipseLevel::calm) << "a block came: all of it is over";
}

// Whoever tells of each report whose level is not that of before has told each level once.
TEST(EclipseAlarm, AChangeOfTheLevelIsToldExactlyOnce) {
    SeededRandom random(8);
    EclipseAlarm alarm;
    EclipseLevel told = EclipseLevel::calm;
    int changes = 0;
    for (int i = 0; i < 1'000; ++i) {
        const Duration quiet = 1min * random.below(40);
        for (const bool again : {false, true}) {
            const EclipseReport report = alarm.judge(quiet_for(quiet));
            EXPECT_EQ(report.before, told);
            EXPECT_EQ(report.level, alarm.level());
            EXPECT_FALSE(again && report.level != report.before) << "nothing has changed";
            changes += report.level != report.before;
            told = report.level;
        }
    }
    EXPECT_GT(changes, 100);
}

// A hundred thousand blocks that come at random: as often on watch as Poisson says, 10^-4 of them,
// and with this seed never alarmed (10^-6).
TEST(EclipseAlarm, HonestWaitsForBlocksRingItAsOftenAsTheyShould) {
    SeededRandom random(5);
    EclipseAlarm alarm;
    int watched = 0, alarmed = 0;
    for (int block = 0; block < 100'000; ++block) {
        const double uniform = (double(random.next() >> 11) + 1) / 9'007'199'254'740'992.0;
        const double spacings = -std::log(uniform);
        const Duration wait{static_cast<Duration::rep>(spacings * 120'000)};
        const EclipseLevel level = alarm.judge(quiet_for(wait)).level;
        watched += level != EclipseLevel::calm;
        alarmed += level == EclipseLevel::alarm;
        alarm.judge(quiet_for(0s));
    }
    EXPECT_GE(watched, 2);
    EXPECT_LE(watched, 25) << "ten are expected";
    EXPECT_EQ(alarmed, 0);
}

// Each knows the four others.
TEST(EclipseAlarm, FiveHonestNodesInAsManyNetgroupsHaveNoMoreThanAWarningADay) {
    SeededRandom random(7);
    EclipseAlarm alarm;
    EclipseSigns signs = honest();
    signs.outbound = signs.netgroups = signs.netgroups_wanted = 4;
    Duration next_block{0}, last_block{0};
    for (int day = 0; day < 7; ++day) {
        int warnings = 0;
        for (Duration at{0}; at < 24h; at += 10s) {
            const Duration now = day * 24h + at;
            while (next_block <= now) {
                last_block = next_block;
                const double uniform = (double(random.next() >> 11) + 1) / 9'007'199'254'740'992.0;
                next_block += Duration{static_cast<Duration::rep>(-120'000 * std::log(uniform))};
            }
            signs.quiet = now - last_block;
            const EclipseReport report = alarm.judge(signs);
            warnings += report.level > report.before;
        }
        EXPECT_LE(warnings, 1) << day;
    }
    signs.quiet = 0s;
    EXPECT_EQ(alarm.judge(signs).level, EclipseLevel::calm);
}

TEST(EclipseAlarm, AGaugeThatRestsWhereItEndsIsCalm) {
    EclipseAlarm alarm;
    EclipseSigns signs = honest();
    signs.netgroups = 4;
    ASSERT_EQ(gauge_of(signs), EclipseAlarm::kWatchEnds);
    signs.quiet = 8min;
    EXPECT_EQ(alarm.judge(signs).level, EclipseLevel::watch);
    signs.quiet = 0s;
    EXPECT_EQ(alarm.judge(signs).level, EclipseLevel::calm);
}

// Nodes at random near us: the sixteen nearest lie in a space that the table leads to expect.
TEST(EclipseAlarm, HonestDensitiesDoNotRingItAndGroundIdsDo) {
    SeededRandom random(6);
    int watched = 0;
    for (int table = 0; table < 20'000; ++table) {
        // The distance of the 16th of a Poisson process is a sum of 16 exponential steps.
        double distance = 0;
        for (int i = 0; i < 16; ++i)
            distance -= std::log((double(random.next() >> 11) + 1) / 9'007'199'254'740'992.0);
        EclipseSigns signs = honest();
        signs.density.ratio = 15 / distance;
        watched += EclipseAlarm().judge(signs).level != EclipseLevel::calm;
    }
    EXPECT_EQ(watched, 0);
    EclipseSigns ground = honest();
    ground.density.ratio = 5;
    EXPECT_EQ(EclipseAlarm().judge(ground).level, EclipseLevel::watch);
}

NodeId id_of(std::uint64_t first_word) {
    NodeId id;
    for (std::size_t i = 0; i < 8; ++i)
        id.bytes[i] = static_cast<std::uint8_t>(first_word >> (56 - 8 * i));
    return id;
}

// Our place in a network of a thousand nodes that lie evenly, where so many ids were ground to lie
// between us and the nearest.
discv5::DensityFigures place_with(std::uint64_t ground) {
    constexpr std::uint64_t kStep = ~std::uint64_t{0} / 1'000;
    const auto nearest_to = [](std::uint64_t place, std::uint64_t close_by) {
        std::vector<NodeId> nodes;
        for (std::uint64_t i = 1; i <= close_by; ++i)
            nodes.push_back(id_of(place + i * (kStep / 32)));
        for (std::uint64_t i = 1; nodes.size() < discv5::Density::kNearest; ++i)
            nodes.push_back(id_of(place + i * kStep));
        return nodes;
    };
    discv5::Density density(id_of(0));
    constexpr std::uint64_t kFarAway = std::uint64_t{1} << 63;
    for (std::size_t i = 0; i < discv5::Density::kLookupsMin; ++i)
        density.looked_up(id_of(kFarAway), nearest_to(kFarAway, 0));
    density.measure(nearest_to(0, ground));
    return density.figures();
}

TEST(EclipseAlarm, WatchesWhileDiscoveryFindsOurPlaceTooDense) {
    EclipseSigns signs = honest();
    signs.density = place_with(0);
    ASSERT_FALSE(signs.density.alarming);
    EXPECT_EQ(EclipseAlarm().judge(signs).level, EclipseLevel::calm);
    // Among the nearest sixteen, eight are not many.
    signs.density = place_with(8);
    ASSERT_TRUE(signs.density.alarming);
    ASSERT_LT(*signs.density.ratio, 2.5);
    const EclipseReport eight = EclipseAlarm().judge(signs);
    EXPECT_EQ(eight.level, EclipseLevel::watch);
    EXPECT_NE(eight.terms[3].seen.find("% next to it"), std::string::npos) << eight.terms[3].seen;
    signs.density.ratio = signs.density.inner_ratio = 4;
    EXPECT_EQ(EclipseAlarm().judge(signs).level, EclipseLevel::watch) << "all sixteen of them";
    signs.density.ratio.reset();
    EXPECT_FALSE(EclipseAlarm().judge(signs).terms[3].percent) << "none are known now";
}

TEST(EclipseAlarm, WholeEclipsesRingItWhicheverWayTheyAreMade) {
    // By restart, with ids ground near ours, relaying every block.
    EclipseSigns restart = honest();
    restart.up = 10min;
    restart.anchors_kept = 0;
    restart.density.ratio = 5;
    EXPECT_EQ(EclipseAlarm().judge(restart).level, EclipseLevel::alarm);
    // From one netgroup, and blocks are withheld: fifteen minutes of two each do.
    EclipseSigns one_group = quiet_for(15min);
    one_group.netgroups = 1;
    EXPECT_EQ(EclipseAlarm().judge(one_group).level, EclipseLevel::watch);
    one_group.quiet = 17min;
    one_group.anchors_kept = 0;
    EXPECT_EQ(EclipseAlarm().judge(one_group).level, EclipseLevel::alarm);
    // From as many netgroups as there are peers, by withholding alone.
    EXPECT_EQ(EclipseAlarm().judge(quiet_for(28min)).level, EclipseLevel::alarm);
}

TEST(EclipseAlarm, ANodeThatJustBeganHasTimeToFindPeers) {
    EclipseSigns young = honest();
    young.outbound = young.netgroups = 0;
    young.looking = 4min;
    EXPECT_EQ(gauge_of(young), 0U);
    young.looking = 5min;
    EXPECT_EQ(EclipseAlarm().judge(young).level, EclipseLevel::watch);
}

TEST(EclipseAlarm, AMachineForItselfNeitherCriesForNetgroupsNorForBlocks) {
    EclipseSigns local{
        .up = 24h, .looking = 24h, .one_machine = true, .wanted = 12, .quiet = 24h, .spacing = 10s};
    const EclipseReport report = EclipseAlarm().judge(local);
    EXPECT_EQ(report.gauge, 0U);
    for (const EclipseTerm& term : report.terms) {
        EXPECT_FALSE(term.percent) << term.name;
        EXPECT_FALSE(term.seen.empty()) << "what is not looked at says so";
    }
    EXPECT_NE(report.terms[0].seen.find("share a machine"), std::string::npos);
}

TEST(EclipseAlarm, WhoCatchesUpOrSeeksNobodyHasNoSuchTerms) {
    EclipseSigns signs = quiet_for(24h);
    signs.catching_up = true;
    signs.wanted = 0;
    EXPECT_EQ(gauge_of(signs), 0U);
    signs.catching_up = false;
    signs.spacing = 0s;
    EXPECT_EQ(gauge_of(signs), 0U);
}

// A node without a peer or a block, looked at every ten seconds from here on: when it watches.
Duration until_watch(EclipseAlarm& alarm, Time from) {
    for (Duration passed{0}; passed < 1h; passed += 10s) {
        EclipseSigns alone = honest();
        alone.up = alone.looking = alone.quiet = 24h;
        alone.outbound = alone.netgroups = 0;
        if (alarm.look(alone, from + passed).level != EclipseLevel::calm) return passed;
    }
    return 1h;
}

TEST(EclipseAlarm, CountsNothingFromBeforeItLooked) {
    constexpr Time kStart{1'000h};
    EclipseAlarm alarm;
    EXPECT_EQ(until_watch(alarm, kStart), 5min) << "a start that took long";
    alarm.look(honest(), kStart + 1h);
    EXPECT_EQ(until_watch(alarm, kStart + 9h), 5min) << "the machine slept";
    EXPECT_EQ(alarm.look(honest(), kStart + 9h + 5min).level, EclipseLevel::calm);
    EXPECT_EQ(until_watch(alarm, kStart), 5min) << "the clock was set back";
    EXPECT_EQ(alarm.look(honest(), kStart + 5min).level, EclipseLevel::calm);
    EXPECT_EQ(until_watch(alarm, kStart + 5min + 50s), 0s) << "a look that came late";
}

TEST(EclipseAlarm, LostAnchorsAreForgottenInADay) {
    EclipseSigns signs = honest();
    signs.anchors_kept = 0;
    signs.up = 0s;
    EXPECT_EQ(gauge_of(signs), 30U);
    signs.up = 12h;
    EXPECT_EQ(gauge_of(signs), 15U);
    signs.up = 24h;
    EXPECT_EQ(gauge_of(signs), 0U);
}

TEST(EclipseAlarm, SaysWhatItSawInOneLine) {
    const std::string line = describe(EclipseAlarm().judge(quiet_for(19min)));
    EXPECT_TRUE(
        line.starts_with("watch, 51 of 100: netgroups 0 (12 of 12 peers, in 12 of 12 netgroups)"));
    EXPECT_NE(line.find("tip 51 (no block for 19 minutes, one in 2 minutes is expected)"),
              std::string::npos)
        << line;
    EXPECT_EQ(line.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace starling::p2p
