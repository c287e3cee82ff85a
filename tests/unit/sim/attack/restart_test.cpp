#include "sim/attack/restart.h"
#include "sim/attack/table.h"

#include <gtest/gtest.h>

namespace starling::sim {
namespace {

std::vector<AttackRow> rows_of(std::uint64_t seed) {
    AttackOptions options;
    options.seed = seed;
    options.tables = 1;
    options.restarts = 20;
    options.thinned = 40;
    options.honest = 1'000;
    options.attackers = "honest; 8,192 in 256 /16s";
    std::vector<AttackRow> rows;
    restart_attack(options, [&](AttackRow row) { rows.push_back(std::move(row)); });
    return rows;
}

std::uint64_t percent_of(const Figure& share) {
    return 100 * share.count / share.of;
}

TEST(RestartAttackTest, AYoungNetworksNodeKeepsMostConnectionsByOurRulesAndFewByCores) {
    const std::vector<AttackRow> rows = rows_of(1);
    ASSERT_EQ(rows.size(), 2u);
    ASSERT_EQ(rows[0].rules, "Core");
    // Bitcoin Core's own code in this attack: 92 %.
    EXPECT_GT(percent_of(rows[0].figures[0]), 80u);
    EXPECT_LT(percent_of(rows[1].figures[0]), 40u);
    EXPECT_EQ(rows[1].figures[1].count, 0u);  // never all of them
    // The same again by the same seed.
    EXPECT_EQ(attack_text(rows_of(1)), attack_text(rows));
    EXPECT_NE(attack_text(rows_of(2)), attack_text(rows));
}

}  // namespace
}  // namespace starling::sim
