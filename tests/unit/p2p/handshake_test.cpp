#include "p2p/liveness.h"
#include "support/lone_gossip.h"

#include <gtest/gtest.h>

#include <set>
#include <variant>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::LoneGossip;

std::vector<std::string> commands(const LoneGossip::Caused& caused) {
    std::vector<std::string> names;
    for (const auto& [peer, message] : caused.sent)
        names.emplace_back(command_of(message));
    return names;
}

TEST(Handshake, TheSideThatDialledSpeaksFirst) {
    LoneGossip node;
    const auto address = *parse_endpoint("10.0.0.9:1", 0);
    const auto dialled = node.feed(PeerConnected{PeerId{1}, Direction::outbound, address, true});
    EXPECT_EQ(commands(dialled), std::vector<std::string>{"version"});
    const auto called = node.feed(PeerConnected{PeerId{2}, Direction::inbound, address, false});
    EXPECT_TRUE(called.sent.empty());
    const std::vector<std::string> answer = {"version", "wtxidrelay", "sendaddrv2", "verack"};
    EXPECT_EQ(commands(node.say(PeerId{2}, LoneGossip::honest_version())), answer);
}

TEST(Handshake, ClocksThatAgreeShowNoDifferenceWithinASecond) {
    LoneGossip node;
    node.wait(900ms);
    const PeerId peer = node.connect(Direction::inbound);
    Version theirs = LoneGossip::honest_version();
    theirs.time = std::chrono::floor<std::chrono::seconds>(node.now()).time_since_epoch().count();
    node.say(peer, theirs);
    EXPECT_EQ(node.view(peer)->clock_offset, Duration{0});
}

TEST(Handshake, AnnouncesWhatBitcoinCoreDemands) {
    LoneGossip node;
    const auto address = *parse_endpoint("10.0.0.9:1", 0);
    const auto sent = node.feed(PeerConnected{PeerId{1}, Direction::outbound, address, true})
                          .to<Version>(PeerId{1});
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].version, 70'016u);
    EXPECT_EQ(sent[0].services, 9u);
    EXPECT_EQ(sent[0].user_agent, "/starling:0.1.0/");
    EXPECT_TRUE(sent[0].relay);
}

TEST(Handshake, EndsWhenSomebodySpeaksBeforeHisVersion) {
    LoneGossip node;
    const PeerId peer = node.connect(Direction::inbound);
    const auto caused = node.say(peer, Ping{1});
    EXPECT_TRUE(caused.dropped.contains(peer));
    EXPECT_TRUE(caused.sent.empty());
}

TEST(Handshake, EndsAfterTenSeconds) {
    LoneGossip node;
    const PeerId silent = node.connect(Direction::inbound);
    const PeerId halfway = node.connect(Direction::outbound);
    node.say(halfway, LoneGossip::honest_version());
    EXPECT_TRUE(node.wait(9s).dropped.empty());
    const auto caused = node.wait(1s);
    EXPECT_TRUE(caused.dropped.contains(silent));
    EXPECT_TRUE(caused.dropped.contains(halfway));
}

TEST(Handshake, NoticesThatWeDialledOurselves) {
    LoneGossip node;
    const auto address = *parse_endpoint("10.0.0.9:1", 0);
    node.feed(PeerAdded{address, true});
    const auto sent = node.feed(PeerConnected{PeerId{1}, Direction::outbound, address, true})
                          .to<Version>(PeerId{1});
    const PeerId other = PeerId{2};
    node.feed(PeerConnected{other, Direction::inbound, address, false});
    const auto caused = node.say(other, sent.at(0));
    EXPECT_EQ(caused.dropped.size(), 2u);
    EXPECT_TRUE(node.wait(1h).dialled.empty()) << "and never dials itself again";
}

TEST(Handshake, NegotiatesOnlyBeforeVerack) {
    LoneGossip node;
    const PeerId late = node.join();
    EXPECT_TRUE(node.say(late, WtxidRelay{}).dropped.contains(late));
    const PeerId later = node.join();
    EXPECT_TRUE(node.say(later, SendAddrV2{}).dropped.contains(later));
}

TEST(Handshake, RefusesOldProtocols) {
    LoneGossip node;
    const PeerId peer = node.connect(Direction::inbound);
    EXPECT_TRUE(node.say(peer, Version{.version = 70'001}).dropped.contains(peer));
}

TEST(Handshake, LetsUnknownNegotiationsPass) {
    LoneGossip node;
    const PeerId peer = node.connect(Direction::inbound);
    node.say(peer, LoneGossip::honest_version());
    for (int i = 0; i < 100; ++i)
        EXPECT_TRUE(node.say(peer, Unknown{"sendtxrcncl"}).dropped.empty());
    node.say(peer, Verack{});
    EXPECT_TRUE(node.view(peer)->ready);
}

TEST(Handshake, HasRoomForABoundedNumberOfInboundPeers) {
    LoneGossip node(regtest(), Limits{.inbound_max = 3});
    for (int i = 0; i < 10; ++i)
        node.connect(Direction::inbound);
    EXPECT_EQ(node.gossip().peers().size(), 3u);
    node.connect(Direction::outbound);
    EXPECT_EQ(node.gossip().peers().size(), 4u);
}

TEST(Liveness, PingsAfterTwoMinutesOfSilenceAndDropsTheSilent) {
    LoneGossip node;
    const PeerId alive = node.connect(Direction::inbound);
    node.say(alive, LoneGossip::honest_version());
    const auto pings = node.say(alive, Verack{}).to<Ping>(alive);
    ASSERT_EQ(pings.size(), 1u);
    node.wait(30ms);
    node.say(alive, Pong{pings[0].nonce + 1});  // not the answer
    EXPECT_FALSE(node.view(alive)->ping);
    node.say(alive, Pong{pings[0].nonce});
    EXPECT_EQ(node.view(alive)->ping, 30ms);
    EXPECT_EQ(node.wait(2min + Liveness::kLooksApart).to<Ping>(alive).size(), 1u);
    EXPECT_TRUE(node.wait(20min).dropped.contains(alive));
}

TEST(Liveness, WhoSpeaksIsPingedForItsRoundTripAlone) {
    LoneGossip node;
    const PeerId peer = node.connect(Direction::inbound);
    node.say(peer, LoneGossip::honest_version());
    auto pings = node.say(peer, Verack{}).to<Ping>(peer);
    const Time first = node.now();
    std::vector<Duration> pinged;
    for (int second = 0; second < 3'600; ++second) {
        for (const Ping& ping : pings) {
            pinged.push_back(node.now() - first);
            node.say(peer, Pong{ping.nonce});
        }
        if (second % 100 == 0) node.say(peer, Ping{1});
        pings = node.wait(1s).to<Ping>(peer);
    }
    ASSERT_EQ(pinged.size(), 6u);
    for (std::size_t i = 1; i < pinged.size(); ++i) {
        EXPECT_GE(pinged[i] - pinged[i - 1], 10min);
        EXPECT_LE(pinged[i] - pinged[i - 1], 10min + Liveness::kLooksApart + 1s);
    }
}

// At the moments at which each is due there would be as many timers as there are peers.
TEST(Liveness, LooksAtAllItsPeersTogether) {
    LoneGossip node;
    for (std::uint64_t n = 1; n <= 20; ++n) {
        node.join(Direction::inbound, test::identity(n));
        node.wait(1s);
    }
    std::set<Time> looks;
    std::size_t pings = 0;
    for (int second = 0; second < 180; ++second) {
        for (const auto& [peer, message] : node.wait(1s).sent) {
            if (!std::holds_alternative<Ping>(message)) continue;
            looks.insert(node.now());
            ++pings;
        }
    }
    EXPECT_EQ(pings, 20u);
    EXPECT_LE(looks.size(), 3u);
}

// Of a connection that the other end gave up only who sends is told.
TEST(Liveness, RepeatsAPingThatIsNotAnswered) {
    LoneGossip node;
    const PeerId peer = node.connect(Direction::outbound);
    node.say(peer, LoneGossip::honest_version());
    const auto first = node.say(peer, Verack{}).to<Ping>(peer);
    ASSERT_EQ(first.size(), 1u);
    for (int i = 0; i < 9; ++i) {
        const auto repeated = node.wait(2min).to<Ping>(peer);
        ASSERT_EQ(repeated.size(), 1u);
        EXPECT_EQ(repeated[0].nonce, first[0].nonce);
        EXPECT_GT(node.gossip().next_wakeup(), node.now()) << "one look";
    }
    node.say(peer, Pong{first[0].nonce});
    EXPECT_EQ(node.view(peer)->ping, 18min) << "since the first";
    const auto next = node.wait(2min).to<Ping>(peer);
    ASSERT_EQ(next.size(), 1u);
    EXPECT_NE(next[0].nonce, first[0].nonce);
    EXPECT_FALSE(node.wait(19min).dropped.contains(peer));
    EXPECT_TRUE(node.wait(1min).dropped.contains(peer));
}

TEST(Dialler, DialsAgainAfterEverLongerWaits) {
    LoneGossip node(regtest(), Limits{.pace = Pace{}});
    const auto address = *parse_endpoint("10.0.0.9:1", 0);
    EXPECT_EQ(node.feed(PeerAdded{address, true}).dialled.size(), 1u);
    EXPECT_TRUE(node.wait(1h).dialled.empty()) << "one dial at a time";
    std::vector<Duration> waits;
    for (int i = 0; i < 10; ++i) {
        node.feed(DialFailed{address});
        const Time failed = node.now();
        EXPECT_TRUE(node.wait(900ms).dialled.empty());
        while (node.wait(10ms).dialled.empty() && node.now() < failed + 5min) {
        }
        waits.push_back(node.now() - failed);
    }
    EXPECT_LT(waits[0], 1'300ms);
    EXPECT_GT(waits[3], 7s);
    EXPECT_LT(waits[9], 80s);
}

TEST(Dialler, DialsAgainQuicklyOnATestNetwork) {
    LoneGossip node;
    const auto address = *parse_endpoint("10.0.0.9:1", 0);
    node.feed(PeerAdded{address, true});
    for (int i = 0; i < 10; ++i) {
        node.feed(DialFailed{address});
        EXPECT_EQ(node.wait(2'500ms).dialled.size(), 1u);
    }
}

TEST(Dialler, LeavesAloneWhatIsRemovedOrWantedOnce) {
    LoneGossip node;
    const auto address = *parse_endpoint("10.0.0.9:1", 0);
    node.feed(PeerAdded{address, false});
    node.feed(DialFailed{address});
    EXPECT_TRUE(node.wait(1h).dialled.empty());
    node.feed(PeerAdded{address, true});
    node.feed(PeerRemoved{address});
    node.feed(DialFailed{address});
    EXPECT_TRUE(node.wait(1h).dialled.empty());
}

TEST(Dialler, KeepsQuietWhileTheNetworkIsInactive) {
    LoneGossip node;
    const auto address = *parse_endpoint("10.0.0.9:1", 0);
    node.feed(PeerAdded{address, true});
    node.feed(PeerConnected{PeerId{1}, Direction::outbound, address, true});
    EXPECT_TRUE(node.feed(NetworkActive{false}).dropped.contains(PeerId{1}));
    EXPECT_FALSE(node.gossip().network_active());
    EXPECT_TRUE(node.wait(1h).dialled.empty());
    const auto stranger = PeerConnected{PeerId{2}, Direction::inbound, address, false};
    EXPECT_TRUE(node.feed(stranger).dropped.contains(PeerId{2}));
    EXPECT_EQ(node.feed(NetworkActive{true}).dialled.size(), 1u);
}

TEST(Addresses, AreToldOnceAndOnlyThoseGivenByHand) {
    LoneGossip node;
    const auto address = *parse_endpoint("10.0.0.9:1", 0);
    node.feed(PeerAdded{address, true});
    const PeerId peer = node.join(Direction::inbound);
    node.say(peer, AddrV2{{{1, 9, *parse_endpoint("10.6.6.6:6", 0)}}});
    const auto answer = node.say(peer, GetAddr{}).to<AddrV2>(peer);
    ASSERT_EQ(answer.size(), 1u);
    ASSERT_EQ(answer[0].entries.size(), 1u);
    EXPECT_EQ(answer[0].entries[0].endpoint, address);
    EXPECT_TRUE(node.say(peer, GetAddr{}).sent.empty());
    EXPECT_TRUE(node.wait(1h).dialled.empty());
}

}  // namespace
}  // namespace starling::p2p
