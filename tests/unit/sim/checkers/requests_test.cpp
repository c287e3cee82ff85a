#include "sim/checkers/requests.h"

#include <gtest/gtest.h>

namespace starling::sim {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr p2p::PeerId kPeer{7};

TEST(Requests, SeeOneThatIsNeitherAnsweredNorGivenUp) {
    Requests checker;
    checker.waits(Moment{}, 1, "ping", minutes{21}, minutes{20});
    EXPECT_FALSE(checker.violation()) << "not yet";
    checker.waits(Moment{}, 1, "ping", minutes{21} + seconds{1}, minutes{20});
    EXPECT_TRUE(checker.violation());
}

TEST(Requests, SeeBlocksThatAreOwedForTooLong) {
    Requests checker;
    for (Moment now{}; now <= Moment{minutes{3}}; now += Observer::kLookInterval)
        checker.owes(now, 1, kPeer, {Height{5}, Height{6}});
    EXPECT_FALSE(checker.violation()) << "not yet";
    checker.owes(Moment{minutes{3} + seconds{10}}, 1, kPeer, {Height{5}, Height{6}});
    EXPECT_TRUE(checker.violation());
}

TEST(Requests, LetAPeerOweMuchThatKeepsSending) {
    Requests checker;
    for (std::int32_t i = 0; i < 100; ++i)
        checker.owes(Moment{minutes{i}}, 1, kPeer, {Height{i}, Height{i + 1}});
    EXPECT_FALSE(checker.violation());
}

TEST(Requests, ForgetAHostThatStopped) {
    Requests checker;
    for (int i = 0; i < 5; ++i) {
        checker.owes(Moment{minutes{2 * i}}, 1, kPeer, {Height{5}});
        checker.host_stopped(1, true);
    }
    EXPECT_FALSE(checker.violation());
}

}  // namespace
}  // namespace starling::sim
