#include "sim/net/line.h"

#include <gtest/gtest.h>

#include <chrono>

namespace starling::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Line, TakesBytesByItsRate) {
    EXPECT_EQ(Line(1'000'000).time_of(500'000), milliseconds{500});
    EXPECT_EQ(Line(3).time_of(1), Span{333'334}) << "never less than it takes";
    EXPECT_EQ(Line(1'000'000).bytes_of(milliseconds{2}), 2'000u);
    EXPECT_EQ(Line(1'000'000).bytes_of(-milliseconds{2}), 0u);
}

TEST(Line, LetsBulkWaitForBulkAndThinThingsGoBetween) {
    Line line(1'000'000);
    EXPECT_EQ(line.bulk(Moment{}, 1'000'000), Moment{});
    EXPECT_EQ(line.thin(Moment{}, 1'000), Moment{milliseconds{1}});
    EXPECT_EQ(line.thin(Moment{}, 1'000), Moment{milliseconds{2}});
    EXPECT_EQ(line.bulk(Moment{}, 1'000'000), Moment{milliseconds{1'002}})
        << "the thin ones took their time from the bulk";
}

TEST(Line, PassesWhatComesBeforeItsReservationsAtOnce) {
    Line line(1'000'000);
    const Moment far{seconds{1}};
    EXPECT_EQ(line.passed(far, far, 1'000'000), far + seconds{1});
    EXPECT_EQ(line.passed(Moment{}, Moment{milliseconds{10}}, 10'000), Moment{milliseconds{10}});
    EXPECT_EQ(line.passed(far, far, 1'000'000), far + seconds{2});
}

}  // namespace
}  // namespace starling::sim
