// How much of the table one owner of addresses can have.

#include "p2p/asmap.h"
#include "p2p/discovery/table.h"
#include "support/asmap_file.h"
#include "support/overlay_nodes.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <vector>

namespace starling::p2p::discv5 {
namespace {

using Prefixes = std::vector<test::AnnouncedPrefix>;

Netgroups map_of(const Prefixes& prefixes) {
    return Netgroups(
        std::make_shared<const Asmap>(*Asmap::decode(*test::AsmapWriter::file(prefixes))));
}

struct TableNetgroupTest : testing::Test {
    const Identity own = test::numbered_identity(1);
    Parameters parameters = testnet();
    Limits limits;
    test::SeededRandom random{3};
    Time now{std::chrono::hours{1}};

    Admission meet(Table& table, const Identity& identity, const Endpoint& address) {
        return table.proven(test::node_record(identity, address, parameters), address,
                            Origin::overlay, now);
    }
};

Endpoint at(std::uint8_t a, std::uint8_t b, std::uint8_t c = 1, std::uint8_t d = 1) {
    return Endpoint::ipv4({a, b, c, d}, 9'000);
}

TEST_F(TableNetgroupTest, ANetgroupHasTwoPlacesInABucket) {
    Table table(own.id, parameters, limits, random);
    const auto people = test::identities_at(own.id, 256, 4);
    EXPECT_EQ(meet(table, people[0], at(80, 1, 1)), Admission::added);
    EXPECT_EQ(meet(table, people[1], at(80, 1, 2)), Admission::added);
    EXPECT_EQ(meet(table, people[2], at(80, 1, 3)), Admission::group_full);
    EXPECT_EQ(meet(table, people[2], at(80, 2, 3)), Admission::added);
    EXPECT_EQ(table.find(people[2].id)->netgroup, Netgroups().of(at(80, 2)));
}

TEST_F(TableNetgroupTest, ANetgroupHasEightPlacesInTheTable) {
    Table table(own.id, parameters, limits, random);
    std::size_t added = 0;
    std::uint8_t subnet = 0;
    for (unsigned distance = 256; distance > 250; --distance) {
        for (const Identity& identity : test::identities_at(own.id, distance, 2)) {
            const Admission admission = meet(table, identity, at(80, 1, ++subnet));
            if (admission == Admission::added)
                ++added;
            else
                EXPECT_EQ(admission, Admission::group_full);
        }
    }
    EXPECT_EQ(added, parameters.overlay.group_table_max);
}

TEST_F(TableNetgroupTest, AnAsIsOneNetgroupWhereAMapIsLoaded) {
    Table table(own.id, parameters, limits, random,
                map_of({test::announced_ipv4({80, 0, 0, 0}, 8, 7),
                        test::announced_ipv4({80, 9, 0, 0}, 16, 0)}));
    const auto people = test::identities_at(own.id, 256, 4);
    EXPECT_EQ(meet(table, people[0], at(80, 1)), Admission::added);
    EXPECT_EQ(meet(table, people[1], at(80, 2)), Admission::added);
    EXPECT_EQ(meet(table, people[2], at(80, 3)), Admission::group_full);
    EXPECT_EQ(meet(table, people[2], at(80, 9)), Admission::added);  // not mapped: its prefix
    EXPECT_EQ(meet(table, people[3], at(81, 1)), Admission::added);
}

// Else they would wait for the bucket's nodes to fail, all of them.
TEST_F(TableNetgroupTest, ANetgroupHasTwoPlacesAmongTheReplacements) {
    Table table(own.id, parameters, limits, random);
    const auto people = test::identities_at(own.id, 256, 16 + 4 + 10);
    for (std::uint8_t n = 0; n < 16; ++n)
        ASSERT_EQ(meet(table, people[n], at(80, n)), Admission::added);
    for (std::uint8_t n = 16; n < 20; ++n)
        EXPECT_EQ(meet(table, people[n], at(90, 1, n)), Admission::kept_as_replacement);
    EXPECT_EQ(table.buckets().front().replacements, 2u);
    for (std::uint8_t n = 20; n < 28; ++n)
        EXPECT_EQ(meet(table, people[n], at(91, n)), Admission::kept_as_replacement);
    EXPECT_EQ(table.buckets().front().replacements, limits.bucket_replacements);
}

TEST_F(TableNetgroupTest, AMovedNodeCountsInItsNewNetgroup) {
    Table table(own.id, parameters, limits, random);
    const auto people = test::identities_at(own.id, 256, 4);
    const auto moved = [&](const Identity& identity, const Endpoint& address,
                           std::uint64_t now_at) {
        return table.proven(test::node_record(identity, address, parameters, now_at), address,
                            Origin::overlay, now);
    };
    meet(table, people[0], at(80, 1, 1));
    meet(table, people[1], at(80, 1, 2));
    EXPECT_EQ(moved(people[0], at(80, 2), 2), Admission::updated);
    EXPECT_EQ(meet(table, people[2], at(80, 1, 3)), Admission::added);
    EXPECT_EQ(moved(people[0], at(80, 1, 4), 3), Admission::group_full);
    EXPECT_EQ(table.find(people[0].id)->netgroup, Netgroups().of(at(80, 2)));
}

// An attacker of a few addresses and any number of identities, who comes before everybody else: a
// table of a large network has some 160 places, and rules for /24s alone, as of most clients of
// discv5, give him nearly all of them.
struct SeventeenAddressesTest : TableNetgroupTest {
    static constexpr std::size_t kAddresses = 17;
    static constexpr std::uint32_t kHostile = 500, kHonest = 2'000;  // identities

    struct Share {
        std::size_t hostile = 0, all = 0;
    };
    Share share(Table& table, const std::vector<Endpoint>& addresses) {
        std::map<Endpoint, std::size_t> hostile;  // identities that it has proven
        for (const Endpoint& address : addresses)
            hostile[address] = 0;
        // His next identity, at whichever address may still prove one.
        for (std::uint32_t n = 0; n < kHostile; ++n) {
            const Identity identity = test::numbered_identity(10'000 + n);
            for (auto& [address, proven] : hostile) {
                if (proven == parameters.overlay.ids_per_address_max) continue;
                if (meet(table, identity, address) != Admission::added) continue;
                ++proven;
                break;
            }
        }
        for (std::uint32_t n = 0; n < kHonest; ++n) {
            const auto subnet = static_cast<std::uint8_t>(random.below(256));
            const auto group = static_cast<std::uint8_t>(random.below(256));
            const auto block = static_cast<std::uint8_t>(100 + random.below(50));
            meet(table, test::numbered_identity(50'000 + n), at(block, group, subnet));
        }
        Share out;
        for (const BucketView& bucket : table.buckets()) {
            out.all += bucket.nodes.size();
            for (const TableNode& node : bucket.nodes)
                if (hostile.contains(node.address)) ++out.hostile;
        }
        return out;
    }
    static std::vector<Endpoint> addresses(bool of_one_group) {
        std::vector<Endpoint> out;
        for (std::uint8_t n = 1; n <= kAddresses; ++n)
            out.push_back(of_one_group ? at(80, 1, n) : at(80, n));
        return out;
    }
};

TEST_F(SeventeenAddressesTest, HoldAPlaceEach) {
    Table table(own.id, parameters, limits, random);
    const Share of_attacker = share(table, addresses(false));
    EXPECT_LE(of_attacker.hostile, kAddresses);
    EXPECT_GT(of_attacker.all, 100u);
}

TEST_F(SeventeenAddressesTest, HoldEightPlacesIfTheyAreOfOneNetgroup) {
    Table table(own.id, parameters, limits, random);
    EXPECT_LE(share(table, addresses(true)).hostile, parameters.overlay.group_table_max);
    Table mapped(own.id, parameters, limits, random,
                 map_of({test::announced_ipv4({80, 0, 0, 0}, 8, 7)}));
    EXPECT_LE(share(mapped, addresses(false)).hostile, parameters.overlay.group_table_max);
}

// What the limits are for: geth's rules, ten identities an address.
TEST_F(SeventeenAddressesTest, WouldHoldMostOfATableThatCountsSubnetsAlone) {
    parameters.overlay.ids_per_address_max = 10;
    parameters.overlay.group_bucket_max = 4'096;
    parameters.overlay.group_table_max = 4'096;
    Table table(own.id, parameters, limits, random);
    const Share of_attacker = share(table, addresses(false));
    EXPECT_GT(2 * of_attacker.hostile, of_attacker.all);
}

}  // namespace
}  // namespace starling::p2p::discv5
