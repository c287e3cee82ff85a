// What a checker can see of a machine from outside: every queue within its bound, every request
// answered or expired.

#include "p2p/discovery/queues.h"

#include "support/discovery_world.h"

#include <gtest/gtest.h>

namespace starling {
namespace {

using namespace p2p::discv5;
using namespace std::chrono_literals;
using test::DiscoveryWorld;
using Index = DiscoveryWorld::Index;

TEST(DiscoveryQueues, NamesTheOneThatIsOverItsBound) {
    const Limits limits;
    EXPECT_EQ(over_bound({}, limits), "");
    EXPECT_EQ(over_bound({.requests = limits.requests_max}, limits), "");
    EXPECT_EQ(over_bound({.requests = limits.requests_max + 1}, limits), "requests");
    EXPECT_EQ(over_bound({.wire = {.sessions = limits.sessions_max + 1}}, limits), "sessions");
}

TEST(DiscoveryQueues, StayWithinTheirBoundsWhileANetworkForms) {
    for (const WireKind wire : {WireKind::sealed, WireKind::open}) {
        DiscoveryWorld world(3);
        world.wire = wire;
        world.lost_per_mille = 100;
        const Index first = world.add({});
        for (std::size_t i = 1; i < 16; ++i)
            world.add({.bootnodes = {world[first].record()}});
        const Limits limits;
        std::size_t most = 0;
        for (int step = 0; step < 100; ++step) {
            world.run_for(100ms);
            for (Index i = 0; i < world.size(); ++i) {
                const Queues queues = world[i].queues();
                EXPECT_EQ(over_bound(queues, limits), "");
                EXPECT_EQ(queues.requests > 0, queues.oldest_request.has_value());
                most = std::max(most, queues.requests);
                if (!queues.oldest_request) continue;
                EXPECT_LE(world.now() - *queues.oldest_request, request_life_max(limits));
            }
        }
        EXPECT_GT(most, 0u) << "nothing was to be seen";
    }
}

TEST(DiscoveryQueues, TellTheAgeOfARequestThatNobodyAnswers) {
    DiscoveryWorld world;
    const Index gone = world.add({});
    const auto record = world[gone].record();
    world.stop(gone);
    const Index node = world.add({});
    const Time asked = world.now();
    world.feed(node, TalkAsked{1, record, {'e'}, {}});
    world.run_for(Limits{}.request_timeout / 2);
    EXPECT_EQ(world[node].queues().requests, 1u);
    EXPECT_EQ(world[node].queues().oldest_request, asked);
    world.run_for(Limits{}.request_timeout);
    EXPECT_EQ(world[node].queues().requests, 0u);
}

}  // namespace
}  // namespace starling
