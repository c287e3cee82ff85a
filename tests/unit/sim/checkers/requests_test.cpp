#include "sim/checkers/requests.h"

#include <gtest/gtest.h>

namespace starling::sim {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST(Requests, SeeOneThatIsNeitherAnsweredNorGivenUp) {
    Requests checker;
    p2p::Figures::Age ping{.oldest = minutes{20} + seconds{30}, .bound = minutes{20}};
    checker.waits(Moment{}, 1, "ping", {.bound = minutes{20}});
    checker.waits(Moment{}, 1, "ping", ping);
    EXPECT_FALSE(checker.violation()) << "not yet";
    ping.at_least(minutes{20} + seconds{31});
    checker.waits(Moment{}, 1, "ping", ping);
    ASSERT_TRUE(checker.violation());
    EXPECT_EQ(checker.violation()->what,
              "a ping of 1231 seconds ago was neither answered nor given up");
}

TEST(Requests, GiveAHostThatStoodStillTimeToGiveUp) {
    Requests checker;
    const Fault pause{.kind = Fault::Kind::pause, .end = Moment{minutes{5}}, .hosts = {3}};
    checker.fault(pause, true);
    EXPECT_FALSE(checker.stood(Moment{minutes{1}}, 3)) << "while it stands nobody asks";
    checker.fault(pause, false);
    EXPECT_TRUE(checker.stood(Moment{minutes{5}}, 3));
    EXPECT_FALSE(checker.stood(Moment{minutes{5}}, 4));
    EXPECT_FALSE(checker.stood(Moment{minutes{6}}, 3));
}

}  // namespace
}  // namespace starling::sim
