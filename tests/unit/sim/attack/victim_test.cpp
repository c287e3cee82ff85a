#include "sim/attack/victim.h"

#include "sim/attack/core_address_book.h"
#include "sim/attack/our_address_book.h"

#include <gtest/gtest.h>

namespace starling::sim {
namespace {

using namespace std::chrono_literals;

const VictimRules kCore{.name = "Core", .block_in_time = 80'000, .make = CoreAddressBook::make};
const VictimRules kOurs{.name = "Starling",
                        .ours = true,
                        .block_only = 4,
                        .group_first_percent = 100,
                        .block_in_time = 300'000,
                        .make = OurAddressBook::make};
// More netgroups than the honest nodes have.
const Population::Setting kHeavy{.honest = 100,
                                 .arsenal = {.name = "", .addresses = 2'000, .prefixes = 2'000}};

TEST(VictimTest, TellsWhenItNoticesOnlyIfItIsSurrounded) {
    const Population population(kHeavy, 7);
    for (const VictimRules* rules : {&kCore, &kOurs}) {
        Victim victim(population, *rules, 1, {.thinned = 20});
        victim.live(3 * 24h, true);
        std::size_t surrounded = 0;
        for (int i = 0; i < 100; ++i) {
            const Restarted one =
                victim.restart(i % 2 == 0 ? victim.anchors() : std::vector<Victim::Index>{});
            ASSERT_EQ(one.surrounded(), one.detected.has_value());
            ASSERT_EQ(one.surrounded(), one.recovered.has_value());
            ASSERT_LE(one.anchors_kept, one.anchors_tried);
            if (!one.surrounded()) continue;
            ++surrounded;
            // Ours by the gauge of a chain with a block each two minutes, Core by its stale tip.
            EXPECT_GT(*one.detected, rules->ours ? 15min : 30min);
            EXPECT_LT(*one.detected, rules->ours ? 30min : 40min);
        }
        EXPECT_GT(surrounded, 10u) << rules->name;
    }
}

TEST(VictimTest, KeepsByOurRulesTheAnchorsOfBeforeTheFlood) {
    const Population population(kHeavy, 7);
    for (const bool fast : {false, true}) {
        Victim victim(population, kOurs, 1, {.thinned = 20, .fast = fast});
        victim.live(2 * 24h, false);
        std::vector<Victim::Index> before = victim.anchors();
        before.resize(kOurs.block_only);
        victim.live(5 * 24h, true);
        std::vector<Victim::Index> after = victim.anchors();
        EXPECT_TRUE(population.is_hostile(after.back()));
        after.resize(kOurs.block_only);
        EXPECT_EQ(after, before);
        EXPECT_LT(victim.restart(after).hostile_outbound, kOurs.outbound());
    }
}

TEST(VictimTest, HasItsBlockOnlyPeersReplacedByExtraOnesThatBringBlocks) {
    const Population population({.honest = 1'000, .arsenal = {}}, 7);
    for (const VictimRules* rules : {&kCore, &kOurs}) {
        VictimRules without_blocks = *rules, with_blocks = *rules;
        without_blocks.block_in_time = 0;
        with_blocks.block_in_time = kPpm;
        Victim quiet(population, without_blocks, 1), busy(population, with_blocks, 1);
        // So short that hardly anybody leaves of his own.
        quiet.live(12h, false);
        busy.live(12h, false);
        const auto quiet_before = quiet.anchors(), busy_before = busy.anchors();
        quiet.live(12h, false);
        busy.live(12h, false);
        EXPECT_EQ(quiet.anchors(), quiet_before) << rules->name;
        EXPECT_NE(busy.anchors(), busy_before) << rules->name;
    }
}

}  // namespace
}  // namespace starling::sim
