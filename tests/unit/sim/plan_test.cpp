#include "sim/plan.h"

#include "p2p/netgroup.h"
#include "sim/engine/stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <gmock/gmock.h>
#include <set>

namespace starling::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Settings under which everything that is drawn is drawn.
Settings rich_settings(std::uint64_t seed = 1, std::size_t nodes = 60) {
    Settings settings;
    settings.seed = seed;
    settings.nodes = nodes;
    settings.duration = hours{2};
    settings.internet.undialable = 500'000;
    settings.overlay.discovery = false;
    settings.hosts.clock_offset_max = seconds{70};
    settings.hosts.slow = 200'000;
    settings.faults = {.faulty = minutes{10},
                       .healing = minutes{10},
                       .partitions = 20,
                       .one_way_partitions = 20,
                       .clogs = 20,
                       .crashes = 20,
                       .pauses = 20,
                       .loss_bursts = 20};
    settings.hostile = {{"silent", 2}, {"slow", 1}};
    return settings;
}

auto line_of(const HostPlan& host) {
    return std::tuple(host.index, host.identity.secret, host.address, host.region, host.nat,
                      host.upload, host.download, host.clock_offset, host.slowness, host.hash_share,
                      host.joins);
}

auto times_of(const Fault& fault) {
    return std::tuple(fault.number, fault.kind, fault.begin, fault.end, fault.amount);
}

auto of(const Fault& fault) {
    return std::tuple(times_of(fault), fault.hosts);
}

TEST(Plan, IsTheSameForTheSameSeedAndAnotherForAnother) {
    const Plan a = draw_plan(rich_settings()), b = draw_plan(rich_settings());
    const Plan other = draw_plan(rich_settings(2));
    for (std::size_t i = 0; i < a.hosts.size(); ++i) {
        EXPECT_EQ(line_of(a.hosts[i]), line_of(b.hosts[i]));
        EXPECT_EQ(a.hosts[i].peers, b.hosts[i].peers);
        EXPECT_NE(a.hosts[i].address, other.hosts[i].address);
    }
    ASSERT_EQ(a.faults.size(), b.faults.size());
    ASSERT_GT(a.faults.size(), 20u);
    for (std::size_t i = 0; i < a.faults.size(); ++i)
        EXPECT_EQ(of(a.faults[i]), of(b.faults[i]));
    EXPECT_NE(of(a.faults[0]), of(other.faults[0]));
}

TEST(Plan, KeepsTheOtherHostsAndFaultsWhenSomeAreLeftOut) {
    Settings fewer_settings = rich_settings();
    fewer_settings.nodes = 40;
    const Plan all = draw_plan(rich_settings()), fewer = draw_plan(fewer_settings);
    for (std::size_t i = 0; i < fewer.hosts.size(); ++i) {
        EXPECT_EQ(line_of(fewer.hosts[i]), line_of(all.hosts[i]));
        // Those that are left out are replaced, the others are the same hosts.
        std::size_t kept = 0;
        for (const HostIndex peer : all.hosts[i].peers)
            kept += static_cast<std::size_t>(std::ranges::count(fewer.hosts[i].peers, peer));
        EXPECT_EQ(kept, static_cast<std::size_t>(std::ranges::count_if(
                            all.hosts[i].peers, [](HostIndex peer) { return peer < 40; })));
    }
    ASSERT_EQ(fewer.faults.size(), all.faults.size());
    for (std::size_t i = 0; i < all.faults.size(); ++i)
        EXPECT_EQ(times_of(fewer.faults[i]), times_of(all.faults[i]));
}

TEST(Plan, KeepsTheFaultsBeforeItsEndWhenItIsShorter) {
    Settings shorter_settings = rich_settings();
    shorter_settings.duration = minutes{45};
    const Plan all = draw_plan(rich_settings()), shorter = draw_plan(shorter_settings);
    ASSERT_GT(shorter.faults.size(), 5u);
    for (std::size_t i = 0; i < shorter.faults.size(); ++i)
        EXPECT_EQ(of(shorter.faults[i]), of(all.faults[i]));
}

TEST(Plan, LeavesOutFaultsByNumber) {
    const Plan all = draw_plan(rich_settings());
    Settings few_settings = rich_settings();
    few_settings.only_faults = {3, 17};
    const Plan few = draw_plan(few_settings);
    ASSERT_EQ(few.faults.size(), 2u);
    EXPECT_EQ(of(few.faults[0]), of(all.faults[3]));
    EXPECT_EQ(of(few.faults[1]), of(all.faults[17]));
}

TEST(Plan, GivesEachHostAPublicAddressOfItsOwn) {
    Settings settings;
    settings.nodes = 2'000;
    const Plan plan = draw_plan(settings);
    std::set<p2p::Endpoint> addresses;
    std::set<p2p::NodeId> ids;
    std::set<p2p::Netgroup> groups;
    for (const HostPlan& host : plan.hosts) {
        EXPECT_TRUE(host.address.is_ipv4());
        EXPECT_FALSE(p2p::is_local_only(host.address)) << to_string(host.address);
        addresses.insert(host.address);
        ids.insert(host.identity.id);
        groups.insert(p2p::Netgroups().of(host.address));
    }
    EXPECT_EQ(addresses.size(), settings.nodes);
    EXPECT_EQ(ids.size(), settings.nodes);
    EXPECT_GT(groups.size(), settings.nodes * 9 / 10);
}

TEST(Plan, HasOpenHonestBootnodesAndMiners) {
    Settings settings = rich_settings();
    settings.internet.undialable = kPpm;
    const Plan plan = draw_plan(settings);
    ASSERT_EQ(plan.bootnodes.size(), settings.overlay.bootnodes);
    for (const HostIndex index : plan.bootnodes) {
        EXPECT_TRUE(plan.hosts[index].honest());
        EXPECT_EQ(plan.hosts[index].nat, Nat::open);
        EXPECT_EQ(plan.hosts[index].joins, Moment{});
    }
    std::uint64_t open = 0, all = 0;
    for (const HostPlan& host : plan.hosts) {
        all += host.hash_share;
        if (host.nat == Nat::open) open += host.hash_share;
    }
    EXPECT_GT(open * 2, all);
    EXPECT_GT(all, 0u);
}

TEST(Plan, MakesTheLastHostsHostile) {
    const Plan plan = draw_plan(rich_settings());
    std::multiset<std::string> behaviours;
    for (const HostPlan& host : plan.hosts) {
        EXPECT_EQ(host.honest(), host.index < 57) << host.index;
        EXPECT_TRUE(host.honest() || !host.wallet);
        behaviours.insert(host.behaviour);
    }
    EXPECT_EQ(behaviours.count("silent"), 2u);
    EXPECT_EQ(behaviours.count("slow"), 1u);
}

TEST(Plan, HidesAboutTheAskedShareBehindNats) {
    Settings settings;
    settings.nodes = 2'000;
    settings.internet.undialable = 600'000;
    const Plan plan = draw_plan(settings);
    std::set<Nat> kinds;
    for (const HostPlan& host : plan.hosts)
        kinds.insert(host.nat);
    EXPECT_EQ(kinds.size(), 5u);
    const auto open = std::ranges::count(plan.hosts, Nat::open, &HostPlan::nat);
    EXPECT_NEAR(static_cast<double>(open), 800, 100);
}

TEST(Plan, GivesPeersThatCanBeDialledWhereNobodyDiscovers) {
    const Plan plan = draw_plan(rich_settings());
    for (const HostPlan& host : plan.hosts) {
        EXPECT_EQ(host.peers.size(), plan.settings.overlay.outbound);
        for (const HostIndex peer : host.peers) {
            EXPECT_NE(peer, host.index);
            EXPECT_EQ(plan.hosts[peer].nat, Nat::open);
        }
    }
    EXPECT_TRUE(draw_plan(Settings{}).hosts[0].peers.empty());
}

TEST(Plan, AlternatesFaultsAndHealingUntilTheEnd) {
    Settings settings = rich_settings();
    settings.duration = minutes{50};
    const Plan plan = draw_plan(settings);
    ASSERT_EQ(plan.phases.size(), 4u);
    Moment at{};
    for (std::size_t i = 0; i < plan.phases.size(); ++i) {
        EXPECT_EQ(plan.phases[i].kind, i % 2 == 0 ? Phase::Kind::faulty : Phase::Kind::healing);
        EXPECT_EQ(plan.phases[i].begin, at);
        at = plan.phases[i].end;
    }
    EXPECT_EQ(at, Moment{} + settings.duration);
    EXPECT_EQ(plan.phases.back().begin, Moment{minutes{30}});
    EXPECT_TRUE(draw_plan(Settings{}).phases.empty());
}

TEST(Plan, LetsEveryFaultEndWithItsPhase) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const Plan plan = draw_plan(rich_settings(seed, 10));
        Moment last{};
        for (const Fault& fault : plan.faults) {
            EXPECT_LE(last, fault.begin);
            last = fault.begin;
            EXPECT_LT(fault.begin, fault.end);
            const auto phase = std::ranges::find_if(plan.phases, [&](const Phase& p) {
                return p.begin <= fault.begin && fault.begin < p.end;
            });
            ASSERT_NE(phase, plan.phases.end());
            EXPECT_EQ(phase->kind, Phase::Kind::faulty);
            EXPECT_LE(fault.end, phase->end);
            EXPECT_EQ(fault.hosts.empty(), fault.kind == Fault::Kind::loss_burst);
            EXPECT_LT(fault.hosts.size(), plan.hosts.size());
            EXPECT_TRUE(std::ranges::is_sorted(fault.hosts));
        }
    }
}

TEST(Plan, FaultsComeAtTheirRates) {
    Settings settings = rich_settings(5, 10);
    settings.duration = hours{100};  // of which half is faulty
    settings.faults.partitions = 3;
    settings.faults.pauses = 0;
    const Plan plan = draw_plan(settings);
    std::map<Fault::Kind, double> counts;
    for (const Fault& fault : plan.faults)
        ++counts[fault.kind];
    EXPECT_NEAR(counts[Fault::Kind::partition], 150, 40);
    EXPECT_NEAR(counts[Fault::Kind::crash], 1'000, 100);
    EXPECT_EQ(counts[Fault::Kind::pause], 0);
}

}  // namespace
}  // namespace starling::sim
