// The table under random operations, against what plain lists say of its rules.

#include "p2p/asmap.h"
#include "p2p/discovery/table.h"
#include "p2p/netgroup.h"
#include "support/asmap_file.h"
#include "support/overlay_nodes.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace starling::p2p::discv5 {
namespace {

constexpr std::size_t kPeople = 110;
constexpr std::size_t kRecords = 3;  // of each, at three addresses, the later ones newer

// 83.0, 83.1 and 83.2 are of one AS, 83.3 of another, the others of none.
Netgroups mapped() {
    const std::vector<test::AnnouncedPrefix> prefixes = {
        test::announced_ipv4({83, 0, 0, 0}, 15, 7),
        test::announced_ipv4({83, 2, 0, 0}, 16, 7),
        test::announced_ipv4({83, 3, 0, 0}, 16, 8),
    };
    return Netgroups(
        std::make_shared<const Asmap>(*Asmap::decode(*test::AsmapWriter::file(prefixes))));
}

struct World {
    const Parameters& parameters;
    bool has_map;
    test::SeededRandom random;
    Limits limits;
    Identity own = test::numbered_identity(1);
    std::vector<std::vector<Shared<Record>>> records = {};  // by person
    Table table;
    Time now{std::chrono::hours{1}};
    std::map<NodeId, std::uint32_t> checks;  // what they ought to be, of those in the table
    std::set<NodeId> out;                    // given by due() and not answered
    std::set<NodeId> waiting;                // were once kept as replacements

    World(const Parameters& p, std::uint64_t seed, bool with_map = false)
        : parameters(p),
          has_map(with_map),
          random(seed),
          table(own.id, p, limits, random, with_map ? mapped() : Netgroups()) {
        for (std::uint32_t n = 0; n < kPeople; ++n) {
            const Identity identity = test::numbered_identity(100 + n);
            records.emplace_back();
            for (std::uint64_t sequence = 1; sequence <= kRecords; ++sequence)
                records.back().push_back(
                    test::node_record(identity, any_address(), parameters, sequence));
        }
    }

    Endpoint any_address() {
        const auto group = static_cast<std::uint8_t>(random.below(16));
        const auto subnet = static_cast<std::uint8_t>(random.below(3));
        return Endpoint::ipv4({83, group, subnet, static_cast<std::uint8_t>(1 + random.below(6))},
                              9'000);
    }
    [[nodiscard]] int group_of(const Endpoint& address) const {
        const int second = address.address[13];
        return has_map && second < 3 ? 0 : second;
    }
    [[nodiscard]] std::vector<TableNode> all() const {
        std::vector<TableNode> nodes;
        for (const BucketView& bucket : table.buckets())
            nodes.insert(nodes.end(), bucket.nodes.begin(), bucket.nodes.end());
        return nodes;
    }
    [[nodiscard]] std::set<NodeId> ids() const {
        std::set<NodeId> out_ids;
        for (const TableNode& node : all())
            out_ids.insert(node.record->id());
        return out_ids;
    }

    // What the rules say of a node that is not in the table; `updated` for one that is.
    [[nodiscard]] Admission expected(const Shared<Record>& record,
                                     const Endpoint& address,
                                     Origin origin) const {
        if (record->udp() != address) return Admission::other_endpoint;
        const unsigned distance = log_distance(own.id, record->id());
        std::size_t same_address = 0, subnet = 0, bucket_subnet = 0, inbound = 0, bucket = 0;
        std::size_t group = 0, bucket_group = 0;
        for (const TableNode& node : all()) {
            const bool near = subnet_of(node.address) == subnet_of(address);
            const bool beside = log_distance(own.id, node.record->id()) == distance;
            if (node.address.address == address.address) ++same_address;
            if (near) ++subnet;
            if (near && beside) ++bucket_subnet;
            const bool related = group_of(node.address) == group_of(address);
            if (related) ++group;
            if (related && beside) ++bucket_group;
            if (beside && node.origin == Origin::inbound) ++inbound;
            if (beside) ++bucket;
        }
        const OverlayRules& rules = parameters.overlay;
        if (same_address >= rules.ids_per_address_max) return Admission::address_taken;
        if (subnet >= rules.subnet_table_max || bucket_subnet >= rules.subnet_bucket_max)
            return Admission::subnet_full;
        if (group >= rules.group_table_max || bucket_group >= rules.group_bucket_max)
            return Admission::group_full;
        if (origin == Origin::inbound && inbound >= limits.bucket_inbound_max)
            return Admission::inbound_full;
        return bucket < limits.bucket_nodes ? Admission::added : Admission::kept_as_replacement;
    }

    void meet() {
        const auto& own_records = records[random.below(kPeople)];
        const Shared<Record>& record = own_records[random.below(10) == 0 ? random.below(3) : 0];
        const Endpoint address = random.below(20) == 0 ? any_address() : *record->udp();
        const Origin origin = random.below(3) == 0 ? Origin::inbound : Origin::overlay;
        prove(record, address, origin);
    }
    void prove(const Shared<Record>& record, const Endpoint& address, Origin origin) {
        const NodeId& id = record->id();
        const auto before = ids();
        const Admission expectation = expected(record, address, origin);
        const Admission admission = table.proven(record, address, origin, now);
        auto after = ids();
        if (before.contains(id)) {
            EXPECT_EQ(after, before);
            if (admission == Admission::updated && out.erase(id) > 0) ++checks[id];
        } else if (waiting.contains(id)) {
            // Its older records may speak against it, and its rivals among the replacements.
            EXPECT_TRUE(admission == Admission::other_endpoint || admission == expectation ||
                        expectation == Admission::kept_as_replacement || origin != Origin::overlay);
        } else if (expectation != Admission::kept_as_replacement) {
            EXPECT_EQ(admission, expectation) << name_of(admission) << name_of(expectation);
        }
        if (admission == Admission::added) {
            EXPECT_TRUE(after.erase(id) == 1);
            EXPECT_EQ(after, before);  // nobody was displaced
            checks[id] = 0;
        } else {
            EXPECT_EQ(after, before);
        }
        if (admission == Admission::kept_as_replacement) waiting.insert(id);
    }
    void fail(const NodeId& id) {
        auto before = ids();
        const bool was_in = before.contains(id);
        const auto departure = table.failed(id, now);
        out.erase(id);
        if (was_in) checks[id] /= 3;
        if (!was_in || checks[id] > 0 || (before.size() == 1 && !departure)) {
            EXPECT_FALSE(departure.has_value());
            EXPECT_EQ(ids(), before);
            return;
        }
        ASSERT_TRUE(departure.has_value());
        EXPECT_EQ(departure->node.record->id(), id);
        before.erase(id);
        checks.erase(id);
        if (departure->successor) {
            EXPECT_TRUE(waiting.contains(*departure->successor));
            EXPECT_EQ(log_distance(own.id, *departure->successor), log_distance(own.id, id));
            before.insert(*departure->successor);
            checks[*departure->successor] = 0;
        }
        EXPECT_EQ(ids(), before);
    }
    void check() {
        const auto wakeup = table.next_wakeup();
        ASSERT_EQ(wakeup.has_value(), table.size() > 0);
        if (!wakeup) return;
        now = std::max(now, *wakeup);
        while (const auto node = table.due(now)) {
            const NodeId id = node->record->id();
            out.insert(id);
            if (random.below(4) == 0)
                fail(id);
            else
                prove(node->record, node->address, node->origin);
        }
    }
    void step() {
        now += Duration{static_cast<std::int64_t>(random.below(2'000))};
        switch (random.below(8)) {
            case 0:
                check();
                break;
            case 1:
                fail(records[random.below(kPeople)][0]->id());
                break;
            case 2:
                table.refreshed(records[random.below(kPeople)][random.below(kRecords)]);
                break;
            default:
                meet();
        }
        expect_rules();
    }

    void expect_rules() const {
        const OverlayRules& rules = parameters.overlay;
        std::map<std::string, int> subnets;
        std::map<int, int> groups;
        std::map<std::array<std::uint8_t, 16>, int> addresses;
        std::size_t size = 0;
        for (const BucketView& bucket : table.buckets()) {
            EXPECT_LE(bucket.nodes.size(), limits.bucket_nodes);
            EXPECT_LE(bucket.replacements, limits.bucket_replacements);
            std::map<std::string, int> bucket_subnets;
            std::map<int, int> bucket_groups;
            std::size_t inbound = 0;
            Time last{};
            for (const TableNode& node : bucket.nodes) {
                EXPECT_EQ(log_distance(own.id, node.record->id()), bucket.distance);
                EXPECT_EQ(node.record->udp(), node.address);
                EXPECT_LE(last, node.last_seen);
                last = node.last_seen;
                EXPECT_LE(++bucket_subnets[subnet_of(node.address)], rules.subnet_bucket_max);
                EXPECT_LE(++subnets[subnet_of(node.address)], rules.subnet_table_max);
                EXPECT_LE(++bucket_groups[group_of(node.address)], rules.group_bucket_max);
                EXPECT_LE(++groups[group_of(node.address)], rules.group_table_max);
                EXPECT_LE(++addresses[node.address.address], rules.ids_per_address_max);
                if (node.origin == Origin::inbound) ++inbound;
                EXPECT_EQ(node.checks, checks.at(node.record->id()));
                ++size;
            }
            EXPECT_LE(inbound, limits.bucket_inbound_max);
        }
        EXPECT_EQ(table.size(), size);
    }
};

TEST(TableModelTest, TheRulesHoldAfterEveryOperation) {
    std::size_t full = 0;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        World world(testnet(), seed, seed % 2 == 0);
        for (int i = 0; i < 1'000 && !testing::Test::HasFailure(); ++i) {
            world.step();
            if (world.table.size() > 30) ++full;
        }
        EXPECT_FALSE(world.waiting.empty());
    }
    EXPECT_GT(full, 500u);
}

TEST(TableModelTest, TheRulesHoldWhereAllNodesShareAMachine) {
    World world(local(), 9);
    for (int i = 0; i < 600 && !testing::Test::HasFailure(); ++i)
        world.step();
}

}  // namespace
}  // namespace starling::p2p::discv5
