// Whom discovery asks and when: bootstrapping, checks and refreshes.

#include "p2p/discovery/bootstrap.h"
#include "p2p/discovery/checks.h"
#include "p2p/discovery/refresh.h"
#include "p2p/discovery/saved_peers.h"
#include "support/discovery_world.h"

#include <gtest/gtest.h>

#include <set>

namespace starling {
namespace {

using namespace p2p::discv5;
using namespace std::chrono_literals;

p2p::Endpoint address(std::uint64_t number) {
    return p2p::Endpoint::ipv4(
        {10, static_cast<std::uint8_t>(number / 250), static_cast<std::uint8_t>(number % 250), 1},
        9'000);
}

Shared<p2p::Record> node(std::uint64_t number, std::uint64_t sequence = 1) {
    p2p::RecordFields fields;
    fields.sequence = sequence;
    fields.network = p2p::network_tag(local());
    fields.udp = address(number);
    return p2p::Record::sign(fields, test::identity(number));
}

std::vector<Shared<p2p::Record>> nodes(std::uint64_t from, std::uint64_t count) {
    std::vector<Shared<p2p::Record>> out;
    for (std::uint64_t i = 0; i < count; ++i)
        out.push_back(node(from + i));
    return out;
}

class DiscoveryUpkeep : public testing::Test {
protected:
    void add(std::uint64_t number) {
        EXPECT_EQ(table.proven(node(number), address(number), p2p::Origin::overlay, now),
                  Admission::added);
    }

    Time now = Time{1'000'000s};
    Limits limits;
    Pace pace = pace_of(local());
    test::SeededRandom random{1};
    p2p::NodeId own = test::identity(1'000).id;
    Table table{own, local(), limits, random};
};

TEST_F(DiscoveryUpkeep, BootstrapsFromTheFreshestFirstThenFromWhatWasGiven) {
    Bootstrap bootstrap(limits, pace);
    bootstrap.open(nodes(1, 10), {nodes(50, 2)}, now);
    std::vector<Shared<p2p::Record>> order;
    for (const Time end = now + 3s; now < end; now += 10ms) {
        for (const p2p::Sighting& sighting : bootstrap.due(table, now)) {
            const bool again = std::ranges::any_of(
                order, [&](const auto& one) { return one->id() == sighting.record->id(); });
            if (!again) order.push_back(sighting.record);
        }
    }
    ASSERT_EQ(order.size(), 12u);
    EXPECT_EQ(order[0]->id(), node(1)->id());
    EXPECT_EQ(order[9]->id(), node(10)->id());
    EXPECT_EQ(order[10]->id(), node(50)->id());
}

// discovery.dat has the most proven nodes first; who was there lately is likelier to be there now.
TEST_F(DiscoveryUpkeep, AfterARestartTheFreshestAreAskedFirstAndThenTheBootstrapNodes) {
    constexpr std::uint64_t kSaved = 10;
    SavedPeers saved;
    std::map<std::uint64_t, p2p::Endpoint> by_age;
    for (std::uint64_t i = 1; i <= kSaved; ++i) {
        const std::uint64_t age = i * 7 % (kSaved + 1);
        saved.peers.push_back({node(i)->bytes(), now - age * 1min, now - 1h, 20});
        by_age[age] = address(i);
    }
    const p2p::Identity identity = test::identity(1'000);
    Discovery discovery(local(), identity, limits, random);
    std::vector<Effect> effects;
    discovery.open({.udp = address(1'000),
                    .tcp = {},
                    .udp6 = {},
                    .tcp6 = {},
                    .bootstrap = {{.source = "given", .nodes = nodes(50, 1)}},
                    .saved = encode_saved_peers(saved)},
                   now, effects);
    for (const Time end = now + 3s; now < end; now += 10ms)
        discovery.handle_timer(now, effects);
    std::vector<p2p::Endpoint> asked;
    for (const Effect& effect : effects) {
        const auto* datagram = std::get_if<Datagram>(&effect);
        if (datagram != nullptr && std::ranges::find(asked, datagram->to) == asked.end())
            asked.push_back(datagram->to);
    }
    std::vector<p2p::Endpoint> expected;
    for (const auto& [age, at] : by_age)
        expected.push_back(at);
    expected.push_back(address(50));
    EXPECT_EQ(asked, expected);
}

TEST_F(DiscoveryUpkeep, AsksBootstrapNodesAgainWithGrowingWaits) {
    pace = pace_of(testnet());
    Bootstrap bootstrap(limits, pace);
    bootstrap.open({}, {nodes(1, 1)}, now);
    std::vector<Time> asked;
    const Time start = now;
    while (now < start + 15min) {
        now = *bootstrap.next_wakeup();
        for (const auto& sighting : bootstrap.due(table, now)) {
            EXPECT_EQ(sighting.origin, p2p::Origin::bootstrap);
            asked.push_back(now);
        }
    }
    ASSERT_GE(asked.size(), 20u);
    EXPECT_LE(asked.size(), 40u);
    EXPECT_LE(asked[1] - asked[0], 2s);
    EXPECT_EQ(asked[19] - asked[18], pace.retry_alone_max) << "we know nobody";
    // With somebody there is less haste.
    add(3);
    now = *bootstrap.next_wakeup();
    EXPECT_EQ(bootstrap.due(table, now).size(), 1u);
    EXPECT_EQ(*bootstrap.next_wakeup() - now, pace.retry_max);
    // And at once when everybody is lost.
    bootstrap.left_alone(now);
    EXPECT_EQ(bootstrap.next_wakeup(), now);
    EXPECT_EQ(bootstrap.due(table, now).size(), 1u);
    EXPECT_GT(bootstrap.next_wakeup(), now);
}

TEST_F(DiscoveryUpkeep, RememberedNodesThatAreSilentAreLeftAloneUnlessWeAreAlone) {
    Bootstrap bootstrap(limits, pace);
    bootstrap.open(nodes(1, 1), {nodes(2, 1)}, now);
    const auto asked_within = [&](Duration duration) {
        std::map<p2p::Origin, int> asked;
        for (const Time end = now + duration; now < end; now = *bootstrap.next_wakeup()) {
            for (const auto& sighting : bootstrap.due(table, now))
                ++asked[sighting.origin];
        }
        return asked;
    };
    EXPECT_GT(asked_within(1min)[p2p::Origin::saved], 10);
    add(3);
    const auto asked = asked_within(1min);
    EXPECT_FALSE(asked.contains(p2p::Origin::saved));
    EXPECT_GT(asked.at(p2p::Origin::bootstrap), 10);
}

// What one source told may be all of one hand, what we remember too.
TEST_F(DiscoveryUpkeep, ThreeSourcesAreAskedThoughTheTableIsStocked) {
    for (std::uint64_t i = 1; table.size() < limits.bucket_nodes; ++i)
        table.proven(node(i), address(i), p2p::Origin::overlay, now);
    for (const std::uint64_t remembered : {0U, 5U}) {
        Bootstrap bootstrap(limits, pace);
        bootstrap.open(nodes(200, remembered), {nodes(100, 2), nodes(110, 2), nodes(120, 1)}, now);
        std::set<p2p::NodeId> asked;
        const auto ask_for = [&](Duration duration) {
            asked.clear();
            for (const Time end = now + duration; now < end; now += 100ms) {
                for (const auto& sighting : bootstrap.due(table, now))
                    asked.insert(sighting.record->id());
            }
        };
        ask_for(3s);
        EXPECT_EQ(asked.size(), 5 + remembered) << "all sources, at once";
        bootstrap.answered(node(100)->id());
        bootstrap.answered(node(101)->id());
        bootstrap.answered(node(110)->id());
        ask_for(5s);
        EXPECT_EQ(asked.contains(node(120)->id()), true) << "two of one source are one source";
        EXPECT_FALSE(asked.contains(node(111)->id())) << "its source has answered";
        bootstrap.answered(node(120)->id());
        ask_for(1min);
        EXPECT_TRUE(asked.empty());
    }
}

TEST_F(DiscoveryUpkeep, ATableThatIsStockedLeavesTheBootstrapNodesAlone) {
    Bootstrap bootstrap(limits, pace);
    bootstrap.open({}, {nodes(100, 1)}, now);
    for (std::uint64_t i = 1; table.size() < limits.bucket_nodes; ++i)
        table.proven(node(i), address(i), p2p::Origin::overlay, now);
    EXPECT_TRUE(bootstrap.due(table, now).empty());
    EXPECT_GT(bootstrap.next_wakeup(), now);
}

TEST_F(DiscoveryUpkeep, ChecksEachNodeOnceInAWhileWhoeverTellsOfIt) {
    Checks checks(limits, pace, random);
    const auto told = [&](std::uint64_t number, std::uint64_t source) {
        return Checks::Check{{node(number), p2p::Origin::overlay, address(source)},
                             address(number)};
    };
    EXPECT_TRUE(checks.add(told(1, 2), now));
    EXPECT_FALSE(checks.add(told(1, 3), now));
    ASSERT_TRUE(checks.next());
    EXPECT_FALSE(checks.add(told(1, 3), now)) << "in flight";
    checks.settled(node(1)->id(), p2p::Origin::overlay);
    EXPECT_FALSE(checks.add(told(1, 3), now)) << "asked lately";
    EXPECT_TRUE(checks.add(told(1, 3), now + 3 * pace.again));
}

TEST_F(DiscoveryUpkeep, ANodesNewerRecordIsCheckedAlthoughSomebodyRepeatsItsOldOne) {
    Checks checks(limits, pace, random);
    const auto told = [&](std::uint64_t sequence, std::uint64_t source) {
        return Checks::Check{{node(1, sequence), p2p::Origin::gossiped, address(source)},
                             address(1)};
    };
    ASSERT_TRUE(checks.add(told(1, 666), now));
    ASSERT_TRUE(checks.next());
    checks.settled(node(1)->id(), p2p::Origin::gossiped);
    EXPECT_FALSE(checks.add(told(1, 666), now));
    EXPECT_TRUE(checks.add(told(2, 3), now));
}

TEST_F(DiscoveryUpkeep, OneLiarLeavesRoomForTheChecksOfOthers) {
    Checks checks(limits, pace, random);
    const auto told = [&](std::uint64_t number, std::uint64_t source) {
        return Checks::Check{{node(number), p2p::Origin::gossiped, address(source)},
                             address(number)};
    };
    std::size_t taken = 0;
    for (std::uint64_t i = 0; i < 200; ++i)
        taken += checks.add(told(i, 500), now) ? 1u : 0u;
    EXPECT_EQ(taken, limits.checks_waiting_per_source_max);
    EXPECT_TRUE(checks.add(told(300, 501), now));
    // So many at a time, and the next when one is settled.
    std::vector<p2p::NodeId> asked;
    while (const auto check = checks.next())
        asked.push_back(check->sighting.record->id());
    EXPECT_EQ(asked.size(), limits.checks_in_flight_max);
    checks.settled(asked.front(), p2p::Origin::gossiped);
    EXPECT_TRUE(checks.next());
    EXPECT_FALSE(checks.next());
}

TEST_F(DiscoveryUpkeep, ThoseThatSpokeToUsFirstAreCheckedWhenThereIsRoom) {
    Checks checks(limits, pace, random);
    std::size_t taken = 0;
    for (std::uint64_t i = 0; i < 100; ++i) {
        const Checks::Check check{{node(i), p2p::Origin::inbound, address(i)}, address(i)};
        taken += checks.add(check, now) ? 1u : 0u;
    }
    EXPECT_EQ(taken, limits.inbound_checks_max);
}

TEST_F(DiscoveryUpkeep, RefreshesEveryDistanceInTurnOurselvesFirst) {
    Refresh refresh(own, pace, random);
    EXPECT_FALSE(refresh.next_wakeup());
    for (std::uint64_t i = 1; i <= 20; ++i)
        table.proven(node(i), address(i), p2p::Origin::overlay, now);
    refresh.joined(now);
    ASSERT_EQ(refresh.next_wakeup(), now);
    EXPECT_EQ(refresh.due(table, now), own);

    std::map<unsigned, int> turns;
    std::set<p2p::NodeId> targets;
    const Time start = now;
    std::size_t lookups = 0;
    unsigned nearest = 256;
    for (const BucketView& bucket : table.buckets())
        nearest = std::min(nearest, bucket.distance);
    const std::size_t distances = 256 - nearest + 3;  // ourselves, one below the nearest
    while (lookups < 2 * distances) {
        now = *refresh.next_wakeup();
        const auto target = refresh.due(table, now);
        ASSERT_TRUE(target);
        ++turns[p2p::log_distance(own, *target)];
        if (*target != own) targets.insert(*target);
        ++lookups;
        EXPECT_GT(refresh.next_wakeup(), now);
    }
    for (const BucketView& bucket : table.buckets())
        EXPECT_GE(turns[bucket.distance], 2) << bucket.distance;
    EXPECT_GE(turns[0], 2);
    constexpr std::size_t kToJoin = 3;  // besides ourselves, for the table does not grow
    EXPECT_EQ(lookups, kToJoin + static_cast<std::size_t>(4 * (now - start) / pace.refresh))
        << "four in a refresh's time";
    EXPECT_EQ(targets.size() + static_cast<std::size_t>(turns[0]), lookups)
        << "no target comes twice";
}

// A lookup costs a hundred packets; a table that has whom it needs can wait for newcomers.
TEST_F(DiscoveryUpkeep, AStockedTableIsRefreshedSeldomEveryOtherTimeByALookupOfOurselves) {
    Refresh refresh(own, pace, random);
    for (std::uint64_t i = 1; table.size() < Refresh::kStocked; ++i)
        table.proven(node(i), address(i), p2p::Origin::overlay, now);
    refresh.joined(now);
    std::vector<Time> ourselves;
    std::size_t first = 0, seldom = 0;
    while (seldom < 20) {
        const auto target = refresh.due(table, now);
        ASSERT_TRUE(target);
        if (*target == own) ourselves.push_back(now);
        const bool soon = refresh.next_wakeup() == now + pace.refresh / Refresh::kLookups;
        if (!soon) {
            ASSERT_EQ(refresh.next_wakeup(), now + pace.refresh);
        }
        ++(soon ? first : seldom);
        now = *refresh.next_wakeup();
    }
    EXPECT_EQ(first, Refresh::kFirst - 1) << "of which the size of the network is learnt";
    ASSERT_EQ(ourselves.size(), 11u);
    for (std::size_t i = 2; i < ourselves.size(); ++i)
        EXPECT_EQ(ourselves[i] - ourselves[i - 1], 2 * pace.refresh);
}

TEST_F(DiscoveryUpkeep, ATableThatIsStockedNoMoreIsRefreshedSooner) {
    Refresh refresh(own, pace, random);
    refresh.left(0);
    EXPECT_FALSE(refresh.next_wakeup());
    for (std::uint64_t i = 1; table.size() < Refresh::kStocked; ++i)
        table.proven(node(i), address(i), p2p::Origin::overlay, now);
    refresh.joined(now);
    for (std::size_t i = 0; i < Refresh::kFirst; ++i) {
        now = *refresh.next_wakeup();
        ASSERT_TRUE(refresh.due(table, now));
    }
    refresh.left(Refresh::kStocked);
    EXPECT_EQ(refresh.next_wakeup(), now + pace.refresh);
    refresh.left(Refresh::kStocked - 1);
    EXPECT_EQ(refresh.next_wakeup(), now + pace.refresh / Refresh::kLookups);
}

TEST_F(DiscoveryUpkeep, AnEmptyTableIsNotRefreshed) {
    Refresh refresh(own, pace, random);
    refresh.joined(now);
    EXPECT_FALSE(refresh.due(table, now));
    EXPECT_FALSE(refresh.next_wakeup());
    add(1);
    refresh.joined(now + 1s);
    EXPECT_EQ(refresh.due(table, now + 1s), own) << "begins anew";
}

}  // namespace
}  // namespace starling
