#include "p2p/discovery/address_vote.h"

#include <gtest/gtest.h>

namespace starling::p2p::discv5 {
namespace {

using namespace std::chrono_literals;

constexpr Time kStart{std::chrono::hours{1}};

Endpoint at(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    return Endpoint::ipv4({a, b, c, d}, 30'303);
}
// The n-th node of the g-th netgroup.
Endpoint voter(int group, int n) {
    return at(static_cast<std::uint8_t>(20 + group), 1, 1, static_cast<std::uint8_t>(n));
}

const Endpoint kOurs = at(8, 8, 4, 4);
const Endpoint kLie = at(9, 9, 9, 9);

struct AddressVoteTest : testing::Test {
    OverlayRules rules;
    AddressVote vote{rules};

    void hear(int groups, int each, const Endpoint& seen, int first_group = 0) {
        for (int g = first_group; g < first_group + groups; ++g)
            for (int n = 0; n < each; ++n)
                vote.heard(voter(g, n), seen, kStart);
    }
    [[nodiscard]] std::optional<Endpoint> winner(Time now = kStart) const {
        return vote.winner(true, now);
    }
};

TEST_F(AddressVoteTest, NobodyHasSaidAnything) {
    EXPECT_EQ(winner(), std::nullopt);
}

TEST_F(AddressVoteTest, TenVotersOfTenGroupsAreBelieved) {
    hear(9, 1, kOurs);
    EXPECT_EQ(winner(), std::nullopt);
    hear(1, 1, kOurs, 9);
    EXPECT_EQ(winner(), kOurs);
}

TEST_F(AddressVoteTest, TenVotersOfSixGroupsAreBelievedAndOfFiveAreNot) {
    hear(5, 2, kOurs);
    EXPECT_EQ(winner(), std::nullopt);
    hear(1, 1, kOurs, 5);
    EXPECT_EQ(winner(), kOurs);
}

TEST_F(AddressVoteTest, ManyVotersOfOneGroupChangeNothing) {
    hear(1, 9, kLie, 50);
    hear(1, 200, kLie, 50);
    EXPECT_EQ(winner(), std::nullopt);
    hear(10, 1, kOurs);
    EXPECT_EQ(winner(), kOurs);
    hear(1, 250, kLie, 50);
    EXPECT_EQ(winner(), kOurs);
}

TEST_F(AddressVoteTest, OneAddressWithManyPortsIsOneVoter) {
    hear(5, 1, kOurs);
    for (std::uint16_t port = 1; port < 100; ++port) {
        Endpoint liar = voter(5, 1);
        liar.port = port;
        vote.heard(liar, kOurs, kStart);
    }
    EXPECT_EQ(winner(), std::nullopt);  // six groups, but six voters
}

TEST_F(AddressVoteTest, AWinnerNeedsThirtyPerCentMoreGroupsThanTheNext) {
    hear(13, 1, kOurs);
    hear(10, 1, kLie, 30);
    EXPECT_EQ(winner(), kOurs);
    hear(1, 1, kLie, 40);
    EXPECT_EQ(winner(), std::nullopt);
}

TEST_F(AddressVoteTest, AVoterThatChangesItsMindHasOneVote) {
    hear(12, 1, kLie);
    EXPECT_EQ(winner(), kLie);
    hear(12, 1, kOurs);
    EXPECT_EQ(winner(), kOurs);
}

TEST_F(AddressVoteTest, VotesAreForgotten) {
    hear(12, 1, kOurs);
    EXPECT_EQ(winner(kStart + AddressVote::kVoteLife - 1ms), kOurs);
    EXPECT_EQ(winner(kStart + AddressVote::kVoteLife), std::nullopt);
}

TEST_F(AddressVoteTest, FamiliesAreVotedOnSeparately) {
    Endpoint ours6;
    ours6.address = {0x20, 0x01, 0x48, 0x60, 1};
    ours6.port = 30'303;
    hear(10, 1, ours6);
    EXPECT_EQ(winner(), std::nullopt);
    EXPECT_EQ(vote.winner(false, kStart), ours6);
    hear(10, 1, kOurs);
    EXPECT_EQ(winner(), kOurs);
    EXPECT_EQ(vote.winner(false, kStart), ours6);
}

TEST_F(AddressVoteTest, AddressesThatNobodyCouldReachAreNotCounted) {
    hear(12, 1, at(192, 168, 1, 1));
    hear(12, 1, at(127, 0, 0, 1), 20);
    hear(12, 1, Endpoint::ipv4({8, 8, 4, 4}, 0), 40);
    hear(12, 1, at(0, 0, 0, 0), 60);
    EXPECT_EQ(winner(), std::nullopt);
}

TEST_F(AddressVoteTest, OldVotesMakeRoomForNewOnes) {
    for (int n = 0; n < 3'000; ++n)
        vote.heard(at(100, 1, static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)),
                   kLie, kStart + Duration{n});
    for (int g = 0; g < 12; ++g)
        vote.heard(voter(g, 1), kOurs, kStart + 3'000ms);
    EXPECT_EQ(winner(kStart + 3'000ms), kOurs);
}

TEST(AddressVoteLoopbackTest, TwoVotersOnOneMachineAreEnough) {
    AddressVote vote(kLoopbackOverlay);
    const Endpoint ours = Endpoint::ipv4({127, 0, 0, 1}, 5'000);
    vote.heard(Endpoint::ipv4({127, 0, 0, 1}, 1'001), ours, kStart);
    EXPECT_EQ(vote.winner(true, kStart), std::nullopt);
    vote.heard(Endpoint::ipv4({127, 0, 0, 1}, 1'002), ours, kStart);
    EXPECT_EQ(vote.winner(true, kStart), ours);
}

}  // namespace
}  // namespace starling::p2p::discv5
