#include "sim/checkers/alarms.h"

#include "unit/sim/checkers/watched.h"

#include <gtest/gtest.h>

namespace starling::sim {
namespace {

using namespace std::chrono_literals;
using p2p::EclipseLevel;

// ---- What is watched ----

struct OneHost {
    AlarmWatch watch;
    AlarmWatch::State state;
    Moment now{};

    // Looks for so long.
    void pass(Span span, bool surrounded, EclipseLevel level) {
        state.level = level;
        for (const Moment end = now + span; now < end; now += Observer::kLookInterval)
            watch.saw(state, surrounded, now, 1min);
    }
    [[nodiscard]] const AlarmFigures& figures() const { return watch.figures(); }
};

TEST(AlarmWatch, TakesTheTimeFromAnEclipseToItsAlarmAndToItsEnd) {
    OneHost host;
    host.pass(5min, false, EclipseLevel::calm);
    host.pass(2min, true, EclipseLevel::calm);
    host.pass(3min, true, EclipseLevel::watch);
    host.pass(1min, false, EclipseLevel::calm);
    EXPECT_EQ(host.figures().eclipses, 1u);
    EXPECT_EQ(host.figures().unseen, 0u);
    EXPECT_EQ(host.figures().detected.sorted(), std::vector<Span>{2min});
    EXPECT_EQ(host.figures().recovered.sorted(), std::vector<Span>{5min});
    EXPECT_EQ(host.figures().false_looks, 0u);
}

TEST(AlarmWatch, CountsAnEclipseThatNobodyWasToldOf) {
    OneHost host;
    host.pass(10s, true, EclipseLevel::calm);
    EXPECT_EQ(host.figures().unseen, 0u) << "it goes on";
    host.pass(10s, false, EclipseLevel::alarm);
    EXPECT_EQ(host.figures().unseen, 1u);
    EXPECT_EQ(host.figures().detected.count(), 0u);
}

TEST(AlarmWatch, CountsAnAlarmAsFalseWhereNobodyIsSurroundedNorWasAMinuteAgo) {
    OneHost host;
    host.pass(1min, false, EclipseLevel::watch);
    EXPECT_EQ(host.figures().calm_looks, 6u);
    EXPECT_EQ(host.figures().false_looks, 6u);
    host.pass(1min, true, EclipseLevel::watch);
    host.pass(70s, false, EclipseLevel::watch);
    EXPECT_EQ(host.figures().calm_looks, 6u) << "it takes a block to end";
    host.pass(20s, false, EclipseLevel::watch);
    EXPECT_EQ(host.figures().false_looks, 8u);
}

// ---- What must be ----

TEST(Alarms, MustRingWhereSomebodySurroundedHasNoNewsForTenBlocks) {
    const Watched watched(1);
    Alarms checker(watched.events);
    checker.alone(0, 90s, 10s, EclipseLevel::calm);
    checker.alone(0, 10h, 0s, EclipseLevel::calm);
    EXPECT_EQ(what(checker), "") << "not yet, and never where no blocks are";
    checker.alone(0, 130s, 10s, EclipseLevel::watch);
    EXPECT_EQ(what(checker), "");
    checker.alone(0, 130s, 10s, EclipseLevel::calm);
    EXPECT_EQ(what(checker),
              "it was surrounded and heard of no block for 130 seconds, and its alarm is at calm");
}

TEST(Alarms, MustBeLoudAfterFourteenBlocks) {
    const Watched watched(1);
    Alarms checker(watched.events);
    checker.alone(0, 170s, 10s, EclipseLevel::alarm);
    EXPECT_EQ(what(checker), "");
    checker.alone(0, 170s, 10s, EclipseLevel::watch);
    EXPECT_NE(what(checker), "");
}

}  // namespace
}  // namespace starling::sim
