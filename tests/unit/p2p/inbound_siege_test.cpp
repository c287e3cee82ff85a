// All inbound places wanted by one attacker: what stays with others.

#include "sim/attack/inbound_places.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

using sim::InboundPlaces;

// A node whose places honest peers had first, and an attacker who then calls without end.
struct Siege {
    std::size_t places;
    std::size_t attacker_groups;
    test::SeededRandom random;
    InboundPlaces inbound;
    std::vector<PeerId> old;  // honest, and here before the attack
    std::int64_t now = 0;
    std::size_t honest_refused = 0;

    Siege(std::size_t inbound_max, std::size_t groups, std::uint64_t seed)
        : places(inbound_max),
          attacker_groups(groups),
          random(seed),
          inbound(inbound_max, InboundPlaces::our_rules(inbound_max), random) {
        for (std::size_t i = 0; i < places; ++i)
            old.push_back(*inbound.call(honest()));
    }

    InboundPlaces::Caller honest() {
        InboundPlaces::Caller caller = looks();
        caller.netgroup = 1'000 + random.below(20'000);
        return caller;
    }
    // Near, and full of words; but it gives nothing.
    InboundPlaces::Caller attacker() {
        InboundPlaces::Caller caller = looks();
        caller.netgroup = random.below(attacker_groups);
        caller.hostile = true;
        caller.looks.ping_min = Duration{1};
        return caller;
    }
    InboundPlaces::Caller looks() {
        InboundPlaces::Caller caller;
        caller.looks.connected = Time{std::chrono::seconds{++now}};
        caller.looks.ping_min = Duration{static_cast<std::int64_t>(20 + random.below(200))};
        caller.looks.relays_transactions = true;
        caller.looks.serves_blocks = true;
        return caller;
    }
    // Some honest one is the first with a block.
    void block() {
        std::vector<std::size_t> honest_ones;
        for (std::size_t i = 0; i < inbound.present().size(); ++i) {
            if (!inbound.present()[i].hostile) honest_ones.push_back(i);
        }
        if (honest_ones.empty()) return;
        const std::size_t giver = honest_ones[random.below(honest_ones.size())];
        inbound.present()[giver].looks.gave_block = Time{std::chrono::seconds{now}};
    }
    void attack(std::size_t calls) {
        for (std::size_t i = 0; i < calls; ++i) {
            inbound.call(attacker());
            if (i % 10 == 0 && !inbound.call(honest())) ++honest_refused;
            if (i % 50 == 0) block();
        }
    }
    [[nodiscard]] std::size_t old_that_stayed() const {
        return static_cast<std::size_t>(
            std::ranges::count_if(old, [&](PeerId peer) { return inbound.holds(peer); }));
    }
};

class InboundSiege : public testing::TestWithParam<std::size_t> {};

TEST_P(InboundSiege, FromOneNetgroupCostsHonestPeersHardlyAPlace) {
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        Siege siege(GetParam(), 1, seed);
        siege.attack(600);
        EXPECT_EQ(siege.honest_refused, 0u) << "a newcomer gets in";
        // Its nearness gives it the places of pings, its number one of a netgroup at most; a
        // newcomer of its own keeps the place of the one before it.
        const std::size_t hostile_max = protections_of(GetParam()).pings + 3;
        EXPECT_LE(siege.inbound.hostile(), hostile_max);
    }
}

TEST_P(InboundSiege, FromManyNetgroupsLeavesThoseThatWereHereBefore) {
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        Siege siege(GetParam(), 256, seed);
        siege.attack(600);
        EXPECT_EQ(siege.honest_refused, 0u) << "a newcomer gets in, if not for long";
        // Half of what no merit protects.
        const Protections p = protections_of(GetParam());
        const std::size_t merits = p.netgroups + p.pings + p.transactions + p.block_only + p.blocks;
        EXPECT_GE(siege.old_that_stayed(), (GetParam() - merits) / 2);
    }
}

INSTANTIATE_TEST_SUITE_P(Places, InboundSiege, testing::Values(24, 117));

}  // namespace
}  // namespace starling::p2p
