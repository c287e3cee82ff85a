#include "p2p/discovery/table.h"

#include "support/overlay_nodes.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace starling::p2p::discv5 {
namespace {

using namespace std::chrono_literals;

// Each subnet is of a netgroup of its own.
Endpoint host(std::uint8_t subnet, std::uint8_t host, std::uint16_t port = 9'000) {
    return Endpoint::ipv4({80, subnet, 1, host}, port);
}

// A table of the public network whose nodes are all 256 from it: one bucket.
struct TableTest : testing::Test {
    static constexpr std::size_t kPeople = 40;

    const Parameters& parameters = testnet();
    const Identity own = test::numbered_identity(1);
    const std::vector<Identity>& people = everybody();
    Limits limits;
    test::SeededRandom random{7};
    Table table{own.id, parameters, limits, random};
    Time now{1h};

    static const std::vector<Identity>& everybody() {
        static const std::vector<Identity> all =
            test::identities_at(test::numbered_identity(1).id, 256, kPeople);
        return all;
    }
    // The n-th person's, in a subnet of its own.
    [[nodiscard]] static Endpoint home(std::size_t n) {
        return host(static_cast<std::uint8_t>(n), 1);
    }
    [[nodiscard]] Shared<Record> record(std::size_t n,
                                        const Endpoint& address,
                                        std::uint64_t sequence = 1) const {
        return test::node_record(people[n], address, parameters, sequence);
    }
    Admission meet(std::size_t n, const Endpoint& address, Origin origin = Origin::overlay) {
        return table.proven(record(n, address), address, origin, now);
    }
    Admission meet(std::size_t n, Origin origin = Origin::overlay) {
        return meet(n, home(n), origin);
    }
    void fill() {
        for (std::size_t n = 0; n < limits.bucket_nodes; ++n) {
            now += 1s;
            ASSERT_EQ(meet(n), Admission::added);
        }
    }
    [[nodiscard]] bool has(std::size_t n) const { return table.find(people[n].id) != nullptr; }
    // Time goes on until somebody is to be checked.
    TableNode next_check() {
        for (;;) {
            const auto wakeup = table.next_wakeup();
            now = std::max(now, wakeup.value());
            if (const auto node = table.due(now)) return *node;
        }
    }
    void answer(const TableNode& node) {
        ASSERT_EQ(table.proven(node.record, node.address, node.origin, now), Admission::updated);
    }
};

TEST_F(TableTest, ANodeEntersOnceItHasAnswered) {
    EXPECT_EQ(meet(0), Admission::added);
    EXPECT_TRUE(has(0));
    EXPECT_EQ(table.size(), 1u);
    EXPECT_EQ(meet(0), Admission::updated);
    EXPECT_EQ(table.size(), 1u);
}

TEST_F(TableTest, OurselvesAndOtherNetworksNeverEnter) {
    const Endpoint address = home(1);
    EXPECT_EQ(
        table.proven(test::node_record(own, address, parameters), address, Origin::overlay, now),
        Admission::ourselves);
    EXPECT_EQ(
        table.proven(test::node_record(people[0], address, local()), address, Origin::overlay, now),
        Admission::foreign_network);
    EXPECT_EQ(
        table.proven(Record::sign({.udp = address}, people[0]), address, Origin::overlay, now),
        Admission::foreign_network);
    EXPECT_EQ(table.size(), 0u);
}

TEST_F(TableTest, ARecordMustNameTheAddressThatAnswered) {
    EXPECT_EQ(table.proven(record(0, home(0)), home(1), Origin::overlay, now),
              Admission::other_endpoint);
    const auto silent = Record::sign({.network = network_tag(parameters)}, people[0]);
    EXPECT_EQ(table.proven(silent, home(0), Origin::overlay, now), Admission::no_endpoint);
    EXPECT_EQ(table.size(), 0u);
}

TEST_F(TableTest, LocalAddressesEnterOnlyWhereTheNetworkIsLocal) {
    const Endpoint loopback = Endpoint::ipv4({127, 0, 0, 1}, 9'000);
    EXPECT_EQ(meet(0, loopback), Admission::no_endpoint);
    Table near(own.id, local(), limits, random);
    for (std::size_t n = 0; n < limits.bucket_nodes; ++n) {
        const Endpoint address =
            Endpoint::ipv4({127, 0, 0, 1}, static_cast<std::uint16_t>(9'000 + n));
        EXPECT_EQ(near.proven(test::node_record(people[n], address, local()), address,
                              Origin::overlay, now),
                  Admission::added);
    }
}

TEST_F(TableTest, OneSubnetHasTwoPlacesInABucket) {
    EXPECT_EQ(meet(0, host(1, 1)), Admission::added);
    EXPECT_EQ(meet(1, host(1, 2)), Admission::added);
    EXPECT_EQ(meet(2, host(1, 3)), Admission::subnet_full);
    EXPECT_EQ(meet(2, host(2, 3)), Admission::added);
}

TEST_F(TableTest, OneSubnetHasTenPlacesInTheTable) {
    Parameters by_subnet = parameters;
    by_subnet.overlay.group_table_max = 4'096;
    Table many(own.id, by_subnet, limits, random);
    std::size_t added = 0;
    std::uint8_t last = 1;
    for (const unsigned distance : {256u, 255u, 254u, 253u, 252u, 251u})
        for (const Identity& identity : test::identities_at(own.id, distance, 2)) {
            const Endpoint address = host(1, last++);
            const Admission admission = many.proven(
                test::node_record(identity, address, parameters), address, Origin::overlay, now);
            if (admission == Admission::added)
                ++added;
            else
                EXPECT_EQ(admission, Admission::subnet_full);
        }
    EXPECT_EQ(added, parameters.overlay.subnet_table_max);
}

TEST_F(TableTest, OneAddressProvesOneIdentity) {
    EXPECT_EQ(meet(0, host(1, 1, 9'000)), Admission::added);
    EXPECT_EQ(meet(1, host(1, 1, 9'001)), Admission::address_taken);
}

// nim-eth #308.
TEST_F(TableTest, WhatIsOnlyClaimedTakesNobodysPlace) {
    for (std::size_t n = 1; n < kPeople; ++n)  // liars in the victim's subnet, from elsewhere
        EXPECT_EQ(table.proven(record(n, host(1, 1)), host(9, static_cast<std::uint8_t>(n)),
                               Origin::overlay, now),
                  Admission::other_endpoint);
    fill();
    for (std::size_t n = 20; n < kPeople; ++n)  // replacements hold no place in the table
        meet(n, host(200, static_cast<std::uint8_t>(n)));
    const Identity other = test::identities_at(own.id, 255, 1).front();
    const Endpoint address = host(200, 39);
    EXPECT_EQ(
        table.proven(test::node_record(other, address, parameters), address, Origin::overlay, now),
        Admission::added);
}

// discv5-testground's eclipse plan: 18 attackers speak to us, one honest node is found.
TEST_F(TableTest, NodesThatOnlySpokeToUsFillHalfOfABucket) {
    for (std::size_t n = 0; n < 18; ++n)
        EXPECT_EQ(meet(n, Origin::inbound),
                  n < limits.bucket_inbound_max ? Admission::added : Admission::inbound_full);
    EXPECT_EQ(meet(18), Admission::added);
}

TEST_F(TableTest, AnsweringChecksMakesNoMoreRoomForThoseThatSpokeToUs) {
    for (std::size_t n = 0; n < limits.bucket_inbound_max; ++n)
        meet(n, Origin::inbound);
    for (int check = 0; check < 50; ++check) {
        TableNode node = next_check();
        node.origin = Origin::overlay;  // whatever the answer is filed under
        answer(node);
    }
    EXPECT_EQ(meet(20, Origin::inbound), Admission::inbound_full);
    meet(0, Origin::overlay);  // a search of ours led to it
    EXPECT_EQ(meet(20, Origin::inbound), Admission::added);
}

TEST_F(TableTest, ALiveNodeIsNeverDisplaced) {
    fill();
    for (std::size_t n = limits.bucket_nodes; n < kPeople; ++n)
        EXPECT_EQ(meet(n), Admission::kept_as_replacement);
    for (std::size_t n = 0; n < kPeople; ++n)
        EXPECT_EQ(has(n), n < limits.bucket_nodes);
    EXPECT_EQ(table.buckets().at(0).replacements, limits.bucket_replacements);
}

TEST_F(TableTest, TheMostRecentlySeenReplacementComesIn) {
    fill();
    meet(20);
    now += 1s;
    meet(21);
    now += 1s;
    meet(22);
    now += 1s;
    meet(21);
    const auto departure = table.failed(people[3].id, now);
    ASSERT_TRUE(departure.has_value());
    EXPECT_EQ(departure->node.record->id(), people[3].id);
    EXPECT_EQ(departure->successor, people[21].id);
    EXPECT_FALSE(has(3));
    ASSERT_TRUE(has(21));
    EXPECT_FALSE(table.find(people[21].id)->live);
    EXPECT_EQ(table.buckets().at(0).replacements, 2u);
}

TEST_F(TableTest, AReplacementComesInOnlyWhereTheLimitsAdmitIt) {
    fill();
    meet(20, host(50, 1));
    now += 1s;
    meet(21, host(3, 2));
    now += 1s;
    meet(22, host(3, 3));
    ASSERT_EQ(table.failed(people[5].id, now)->successor, people[22].id);  // two of subnet 3
    ASSERT_EQ(table.failed(people[6].id, now)->successor, people[20].id);
    ASSERT_EQ(table.failed(people[7].id, now)->successor, std::nullopt);
}

TEST_F(TableTest, OneSubnetCannotOwnTheReplacements) {
    fill();
    ASSERT_EQ(meet(16), Admission::kept_as_replacement);
    for (std::size_t n = 17; n < kPeople; ++n)
        EXPECT_EQ(meet(n, host(77, static_cast<std::uint8_t>(n))), Admission::kept_as_replacement);
    EXPECT_EQ(table.buckets().at(0).replacements, 3u);
    table.failed(people[0].id, now);
    table.failed(people[1].id, now);
    EXPECT_EQ(table.failed(people[2].id, now)->successor, people[16].id);
}

TEST_F(TableTest, WhoSpeaksToUsDoesNotPushOutReplacementsThatWeFound) {
    fill();
    for (std::size_t n = 16; n < 26; ++n)
        ASSERT_EQ(meet(n), Admission::kept_as_replacement);
    for (std::size_t n = 26; n < kPeople; ++n)
        EXPECT_EQ(meet(n, Origin::inbound), Admission::inbound_full);
    now += 1s;
    EXPECT_EQ(meet(26), Admission::kept_as_replacement);
    EXPECT_EQ(table.failed(people[0].id, now)->successor, people[26].id);
}

// geth #35662.
TEST_F(TableTest, TheLastNodeStaysAlthoughItFails) {
    meet(0);
    meet(1);
    EXPECT_TRUE(table.failed(people[0].id, now).has_value());
    for (int i = 0; i < 10; ++i)
        EXPECT_FALSE(table.failed(people[1].id, now).has_value());
    ASSERT_TRUE(has(1));
    EXPECT_FALSE(table.find(people[1].id)->live);
    EXPECT_EQ(next_check().record->id(), people[1].id);
    meet(1);
    EXPECT_TRUE(table.find(people[1].id)->live);
    meet(2);
    EXPECT_TRUE(table.failed(people[1].id, now).has_value());
}

TEST_F(TableTest, AFailureDividesTheChecksByThree) {
    meet(0);
    meet(1);
    while (table.find(people[0].id)->checks < 10)
        answer(next_check());
    EXPECT_FALSE(table.failed(people[0].id, now).has_value());
    EXPECT_EQ(table.find(people[0].id)->checks, 3u);
    EXPECT_TRUE(table.find(people[0].id)->live);
    EXPECT_FALSE(table.failed(people[0].id, now).has_value());
    EXPECT_TRUE(table.failed(people[0].id, now).has_value());
    EXPECT_FALSE(has(0));
}

TEST_F(TableTest, OnlyAnswersToChecksCount) {
    meet(0);
    for (int i = 0; i < 100; ++i)
        meet(0);
    EXPECT_EQ(table.find(people[0].id)->checks, 0u);
    answer(next_check());
    EXPECT_EQ(table.find(people[0].id)->checks, 1u);
    EXPECT_EQ(table.buckets().at(0).revalidated, now);
}

TEST_F(TableTest, NewNodesAreCheckedOftenAndProvenOnesSeldom) {
    const Pace pace = pace_of(parameters);
    meet(0);
    constexpr int kChecks = 400;
    const Time begin = now;
    for (int i = 0; i < kChecks; ++i) {
        const Time before = now;
        const TableNode node = next_check();
        EXPECT_LE(now - before, 2 * (i == 0 ? pace.fast_revalidation : pace.slow_revalidation));
        answer(node);
    }
    const Duration mean = (now - begin) / kChecks;
    EXPECT_GT(mean, pace.slow_revalidation * 4 / 5);
    EXPECT_LT(mean, pace.slow_revalidation * 6 / 5);
}

TEST_F(TableTest, ACheckIsGivenOnceAndALostOneEndsNotAllChecks) {
    meet(0);
    const TableNode node = next_check();
    const Time given = now;
    for (; now < given + Table::kCheckLife; now += 100ms)
        EXPECT_FALSE(table.due(now).has_value());
    EXPECT_EQ(*table.next_wakeup(), given + Table::kCheckLife);
    now = *table.next_wakeup();
    EXPECT_TRUE(table.due(now).has_value());
}

TEST_F(TableTest, AMovedNodeMustFindRoomAtItsNewAddress) {
    meet(0, host(1, 1));
    meet(1, host(2, 1));
    meet(2, host(2, 2));
    EXPECT_EQ(table.proven(record(0, host(2, 3), 2), host(2, 3), Origin::overlay, now),
              Admission::subnet_full);
    EXPECT_EQ(table.find(people[0].id)->address, host(1, 1));
    EXPECT_EQ(table.proven(record(0, host(3, 3), 3), host(3, 3), Origin::overlay, now),
              Admission::updated);
    EXPECT_EQ(table.find(people[0].id)->address, host(3, 3));
    EXPECT_EQ(meet(3, host(1, 1)), Admission::added);  // it left its old place
    // A stale record brings it nowhere.
    EXPECT_EQ(table.proven(record(0, host(4, 4), 2), host(4, 4), Origin::overlay, now),
              Admission::other_endpoint);
}

TEST_F(TableTest, ANewerRecordIsKeptIfItsAddressIsTheSame) {
    meet(0);
    table.refreshed(record(0, home(0), 5));
    EXPECT_EQ(table.find(people[0].id)->record->sequence(), 5u);
    table.refreshed(record(0, home(0), 4));
    table.refreshed(record(0, home(1), 6));
    EXPECT_EQ(table.find(people[0].id)->record->sequence(), 5u);
    table.refreshed(record(1, home(1), 6));
    EXPECT_FALSE(has(1));
    EXPECT_EQ(meet(0), Admission::updated);
    EXPECT_EQ(table.find(people[0].id)->record->sequence(), 5u);
}

TEST_F(TableTest, OnlyLiveNodesAreToldTheAskedDistanceFirst) {
    fill();
    meet(20);
    table.failed(people[0].id, now);  // 20 comes in, not live yet
    const auto others = test::identities_at(own.id, 255, 3);
    std::uint8_t last = 1;
    for (const Identity& identity : others) {
        const Endpoint address = host(static_cast<std::uint8_t>(100 + last++), 1);
        table.proven(test::node_record(identity, address, parameters), address, Origin::overlay,
                     now);
    }
    const std::vector<unsigned> distances = {255, 256, 255, 0, 257, 254};
    const auto told = table.at(distances, 100);
    EXPECT_EQ(told.size(), 18u);
    std::set<NodeId> ids;
    for (const TableNode& node : told)
        ids.insert(node.record->id());
    EXPECT_EQ(ids.size(), told.size());
    EXPECT_FALSE(ids.contains(people[20].id));
    for (std::size_t i = 0; i < told.size(); ++i)
        EXPECT_EQ(log_distance(own.id, told[i].record->id()), i < 3 ? 255u : 256u);
    EXPECT_EQ(table.at(distances, 5).size(), 5u);
    EXPECT_TRUE(table.at({}, 5).empty());
    // Nobody can foresee which: over many times, everybody.
    std::set<NodeId> first;
    const std::vector<unsigned> far = {256};
    for (int i = 0; i < 300; ++i)
        first.insert(table.at(far, 1).at(0).record->id());
    EXPECT_EQ(first.size(), 15u);
}

TEST_F(TableTest, NearestFirstAndBestFirst) {
    fill();
    const auto nearest = table.closest(people[4].id, 100);
    ASSERT_EQ(nearest.size(), 16u);
    EXPECT_EQ(nearest[0].record->id(), people[4].id);
    for (std::size_t i = 1; i < nearest.size(); ++i)
        EXPECT_TRUE(nearer(people[4].id, nearest[i - 1].record->id(), nearest[i].record->id()));
    for (int i = 0; i < 30; ++i)
        answer(next_check());
    const auto best = table.best(3);
    ASSERT_EQ(best.size(), 3u);
    EXPECT_GE(best[0].checks, best[1].checks);
    const auto buckets = table.buckets();
    for (const TableNode& node : buckets.at(0).nodes)
        EXPECT_LE(node.checks, best[0].checks);
}

TEST(TableNames, EveryAdmissionHasAName) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kAdmissions; ++i)
        names.insert(name_of(static_cast<Admission>(i)));
    EXPECT_EQ(names.size(), kAdmissions);
    EXPECT_EQ(name_of(Admission::inbound_full), "inbound_full");
}

}  // namespace
}  // namespace starling::p2p::discv5
