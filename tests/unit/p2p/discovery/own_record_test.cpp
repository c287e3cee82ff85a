#include "p2p/discovery/own_record.h"

#include "p2p/discovery/discovery.h"
#include "support/identities.h"

#include <gtest/gtest.h>

namespace starling::p2p::discv5 {
namespace {

struct OwnRecordTest : testing::Test {
    const RecordFields& open(const Start& start) {
        own.open(start, nullptr, Time{});
        return own.record()->fields();
    }

    Identity identity = test::identity(1);
    OwnRecord own{regtest(), identity};
    const Endpoint any = Endpoint::ipv4({}, 9'000);
    const Endpoint named = Endpoint::ipv4({203, 0, 113, 7}, 9'000);
};

TEST_F(OwnRecordTest, HasTcpAtTheAddressThatUdpWasGiven) {
    EXPECT_EQ(open({.udp = named, .tcp = Endpoint::ipv4({}, 9'001)}).tcp,
              Endpoint::ipv4({203, 0, 113, 7}, 9'001));
    EXPECT_EQ(open({.udp = named, .tcp = named}).tcp, named);
    EXPECT_EQ(open({.udp = named}).tcp, std::nullopt);
}

// A record has one address for both.
TEST_F(OwnRecordTest, LeavesOutTcpAtAnotherAddress) {
    const RecordFields& fields =
        open({.udp = named, .tcp = Endpoint::ipv4({198, 51, 100, 7}, 9'000)});
    EXPECT_EQ(fields.udp, named);
    EXPECT_EQ(fields.tcp, std::nullopt);
}

TEST_F(OwnRecordTest, NamesNoAddressBeforeOthersHaveSeenIt) {
    const RecordFields& fields = open({.udp = any, .tcp = any});
    EXPECT_EQ(fields.udp, std::nullopt);
    EXPECT_EQ(fields.tcp, std::nullopt);
}

TEST_F(OwnRecordTest, FollowsTheVoteWithItsTcpPort) {
    open({.udp = any, .tcp = Endpoint::ipv4({}, 9'001)});
    const std::uint64_t before = own.record()->sequence();
    const Endpoint seen = Endpoint::ipv4({127, 0, 0, 1}, 9'500);
    bool changed = false;
    for (std::uint16_t voter = 1; voter <= 40 && !changed; ++voter)
        changed = own.seen(Endpoint::ipv4({127, 0, 0, 1}, voter), seen, Time{});
    ASSERT_TRUE(changed);
    EXPECT_GT(own.record()->sequence(), before);
    EXPECT_EQ(own.record()->fields().udp, seen);
    EXPECT_EQ(own.record()->fields().tcp, Endpoint::ipv4({127, 0, 0, 1}, 9'001));
}

}  // namespace
}  // namespace starling::p2p::discv5
