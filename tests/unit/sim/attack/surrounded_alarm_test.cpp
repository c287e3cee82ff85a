#include "sim/attack/surrounded_alarm.h"

#include <gtest/gtest.h>

namespace starling::sim {
namespace {

using namespace std::chrono_literals;

std::optional<Duration> rings_after(const p2p::EclipseSigns& signs) {
    SurroundedAlarm alarm;
    for (Duration since{0}; since < 2h && !alarm.rang(); since += SurroundedAlarm::kLook)
        alarm.look(signs, since);
    return alarm.rang();
}

const p2p::EclipseSigns kPeers{
    .outbound = 12, .netgroups = 12, .wanted = 12, .netgroups_wanted = 12};

TEST(SurroundedAlarmTest, RingsWhereEverythingButTheTipIsAsItShouldBe) {
    const auto rang = rings_after(kPeers);
    ASSERT_TRUE(rang);
    // A block is due every two minutes; 75 of 100 are six decades.
    EXPECT_GT(*rang, 27min);
    EXPECT_LT(*rang, 29min);
}

TEST(SurroundedAlarmTest, RingsSoonerWhereACrowdIsAroundOurIdOrNetgroupsAreMissing) {
    p2p::EclipseSigns dense = kPeers, few = kPeers;
    dense.density = {.network_size = 1'000, .ratio = 4, .inner_ratio = 4, .alarming = true};
    few.outbound = few.netgroups = 2;
    const auto plain = rings_after(kPeers), crowded = rings_after(dense), lonely = rings_after(few);
    ASSERT_TRUE(plain && crowded && lonely);
    EXPECT_LT(*crowded, *plain - 5min);
    EXPECT_LT(*lonely, *plain - 5min);
}

TEST(SurroundedAlarmTest, KeepsTheFirstMomentAtWhichItRang) {
    SurroundedAlarm alarm;
    alarm.look(kPeers, 10min);
    EXPECT_FALSE(alarm.rang());
    alarm.look(kPeers, 40min);
    alarm.look(kPeers, 50min);
    EXPECT_EQ(alarm.rang(), Duration{40min});
}

}  // namespace
}  // namespace starling::sim
