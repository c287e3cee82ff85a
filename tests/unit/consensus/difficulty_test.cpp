#include "consensus/difficulty.h"

#include "consensus/pow.h"
#include "support/shared_data.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <sstream>

namespace starling {
namespace {

std::uint32_t bits_of(const boost::json::value& text) {
    return static_cast<std::uint32_t>(std::stoul(std::string(text.as_string()), nullptr, 16));
}

// A chain of headers whose times are given; only what difficulty looks at is filled.
std::deque<HeaderNode> chain_with_times(const std::vector<std::uint32_t>& times) {
    std::deque<HeaderNode> nodes;
    for (const std::uint32_t time : times) {
        HeaderNode node;
        node.header.time = time;
        node.parent = nodes.empty() ? nullptr : &nodes.back();
        node.height = Height{static_cast<std::int32_t>(nodes.size())};
        nodes.push_back(node);
    }
    return nodes;
}

TEST(Asert, AgreesWithEveryPublishedCase) {
    std::ifstream file(test::shared_data("vectors/asert.json"));
    if (!file) GTEST_SKIP() << "no vectors/asert.json";
    std::ostringstream text;
    text << file.rdbuf();
    const auto parsed = boost::json::parse(text.str());
    std::size_t count = 0;
    for (const auto& c : parsed.at("cases").as_array()) {
        const AsertAnchor anchor{
            .height = {c.at("anchor_height").to_number<std::int32_t>()},
            .parent_time = c.at("anchor_parent_time").to_number<std::int64_t>(),
            .bits = bits_of(c.at("anchor_bits"))};
        const Asert asert{.spacing = c.at("spacing").to_number<std::int64_t>(),
                          .half_life = c.at("halflife").to_number<std::int64_t>()};
        EXPECT_EQ(
            asert_bits(anchor, {c.at("height").to_number<std::int32_t>()},
                       c.at("time").to_number<std::int64_t>(), asert, bits_of(c.at("max_bits"))),
            bits_of(c.at("bits")))
            << "case " << count;
        ++count;
    }
    EXPECT_GT(count, 0U);
}

TEST(Asert, IsAnchoredAtBlockOneHoweverOldGenesisIs) {
    const std::int64_t spacing = testnet().asert->spacing;
    const auto start = testnet().genesis.header.time + 100'000'000U;
    const auto on_time = static_cast<std::uint32_t>(spacing);
    const auto chain = chain_with_times({testnet().genesis.header.time, start, start + on_time});
    EXPECT_EQ(next_bits(chain[0], testnet()), testnet().limit_bits);
    EXPECT_EQ(next_bits(chain[1], testnet()), testnet().limit_bits);
    EXPECT_EQ(next_bits(chain[2], testnet()), testnet().limit_bits);
}

TEST(Asert, IsHarderAfterFastBlocksAndNeverEasierThanTheLimit) {
    const auto fast = chain_with_times({0, 1000, 1001, 1002, 1003, 1004});
    EXPECT_LT(expand_compact(next_bits(fast[5], testnet())).value,
              expand_compact(testnet().limit_bits).value);
    const auto slow = chain_with_times({0, 1000, 2'000'000'000});
    EXPECT_EQ(next_bits(slow[2], testnet()), testnet().limit_bits);
}

TEST(Asert, HalvesTheTargetForAHalfLifeAheadOfSchedule) {
    const AsertAnchor anchor{.height = {1}, .parent_time = 1'000'000, .bits = 0x1c00'8000};
    const Asert asert{.spacing = 100, .half_life = 10'000};
    // 201 blocks were due 20,100 seconds after the anchor's parent.
    const Height height{201};
    EXPECT_EQ(asert_bits(anchor, height, 1'020'100, asert, 0x1d00'ffff), 0x1c00'8000U);
    EXPECT_EQ(asert_bits(anchor, height, 1'010'100, asert, 0x1d00'ffff), 0x1b40'0000U);
    EXPECT_EQ(asert_bits(anchor, height, 1'030'100, asert, 0x1d00'ffff), 0x1c01'0000U);
}

TEST(Asert, GivesATargetForAnyTimeAndHeight) {
    const AsertAnchor anchor{.height = {1}, .parent_time = 0, .bits = 0x207f'ffff};
    const Asert asert{.spacing = 1, .half_life = 1};
    constexpr auto kFar = std::int64_t{1} << 40;
    EXPECT_EQ(asert_bits(anchor, {1}, kFar, asert, 0x207f'ffff), 0x207f'ffffU);
    EXPECT_EQ(asert_bits(anchor, {2'000'000'000}, -kFar, asert, 0x207f'ffff), 0x0101'0000U);
}

TEST(Difficulty, OnRegtestIsAlwaysTheLimit) {
    const auto chain = chain_with_times({0, 1, 2, 2'000'000});
    for (const HeaderNode& node : chain)
        EXPECT_EQ(next_bits(node, regtest()), 0x207f'ffffU);
}

}  // namespace
}  // namespace starling
