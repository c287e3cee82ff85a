#include "p2p/discovery/limits.h"

#include <gtest/gtest.h>

namespace starling::p2p::discv5 {
namespace {

using namespace std::chrono_literals;

// What others measured holds for us only with their numbers: geth's for the table and its checks,
// Kademlia's and S/Kademlia's for lookups.
TEST(DiscoveryLimits, OfThePublicNetworkAreThoseOfTheLiterature) {
    const Limits limits;
    EXPECT_EQ(limits.bucket_nodes, 16u);
    EXPECT_EQ(limits.bucket_replacements, 10u);
    EXPECT_EQ(limits.bucket_inbound_max, 8u);
    EXPECT_EQ(limits.lookup_paths, 4u);
    EXPECT_EQ(limits.lookup_concurrency, 3u);
    EXPECT_EQ(limits.lookup_results, 16u);
    EXPECT_EQ(limits.sessions_max, 1'000u);
    const Pace pace = pace_of(testnet());
    EXPECT_EQ(pace.fast_revalidation, 3s);
    EXPECT_EQ(pace.slow_revalidation, 9s);
    EXPECT_EQ(pace.refresh, 30min);
    const OverlayRules& rules = testnet().overlay;
    EXPECT_EQ(rules.subnet_bucket_max, 2);
    EXPECT_EQ(rules.subnet_table_max, 10);
    EXPECT_EQ(rules.group_bucket_max, 2);
    EXPECT_EQ(rules.group_table_max, 8);
    EXPECT_EQ(rules.subnet_lookup_max, 1);
    EXPECT_EQ(rules.ids_per_address_max, 1);
    EXPECT_EQ(rules.votes_min, 10);
    EXPECT_EQ(rules.vote_groups_min, 6);
    EXPECT_FALSE(rules.loopback);
}

TEST(DiscoveryLimits, NodesOfOneMachineShareItsAddressAndNeedFewVotes) {
    for (const Parameters* network : {&regtest(), &local()}) {
        EXPECT_GE(network->overlay.ids_per_address_max, 1'000);
        EXPECT_GE(network->overlay.subnet_bucket_max, Limits{}.bucket_nodes);
        EXPECT_GE(network->overlay.group_bucket_max, Limits{}.bucket_nodes);
        EXPECT_GE(network->overlay.group_table_max, 1'000);
        EXPECT_LT(network->overlay.votes_min, testnet().overlay.votes_min);
        EXPECT_TRUE(network->overlay.loopback);
    }
}

}  // namespace
}  // namespace starling::p2p::discv5
