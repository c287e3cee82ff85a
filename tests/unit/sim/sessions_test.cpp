#include "sim/load/sessions.h"

#include "sim/engine/stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace starling::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

struct Sample {
    double mean_minutes = 0;
    double median_minutes = 0;
};

template <class Draw>
Sample sample(Draw draw) {
    constexpr std::size_t kCount = 20'000;
    Stream stream(1);
    std::vector<double> all;
    double sum = 0;
    for (std::size_t i = 0; i < kCount; ++i) {
        all.push_back(static_cast<double>(draw(stream).count()) / 60e6);
        sum += all.back();
    }
    std::ranges::sort(all);
    return {sum / kCount, all[kCount / 2]};
}

Sample sessions(const Settings::Churn& churn) {
    return sample([&](Random& random) { return draw_session(churn, random); });
}

TEST(Sessions, OfKadHaveTheMeansThatWereMeasured) {
    const Settings::Churn kad{.model = SessionModel::kad};
    // Weibull's mean is scale * gamma(1 + 1 / shape): 247 and 909 minutes.
    EXPECT_NEAR(sessions(kad).mean_minutes, 247, 15);
    const Sample gaps = sample([&](Random& random) { return draw_gap(kad, random); });
    EXPECT_NEAR(gaps.mean_minutes, 909, 80);
}

TEST(Sessions, OfIpfsLastTwoHoursInHalfOfTheCases) {
    EXPECT_NEAR(sessions({.model = SessionModel::ipfs}).median_minutes, 120, 6);
}

TEST(Sessions, OfBitcoinOftenLastDays) {
    EXPECT_NEAR(sessions({.model = SessionModel::bitcoin}).median_minutes, 60 * 63.4, 60 * 4);
}

TEST(Sessions, AreExponentialWithTheMeansAskedFor) {
    const Settings::Churn churn{
        .model = SessionModel::exponential, .session = hours{3}, .gap = minutes{10}};
    const Sample stays = sessions(churn);
    EXPECT_NEAR(stays.mean_minutes, 180, 6);
    EXPECT_NEAR(stays.median_minutes, 180 * 0.693, 6);
    const Sample gaps = sample([&](Random& random) { return draw_gap(churn, random); });
    EXPECT_NEAR(gaps.mean_minutes, 10, 0.5);
}

}  // namespace
}  // namespace starling::sim
