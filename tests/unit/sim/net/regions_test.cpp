#include "sim/net/regions.h"

#include <gtest/gtest.h>

#include <numeric>

namespace starling::sim {
namespace {

TEST(Regions, AreFoundByName) {
    EXPECT_NE(find_regions("simblock-2019"), nullptr);
    EXPECT_NE(find_regions("uniform-50ms"), nullptr);
    EXPECT_EQ(find_regions("simblock"), nullptr);
}

TEST(Regions, AreWholeTables) {
    for (const char* name : {"simblock-2019", "uniform-50ms"}) {
        const RegionTable& table = *find_regions(name);
        EXPECT_EQ(table.shares.size(), table.size());
        EXPECT_EQ(table.delays.size(), table.size() * table.size());
        EXPECT_EQ(table.uploads.size(), table.size());
        EXPECT_EQ(table.downloads.size(), table.size());
        EXPECT_EQ(std::accumulate(table.shares.begin(), table.shares.end(), Ppm{0}), kPpm);
        for (std::size_t from = 0; from < table.size(); ++from)
            for (std::size_t to = 0; to < table.size(); ++to) {
                EXPECT_GT(table.delay(from, to), Span{0});
                EXPECT_EQ(table.delay(from, to), table.delay(to, from));
            }
    }
}

// A check of the unit: half of 124 ms, and 19.2 Mbit/s.
TEST(Regions, GiveOneWayDelaysAndBytesASecond) {
    const RegionTable& table = *find_regions("simblock-2019");
    EXPECT_EQ(table.delay(0, 1), std::chrono::milliseconds{62});
    EXPECT_EQ(table.delay(1, 1), std::chrono::microseconds{5'500});
    EXPECT_EQ(table.uploads[0], 2'400'000u);
    EXPECT_EQ(table.downloads[0], 6'500'000u);
}

}  // namespace
}  // namespace starling::sim
