#include "sim/checkers/work.h"

#include "unit/sim/checkers/watched.h"

namespace starling::sim {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr WorkChecker::Pair kPair{.host = 1, .peer = 2};

Work work(std::uint64_t value) {
    return {{0, 0, 0, value}};
}

struct Looks {
    WorkChecker checker;
    Moment now{};

    // Looks at the pair for so long, both staying where they are.
    void stay(std::uint64_t own, std::uint64_t theirs, Span span) {
        for (const Moment end = now + span; now < end; now += Observer::kLookInterval) {
            checker.compare(now, kPair, work(own), work(theirs), minutes{5});
            checker.forget_others(now);
        }
    }
    // Apart: nothing is compared.
    void apart() {
        checker.forget_others(now);
        now += Observer::kLookInterval;
    }
};

TEST(WorkChecker, SeesAHostThatStaysOnLessWorkThanItsPeer) {
    Looks looks;
    looks.stay(10, 11, minutes{5});
    EXPECT_FALSE(looks.checker.violation());
    looks.stay(10, 11, seconds{30});
    ASSERT_TRUE(looks.checker.violation());
    EXPECT_EQ(looks.checker.violation()->host, 1u);
}

TEST(WorkChecker, SeesAHostThatRunsAfterItsPeerTooSlowly) {
    Looks looks;
    looks.stay(10, 20, minutes{3});
    looks.stay(15, 30, minutes{3});
    EXPECT_TRUE(looks.checker.violation()) << "not even what the peer had first";
}

TEST(WorkChecker, LetsAHostBeBehindThatKeepsComing) {
    Looks looks;
    for (std::uint64_t i = 0; i < 20; ++i)
        looks.stay(10 * i, 10 * i + 10, minutes{4});
    EXPECT_FALSE(looks.checker.violation());
}

TEST(WorkChecker, BeginsAnewWhereTheTwoWereApart) {
    Looks looks;
    for (int i = 0; i < 5; ++i) {
        looks.stay(10, 11, minutes{4});
        looks.apart();
    }
    EXPECT_FALSE(looks.checker.violation());
}

TEST(WorkChecker, GivesMoreTimeForEachHostilePeer) {
    EXPECT_EQ(WorkChecker::bound(1) - WorkChecker::bound(0), Span{p2p::Limits{}.block_timeout});
}

}  // namespace
}  // namespace starling::sim
