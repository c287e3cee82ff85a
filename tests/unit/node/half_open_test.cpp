#include "node/half_open.h"

#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <deque>

namespace starling::node {
namespace {

using p2p::Endpoint;
using p2p::PeerId;

Endpoint ipv4(std::uint8_t last, std::uint16_t port = 1) {
    return Endpoint::ipv4({192, 0, 2, last}, port);
}
Endpoint ipv6(std::uint8_t subnet, std::uint8_t host) {
    Endpoint out{.address = {0x20, 0x01, 0x0d, 0xb8}, .port = 1};
    out.address[7] = subnet;
    out.address[15] = host;
    return out;
}

TEST(HalfOpen, BoundsAnAddressWhateverItsPorts) {
    HalfOpen half_open(1);
    for (std::uint16_t i = 0; i < HalfOpen::kPerNodeMax; ++i) {
        ASSERT_TRUE(half_open.admits(ipv4(1, i)));
        EXPECT_FALSE(half_open.add({i}, ipv4(1, i)));
    }
    EXPECT_FALSE(half_open.admits(ipv4(1, 99)));
    EXPECT_TRUE(half_open.admits(ipv4(2)));
    half_open.remove({0});
    EXPECT_TRUE(half_open.admits(ipv4(1, 99)));
}

TEST(HalfOpen, TakesANeighbourhoodOfIpv6ForOneSource) {
    HalfOpen half_open(1);
    for (std::uint8_t i = 0; i < HalfOpen::kPerNodeMax; ++i)
        EXPECT_FALSE(half_open.add({i}, ipv6(1, i)));
    EXPECT_FALSE(half_open.admits(ipv6(1, 200)));
    EXPECT_TRUE(half_open.admits(ipv6(2, 200)));
}

TEST(HalfOpen, LetsNodesThatShareAnAddressIn) {
    HalfOpen half_open(10);
    for (std::uint64_t i = 0; i < 10 * HalfOpen::kPerNodeMax; ++i) {
        ASSERT_TRUE(half_open.admits(ipv4(1)));
        EXPECT_FALSE(half_open.add({i}, ipv4(1)));
    }
    EXPECT_FALSE(half_open.admits(ipv4(1)));
}

TEST(HalfOpen, ForgetsOnceHoweverOftenItIsAsked) {
    HalfOpen half_open(1);
    EXPECT_FALSE(half_open.add({1}, ipv4(1)));
    EXPECT_FALSE(half_open.add({2}, ipv4(1)));
    for (int i = 0; i < 3; ++i)
        half_open.remove({1});
    EXPECT_EQ(half_open.size(), 1u);
}

// Against a list of all that came and did not go.
TEST(HalfOpen, MakesRoomAtTheOldestsExpense) {
    test::SeededRandom random(5);
    HalfOpen half_open(1'000);
    std::deque<PeerId> naive;
    for (std::uint64_t i = 0; i < 5'000; ++i) {
        std::optional<PeerId> oldest;
        if (naive.size() == HalfOpen::kTotalMax) {
            oldest = naive.front();
            naive.pop_front();
        }
        const Endpoint from = ipv4(static_cast<std::uint8_t>(random.below(200)));
        ASSERT_EQ(half_open.add({i}, from), oldest);
        naive.push_back({i});
        if (random.below(3) == 0) {
            const auto gone =
                naive.begin() + static_cast<std::ptrdiff_t>(random.below(naive.size()));
            half_open.remove(*gone);
            naive.erase(gone);
        }
        ASSERT_EQ(half_open.size(), naive.size());
    }
}

}  // namespace
}  // namespace starling::node
