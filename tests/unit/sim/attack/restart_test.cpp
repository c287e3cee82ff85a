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

double share_of(const AttackRow& row, std::string_view name) {
    for (const Figure& figure : row.figures) {
        if (figure.name == name) return mean_of(figure.parts).mean;
    }
    ADD_FAILURE() << "no figure " << name;
    return 1;
}

TEST(RestartAttackTest, AYoungNetworksNodeKeepsMostConnectionsByOurRulesAndFewByCores) {
    const std::vector<AttackRow> rows = rows_of(1);
    ASSERT_EQ(rows.size(), 2u);
    ASSERT_EQ(rows[0].rules, "Core");
    // Bitcoin Core's own code in this attack: 92 %.
    EXPECT_GT(share_of(rows[0], "hostile full-relay"), 0.8);
    EXPECT_LT(share_of(rows[1], "hostile outbound"), 0.4);
    // Those that it had before the attack are the ones that it dials first.
    EXPECT_LT(share_of(rows[1], "hostile, with anchors"), 0.3);
    const Figure& all = rows[1].figures[2];
    ASSERT_EQ(all.name, "all outbound hostile");
    EXPECT_EQ(all.count, 0u);
    // The same again by the same seed.
    EXPECT_EQ(attack_text(rows_of(1)), attack_text(rows));
    EXPECT_NE(attack_text(rows_of(2)), attack_text(rows));
}

}  // namespace
}  // namespace starling::sim
