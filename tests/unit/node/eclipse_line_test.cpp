#include "node/eclipse_line.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace starling::node {
namespace {

using namespace std::chrono_literals;

// A node that looks every ten seconds, and the lines that a person reads of it.
class EclipseLines : public testing::Test {
protected:
    // For so long it has peers in so many netgroups, of the four that it could have.
    void live(std::size_t netgroups, Duration span) {
        for (const Time end = now_ + span; now_ < end; now_ += 10s) {
            const p2p::EclipseReport report = alarm_.look({.up = now_ - kBegun,
                                                           .looking = now_ - kBegun,
                                                           .outbound = netgroups,
                                                           .netgroups = netgroups,
                                                           .wanted = 12,
                                                           .netgroups_wanted = 4},
                                                          now_);
            if (const auto line = eclipse_line(report)) lines_.push_back(*line);
        }
    }

    static constexpr Time kBegun{};
    Time now_ = kBegun;
    p2p::EclipseAlarm alarm_;
    std::vector<EclipseLine> lines_;
};

TEST_F(EclipseLines, AreNoneWhileAllIsWell) {
    live(4, 2h);
    EXPECT_TRUE(lines_.empty());
}

TEST_F(EclipseLines, AreOneWarningWhenItGetsWorseAndOneLineOfInfoWhenItIsOver) {
    live(1, 1h);
    ASSERT_EQ(lines_.size(), 1u) << "one for an hour of the same";
    EXPECT_EQ(lines_[0].level, LogLevel::warning);
    EXPECT_EQ(lines_[0].text.find("eclipse: watch, 50 of 100: netgroups 50 "
                                  "(1 of 12 peers, in 1 of 4 netgroups); "),
              0u)
        << lines_[0].text;
    live(4, 1h);
    ASSERT_EQ(lines_.size(), 2u);
    EXPECT_EQ(lines_[1].level, LogLevel::info);
    EXPECT_EQ(lines_[1].text.find("eclipse: calm, 0 of 100: "), 0u) << lines_[1].text;
}

}  // namespace
}  // namespace starling::node
