#include "sim/net/connections.h"
#include "support/seeded_random.h"
#include "unit/sim/net/net_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <gmock/gmock.h>
#include <numeric>

namespace starling::sim {
namespace {

using starling::test::SeededRandom;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::NetWorld;
using test::plain_plan;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

std::vector<std::uint64_t> first_numbers(std::size_t count) {
    std::vector<std::uint64_t> numbers(count);
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
}

TEST(Traffic, KeepsItsOrderWhateverTheJitterAndTheSizes) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Plan plan = plain_plan(2);
        plan.settings.seed = seed;
        plan.settings.internet.jitter_percent = 90;
        NetWorld world(std::move(plan));
        SeededRandom random(seed);
        const p2p::PeerId peer = world.connect(0, 1);
        for (std::uint64_t n = 0; n < 200; ++n) {
            world.ping(0, peer, n, 1 + random.below(random.below(4) == 0 ? 200'000 : 1'000));
            world.run(milliseconds{random.below(20)});
        }
        world.run(std::chrono::minutes{2});
        EXPECT_EQ(world.nonces(1), first_numbers(200));
    }
}

TEST(Traffic, TakesTheTimeOfTheSlowerLineAndTheWay) {
    SeededRandom random(3);
    for (int round = 0; round < 50; ++round) {
        Plan plan = plain_plan(2);
        plan.hosts[0].upload = 100'000 + random.below(1'000'000);
        plan.hosts[1].download = 100'000 + random.below(1'000'000);
        NetWorld world(std::move(plan));
        const p2p::PeerId peer = world.connect(0, 1);
        const std::size_t bytes = 2'000'000 + random.below(4'000'000);
        const Moment sent = world.events.now();
        world.ping(0, peer, 1, bytes);
        world.run(std::chrono::minutes{5});
        ASSERT_THAT(world.at(1).got, SizeIs(1));
        const std::uint64_t rate =
            std::min(world.plan.hosts[0].upload, world.plan.hosts[1].download);
        const Span least = milliseconds{50} + Line(rate).time_of(bytes);
        EXPECT_GE(world.at(1).got[0].when - sent, least);
        EXPECT_LE(world.at(1).got[0].when - sent, least + milliseconds{400}) << "slow start";
    }
}

TEST(Traffic, OfOneHostSharesItsUpload) {
    Plan plan = plain_plan(5);
    plan.hosts[0].upload = 500'000;
    NetWorld world(std::move(plan));
    std::vector<p2p::PeerId> peers;
    for (const HostIndex to : {1u, 2u, 3u, 4u})
        peers.push_back(world.connect(0, to));
    const Moment sent = world.events.now();
    for (const p2p::PeerId peer : peers)
        world.ping(0, peer, 1, 500'000);
    world.run(seconds{20});
    Moment last{};
    for (const HostIndex to : {1u, 2u, 3u, 4u})
        last = std::max(last, world.at(to).got.at(0).when);
    EXPECT_THAT(last - sent, AllOf(Ge(seconds{4}), Le(milliseconds{4'600})));
}

TEST(Traffic, ToOneHostSharesItsDownload) {
    Plan plan = plain_plan(5);
    plan.hosts[0].download = 500'000;
    NetWorld world(std::move(plan));
    std::vector<p2p::PeerId> peers;
    for (const HostIndex from : {1u, 2u, 3u, 4u})
        peers.push_back(world.connect(from, 0));
    const Moment sent = world.events.now();
    for (const HostIndex from : {1u, 2u, 3u, 4u})
        world.ping(from, peers[from - 1], from, 500'000);
    world.run(seconds{20});
    ASSERT_THAT(world.at(0).got, SizeIs(4));
    EXPECT_THAT(world.at(0).got.back().when - sent, AllOf(Ge(seconds{4}), Le(milliseconds{4'600})));
}

TEST(Traffic, OfSmallMessagesCostsOneEventEachAndNoReport) {
    NetWorld world(plain_plan(2));
    const p2p::PeerId peer = world.connect(0, 1);
    const std::uint64_t before = world.events.happened();
    for (std::uint64_t n = 0; n < 100; ++n)
        world.ping(0, peer, n, 100);
    world.run(seconds{1});
    EXPECT_EQ(world.events.happened() - before, 100u);
    EXPECT_THAT(world.at(0).budgets, IsEmpty());
}

// Gossip adds up what it sent, and forgets it only by a report.
TEST(Traffic, ReportsToTheSenderAtLatestForEachSoManyBytes) {
    NetWorld world(plain_plan(2));
    const p2p::PeerId peer = world.connect(0, 1);
    for (std::uint64_t n = 0; n < 1'000; ++n) {
        world.ping(0, peer, n, 100);
        world.run(milliseconds{10});
    }
    ASSERT_THAT(world.at(0).budgets, SizeIs(100'000 / Pipe::kReportBytes));
    for (const auto& budget : world.at(0).budgets)
        EXPECT_EQ(budget.input.queued_bytes, 0u);
}

TEST(Traffic, ReportsWhenWhatWaitedIsWritten) {
    Plan plan = plain_plan(2);
    plan.hosts[0].upload = 500'000;
    NetWorld world(std::move(plan));
    const p2p::PeerId peer = world.connect(0, 1);
    const Moment sent = world.events.now();
    world.ping(0, peer, 1, 1'000'000);
    EXPECT_THAT(world.internet.queued_bytes(0, peer), AllOf(Ge(800'000u), Le(1'100'000u)));
    world.run(seconds{1});
    EXPECT_THAT(world.at(0).budgets, IsEmpty());
    world.run(seconds{9});
    ASSERT_THAT(world.at(0).budgets, SizeIs(1));
    EXPECT_EQ(world.at(0).budgets[0].input.queued_bytes, 0u);
    EXPECT_THAT(world.at(0).budgets[0].when - sent, AllOf(Ge(milliseconds{1'700}), Le(seconds{2})));
}

TEST(Traffic, ReportsEveryBodyEvenASmallOne) {
    NetWorld world(plain_plan(2));
    const p2p::PeerId peer = world.connect(0, 1);
    p2p::BlockMessage body{.hash = {}, .header = {}, .checked = Failure{Reject{}}};
    world.internet.send(0, peer, body, 300);
    world.run(seconds{1});
    EXPECT_THAT(world.at(0).budgets, SizeIs(1));
}

TEST(Traffic, OfAHostThatSendsMoreThanAnybodyReadsEnds) {
    Plan plan = plain_plan(2);
    plan.hosts[0].upload = 100'000;
    NetWorld world(std::move(plan));
    const p2p::PeerId peer = world.connect(0, 1);
    for (std::uint64_t n = 0; n < 20; ++n)
        world.ping(0, peer, n, 4'000'000);
    EXPECT_THAT(world.at(0).losses, IsEmpty()) << "not from inside its own call";
    world.run(seconds{1});
    EXPECT_THAT(world.at(0).losses, SizeIs(1));
    EXPECT_THAT(world.at(1).losses, SizeIs(1));
    EXPECT_THAT(world.internet.connections(), IsEmpty());
}

TEST(Traffic, OverTheWireBringsEqualMessagesInOrder) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        Plan plan = plain_plan(2);
        plan.settings.seed = seed;
        plan.settings.wire = true;
        plan.settings.internet.jitter_percent = 50;
        NetWorld world(std::move(plan));
        const p2p::PeerId peer = world.connect(0, 1);
        ASSERT_THAT(world.at(1).peers, SizeIs(1));
        EXPECT_EQ(world.at(0).peers[0].input.key, world.plan.hosts[1].identity.key);
        EXPECT_EQ(world.at(1).peers[0].input.key, world.plan.hosts[0].identity.key);
        for (std::uint64_t n = 0; n < 100; ++n) {
            world.ping(0, peer, n);
            world.ping(1, peer, n);
        }
        world.run(seconds{3});
        EXPECT_EQ(world.nonces(0), first_numbers(100));
        EXPECT_EQ(world.nonces(1), first_numbers(100));
    }
}

TEST(Traffic, OverTheWireBringsWhatHasNoBytesAsItIs) {
    Plan plan = plain_plan(2);
    plan.settings.wire = true;
    NetWorld world(std::move(plan));
    const p2p::PeerId peer = world.connect(0, 1);
    world.ping(0, peer, 1);
    world.internet.send(0, peer, p2p::Malformed{"tx", "made up"}, 24);
    world.ping(0, peer, 2);
    world.run(seconds{1});
    ASSERT_THAT(world.at(1).got, SizeIs(3));
    EXPECT_TRUE(std::holds_alternative<p2p::Malformed>(world.at(1).got[1].message));
}

// A run of random sends, closes, dials and stops.
std::uint64_t wild_run(std::uint64_t seed, bool wire) {
    Plan plan = plain_plan(6);
    plan.settings.seed = seed;
    plan.settings.wire = wire;
    plan.settings.internet.jitter_percent = 30;
    NetWorld world(std::move(plan));
    SeededRandom random(seed);
    for (int step = 0; step < 400; ++step) {
        const auto host = static_cast<HostIndex>(random.below(6));
        const auto to = static_cast<HostIndex>(random.below(6));
        const std::vector<ConnectionView> views = world.internet.connections_of(host);
        const std::uint64_t deed = random.below(10);
        if (deed < 3) {
            world.dial(host, to);
        } else if (deed < 8 && !views.empty()) {
            const p2p::PeerId peer = views[random.below(views.size())].peer;
            world.ping(host, peer, random.next(), 1 + random.below(50'000));
        } else if (deed == 8 && !views.empty()) {
            world.internet.close(host, views[random.below(views.size())].peer);
        } else if (deed == 9) {
            const bool crashed = random.below(2) == 0;
            world.internet.attach(host, nullptr, crashed);
            world.run(milliseconds{random.below(300)});
            world.internet.attach(host, world.residents[host].get());
        }
        world.run(milliseconds{random.below(200)});
    }
    for (HostIndex host = 0; host < 6; ++host)
        world.internet.attach(host, nullptr);
    world.run(std::chrono::minutes{5});
    EXPECT_THAT(world.internet.connections(), IsEmpty());
    EXPECT_EQ(world.observer.begun, world.observer.ended);
    std::uint64_t hash = world.trace.hash();
    for (const auto& resident : world.residents)
        for (const auto& got : resident->got)
            hash = hash * 31 + static_cast<std::uint64_t>(got.when.time_since_epoch().count());
    return hash;
}

TEST(Traffic, EqualSeedsGiveEqualRunsAndNothingIsLeftBehind) {
    for (std::uint64_t seed = 0; seed < 10; ++seed)
        for (const bool wire : {false, true}) {
            const std::uint64_t hash = wild_run(seed, wire);
            EXPECT_EQ(wild_run(seed, wire), hash);
        }
}

// What 80,000 connections of a large world take.
TEST(Traffic, TakesLittleMemoryWhileNothingIsSent) {
    EXPECT_LE(sizeof(Connection), 250u);
}

}  // namespace
}  // namespace starling::sim
