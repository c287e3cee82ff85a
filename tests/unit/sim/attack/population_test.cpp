#include "sim/attack/population.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace starling::sim {
namespace {

std::map<std::uint32_t, std::size_t> hostile_groups(const Population& population) {
    std::map<std::uint32_t, std::size_t> groups;
    for (auto i = population.first_hostile(); i < population.size(); ++i)
        ++groups[population.group(i)];
    return groups;
}

TEST(PopulationTest, SpreadsTheAttackersAddressesAsItsArsenalSays) {
    const Arsenal arsenal{.name = "", .addresses = 8'192, .prefixes = 256};
    const Population population({.honest = 100, .arsenal = arsenal}, 1);
    EXPECT_EQ(population.honest(), 100u);
    EXPECT_EQ(population.hostile(), 8'192u);
    const auto groups = hostile_groups(population);
    EXPECT_EQ(groups.size(), 256u);
    for (const auto& [group, count] : groups)
        EXPECT_EQ(count, 32u);
}

TEST(PopulationTest, PutsNeighboursInOneSubnetOfEachPrefix) {
    const Arsenal arsenal{.name = "", .addresses = 8'192, .prefixes = 32, .neighbours = true};
    const Population population({.honest = 100, .arsenal = arsenal}, 1);
    std::set<std::string> subnets;
    for (auto i = population.first_hostile(); i < population.size(); ++i)
        subnets.insert(p2p::subnet_of(population.endpoint(i)));
    EXPECT_EQ(subnets.size(), 32u);
}

TEST(PopulationTest, MakesAnAsOneGroupWithAMap) {
    const Arsenal arsenal{.name = "", .addresses = 1'024, .systems = 8};
    const Population without({.honest = 100, .arsenal = arsenal, .map = false}, 1);
    const Population with({.honest = 100, .arsenal = arsenal, .map = true}, 1);
    EXPECT_GT(hostile_groups(without).size(), 500u);
    EXPECT_EQ(hostile_groups(with).size(), 8u);
}

TEST(PopulationTest, HostsThirteenAsesThreeTenthsOfTheHonestAndFiftyHalf) {
    const Population population(
        {.honest = 20'000, .spread = Spread::hosted, .arsenal = {}, .map = true}, 1);
    std::map<std::uint32_t, std::size_t> counts;
    for (Population::Index i = 0; i < population.honest(); ++i)
        ++counts[population.group(i)];
    std::vector<std::size_t> largest;
    for (const auto& [group, count] : counts)
        largest.push_back(count);
    std::sort(largest.rbegin(), largest.rend());
    std::size_t sum = 0, of_thirteen = 0;
    for (std::size_t i = 0; i < 50; ++i) {
        sum += largest[i];
        if (i == 12) of_thirteen = sum;
    }
    EXPECT_NEAR(static_cast<double>(of_thirteen), 6'000, 300);
    EXPECT_NEAR(static_cast<double>(sum), 10'000, 400);
}

TEST(PopulationTest, FindsANodeByItsAddress) {
    const Population population({.honest = 100, .arsenal = {}}, 1);
    for (Population::Index i = 0; i < population.size(); ++i)
        ASSERT_EQ(population.at(population.endpoint(i)), i);
    EXPECT_EQ(population.record(5)->tcp(), population.endpoint(5));
}

}  // namespace
}  // namespace starling::sim
