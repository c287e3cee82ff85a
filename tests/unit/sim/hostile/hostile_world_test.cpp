// Worlds with hostile hosts of one kind: the honest ones keep all their properties, and what is
// attacked reacts.

#include "sim/hostile/behaviours.h"
#include "unit/sim/checkers/watched_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace starling::sim {
namespace {

// Two of the ten hosts behave so.
struct Attacked : WatchedWorld {
    explicit Attacked(std::string_view behaviour, std::uint64_t seed = 5)
        : WatchedWorld(settings(behaviour, seed)) {
        world.run();
        EXPECT_EQ(violations(), "");
    }
    static Settings settings(std::string_view behaviour, std::uint64_t seed) {
        Settings settings = busy_world(seed);
        settings.hostile[std::string(behaviour)] = 2;
        return settings;
    }
};

TEST(HostileHosts, HaveBehavioursByName) {
    EXPECT_TRUE(std::ranges::is_sorted(behaviour_names()));
    for (const std::string_view name : behaviour_names())
        EXPECT_NE(behaviour_of(name, 1), nullptr) << name;
    EXPECT_NE(behaviour_of("", 1), nullptr);
    EXPECT_EQ(behaviour_of("kind", 1), nullptr);
}

TEST(HostileHosts, ThatFloodWithAddressesAreDropped) {
    const Attacked attacked("address_flood");
    EXPECT_GE(attacked.mark("peer_dropped_for_conduct"), 10u);
}

TEST(HostileHosts, ThatFloodDiscoveryHaveOneNameAnAddressInTables) {
    const Attacked attacked("discovery_flood");
    for (const HostIndex index : attacked.world.honest()) {
        const Host& host = attacked.world.host(index);
        const auto nodes = host.discovery().table().closest(host.plan().identity.id, 1'000);
        for (const HostPlan& other : attacked.world.plan().hosts) {
            const auto names = std::ranges::count_if(
                nodes, [&](const auto& node) { return node.address == other.address; });
            EXPECT_LE(names, 1) << "of host " << other.index << " at host " << index;
        }
        const auto nobodies = std::ranges::count_if(nodes, [&](const auto& node) {
            return attacked.world.internet().host_at(node.address) == kNoHost;
        });
        EXPECT_EQ(nobodies, 0) << "at host " << index;
    }
}

TEST(HostileHosts, ThatAreManyOfOneOwnerGetOneOfTheConnectionsThatAHostSeeks) {
    const Attacked attacked("eclipse");
    const auto is_hostile = [&](HostIndex host) {
        return !attacked.world.plan().hosts[host].honest();
    };
    std::size_t called = 0;
    for (const HostIndex index : attacked.world.honest()) {
        std::size_t sought = 0;
        for (const ConnectionView& one : attacked.world.internet().connections_of(index)) {
            sought += one.dialler == index && is_hostile(one.listener) ? 1u : 0u;
            called += one.listener == index && is_hostile(one.dialler) ? 1u : 0u;
        }
        EXPECT_LE(sought, 1u) << "host " << index;
    }
    EXPECT_GE(called, 4u) << "the attacker is there";
}

TEST(HostileHosts, ThatWithholdBlocksAreOvertaken) {
    const Attacked attacked("withholding", 1);  // of those that show headers
    EXPECT_GE(attacked.mark("download_taken_over") + attacked.mark("download_stalled"), 1u);
}

TEST(HostileHosts, ThatFindInvalidBlocksAreDropped) {
    const Attacked attacked("invalid_blocks");
    EXPECT_GE(attacked.mark("invalid_block_refused"), 1u);
    EXPECT_GE(attacked.mark("peer_dropped_for_conduct"), 1u);
}

TEST(HostileHosts, ThatSendInvalidTransactionsAreBlamed) {
    const Attacked attacked("invalid_transactions");
    EXPECT_GE(attacked.mark("invalid_transaction_refused"), 4u);
}

TEST(HostileHosts, ThatSendHeadersOfLittleWorkAreRefused) {
    const Attacked attacked("low_work_headers");
    EXPECT_GE(attacked.mark("peer_dropped_for_conduct"), 1u) << "for headers without any work";
}

TEST(HostileHosts, ThatShowLongChainsOfLittleWorkAreFollowedAndGivenUp) {
    Settings settings = Attacked::settings("low_work_headers", 5);
    settings.load.prehistory_blocks = 2'200;  // so that a full message of headers has too little
    WatchedWorld watched(settings);
    watched.world.run();
    EXPECT_EQ(watched.violations(), "");
    EXPECT_GE(watched.mark("presync_aborted"), 5u);
}

TEST(HostileHosts, ThatWithholdParentsDoNotKeepChildrenWaiting) {
    const Attacked attacked("invalid_transactions", 4);  // one of those that do
    EXPECT_GE(attacked.mark("orphan_resolved_by_second_peer"), 1u);
}

TEST(HostileHosts, ThatLieAboutTheirHeightAreGivenUp) {
    const Attacked attacked("lying_height");
    EXPECT_GE(attacked.mark("download_stalled"), 2u);
}

TEST(HostileHosts, ThatAreSilentHoldUpNobody) {
    const Attacked attacked("silent");
    EXPECT_GE(attacked.mark("transaction_taken_over"), 10u);
}

TEST(HostileHosts, ThatAreSlowAreOvertaken) {
    // How slow each is the seed draws; not all are slower than a transaction is waited for.
    std::uint64_t blocks = 0, transactions = 0;
    for (const std::uint64_t seed : {5u, 6u, 7u, 8u}) {
        const Attacked attacked("slow", seed);
        blocks += attacked.mark("download_taken_over") + attacked.mark("download_stalled");
        transactions += attacked.mark("transaction_taken_over");
    }
    EXPECT_GE(blocks, 4u);
    EXPECT_GE(transactions, 4u);
}

}  // namespace
}  // namespace starling::sim
