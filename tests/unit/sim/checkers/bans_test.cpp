#include "sim/checkers/bans.h"

#include "p2p/misbehaviour.h"
#include "p2p/refusals.h"
#include "unit/sim/checkers/watched.h"

namespace starling::sim {
namespace {

TEST(Bans, SeesAnHonestHostDroppedForItsConduct) {
    Watched world(2);
    Bans checker(world.plan, world.events);
    checker.dropped(0, 1, std::string(p2p::describe(p2p::Offence::invalid_block)) + ": bad-cb");
    ASSERT_TRUE(checker.violation());
    EXPECT_EQ(checker.violation()->host, 0u);
    EXPECT_NE(what(checker).find("bad-cb"), std::string::npos);
}

TEST(Bans, LetsHostileHostsBeDroppedAndDrop) {
    Watched world(2, 1);
    Bans checker(world.plan, world.events);
    const auto reason = p2p::describe(p2p::Offence::malformed_message);
    checker.dropped(0, 2, reason);
    checker.dropped(2, 0, reason);
    EXPECT_FALSE(checker.violation());
}

TEST(Bans, LetsAPlaceBeTakenAndASilentPeerBeGivenUp) {
    Watched world(2);
    Bans checker(world.plan, world.events);
    for (const std::string_view reason :
         {p2p::describe(p2p::Refusal::inbound_full), p2p::describe(p2p::Refusal::connected_twice),
          p2p::describe(p2p::Refusal::handshake_timeout), p2p::describe(p2p::Refusal::evicted),
          std::string_view("ping timeout"), std::string_view("block download timeout")})
        checker.dropped(0, 1, reason);
    EXPECT_FALSE(checker.violation()) << what(checker);
}

TEST(Bans, KnowsEveryOffence) {
    for (int i = 0; i <= static_cast<int>(p2p::Offence::unknown_messages); ++i)
        EXPECT_TRUE(Bans::for_conduct(p2p::describe(static_cast<p2p::Offence>(i)))) << i;
    EXPECT_TRUE(Bans::for_conduct(p2p::describe(p2p::Refusal::foreign_network)));
    EXPECT_TRUE(Bans::for_conduct(p2p::describe(p2p::Refusal::discouraged)));
}

}  // namespace
}  // namespace starling::sim
