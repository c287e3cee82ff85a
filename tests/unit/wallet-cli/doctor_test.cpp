#include "wallet-cli/doctor.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

namespace starling::wallet {
namespace {

rpc::JsonValue json(const std::string& text) {
    const auto value = rpc::parse_json(text);
    EXPECT_TRUE(value) << text;
    return value ? *value : rpc::JsonValue{};
}

constexpr const char* kHealthy = R"({"time":1000000,
    "clock":{"offset":-1,"peers":7},
    "udp":{"sent":40,"received":39,"last_received":999998,"last_unasked":999940},
    "record":{"sequence":2,"udp":"203.0.113.5:38444","tcp":"203.0.113.5:38444"},
    "networks":{"ours":37,"foreign":2},
    "refused":{"handshake timeout":2,"one connection a node":0},
    "peers":{"inbound":3,"outbound":8,"outbound_wanted":8},
    "eclipse":{"gauge":7,"level":"calm"},
    "tip":{"height":105,"headers":105,"time":999990,"spacing":10},
    "disk":{"free":51000000000,"total":99000000000}})";

// The finding about one subject, of a report that is healthy but for one part.
Finding finding(const std::string& subject, const std::string& part, const std::string& value) {
    rpc::JsonValue report = json(kHealthy);
    for (rpc::JsonMember& member : report.members)
        if (member.name == part) member.value = json(value);
    for (const Finding& one : diagnosis(report))
        if (one.subject == subject) return one;
    ADD_FAILURE() << "no finding about " << subject;
    return {};
}

TEST(DoctorTest, SaysOkToEachCheckOfAHealthyNode) {
    const std::string text = findings_text(diagnosis(json(kHealthy)));
    EXPECT_EQ(text,
              "ok    clock    agrees with the median of 7 peers\n"
              "ok    UDP out  answers come back, the last one 2 s ago\n"
              "ok    UDP in   others speak to us first, the last one 60 s ago\n"
              "ok    record   UDP 203.0.113.5:38444, TCP 203.0.113.5:38444\n"
              "ok    network  37 nodes of our network, 2 of others\n"
              "ok    refused  handshake timeout 2\n"
              "ok    peers    11 peers, 8 outbound\n"
              "ok    eclipse  calm, 7 of 100\n"
              "ok    tip      height 105, 10 s old\n"
              "ok    disk     51 GB free\n");
}

TEST(DoctorTest, AClockIsWrongFromTenMinutesOn) {
    const Finding slow = finding("clock", "clock", R"({"offset":599,"peers":5})");
    EXPECT_TRUE(slow.ok);
    EXPECT_EQ(slow.says, "9 min behind the median of 5 peers");
    const Finding wrong = finding("clock", "clock", R"({"offset":-7200,"peers":5})");
    EXPECT_FALSE(wrong.ok);
    EXPECT_EQ(wrong.says, "2 h ahead of the median of 5 peers: set this machine's clock (NTP)");
    EXPECT_TRUE(finding("clock", "clock", R"({"offset":0,"peers":0})").ok);
}

TEST(DoctorTest, TellsSilenceFromNobodyToAsk) {
    EXPECT_EQ(finding("UDP out", "udp", R"({"sent":12,"received":0})").says,
              "12 packets sent, no answer: is UDP let out?");
    EXPECT_EQ(finding("UDP out", "udp", R"({"sent":0,"received":0})").says,
              "nobody to ask: give the daemon a --bootnode");
    const Finding offline =
        finding("UDP out", "udp", R"({"sent":12,"received":9,"last_received":996400})");
    EXPECT_FALSE(offline.ok);
    EXPECT_EQ(offline.says, "the last packet came 60 min ago: is this machine online?");
}

TEST(DoctorTest, NobodyWhoSpeaksFirstMeansThatWeCannotBeReached) {
    EXPECT_FALSE(finding("UDP in", "udp", R"({"sent":12,"received":9,"last_received":1})").ok);
}

TEST(DoctorTest, NobodyNeedsToReachANodeOfThisMachineAlone) {
    const auto findings = diagnosis(json(R"({"time":9,"udp":{"sent":1,"received":1,
        "last_received":9},"record":{"udp":"127.0.0.1:5","tcp":"127.0.0.1:5"}})"));
    EXPECT_TRUE(findings.at(1).ok) << findings_text(findings);
}

TEST(DoctorTest, ARecordNeedsBothAddresses) {
    EXPECT_FALSE(finding("record", "record", R"({"sequence":1})").ok);
    EXPECT_FALSE(finding("record", "record", R"({"sequence":1,"udp":"1.2.3.4:5"})").ok);
}

TEST(DoctorTest, WhoSwitchedDiscoveryOffIsNotToldToOpenUdp) {
    const auto findings = diagnosis(json(R"({"udp":{"discovery":false,"sent":0,"received":0},
        "record":{"sequence":1,"tcp":"1.2.3.4:5"}})"));
    ASSERT_EQ(findings.size(), 2u);
    EXPECT_TRUE(findings[0].ok && findings[1].ok) << findings_text(findings);
}

TEST(DoctorTest, ANetworkThatWasSwitchedOffIsNamed) {
    const Finding off = finding("peers", "peers", R"({"inbound":0,"outbound":0,"active":false})");
    EXPECT_FALSE(off.ok);
    EXPECT_EQ(off.says, "switched off: `starling rpc setnetworkactive true`");
}

TEST(DoctorTest, MostNodesOfOtherNetworksMeanTheWrongNetwork) {
    EXPECT_TRUE(finding("network", "networks", R"({"ours":5,"foreign":5})").ok);
    EXPECT_FALSE(finding("network", "networks", R"({"ours":0,"foreign":1})").ok);
}

TEST(DoctorTest, FewOutboundPeersAreWrongOnlyWhereMoreNodesAreKnown) {
    EXPECT_FALSE(finding("peers", "peers", R"({"inbound":0,"outbound":2,"outbound_wanted":8})").ok);
    rpc::JsonValue small = json(R"({"time":5,"networks":{"ours":4,"foreign":0},
        "peers":{"inbound":2,"outbound":2,"outbound_wanted":8}})");
    EXPECT_TRUE(diagnosis(small).back().ok);
    rpc::JsonValue one_stopped = json(R"({"time":5,"networks":{"ours":5,"foreign":0},
        "peers":{"inbound":0,"outbound":4,"outbound_wanted":8}})");
    EXPECT_TRUE(diagnosis(one_stopped).back().ok);
    EXPECT_FALSE(finding("peers", "peers", R"({"inbound":0,"outbound":0,"outbound_wanted":8})").ok);
}

TEST(DoctorTest, RefusalsMatterWhereNobodyIsLeft) {
    rpc::JsonValue alone = json(R"({"time":5,"refused":{"wrong network":4},
        "peers":{"inbound":0,"outbound":0,"outbound_wanted":8}})");
    EXPECT_EQ(diagnosis(alone)[0].says, "wrong network 4: everybody was; the log says why");
    EXPECT_FALSE(diagnosis(alone)[0].ok);
}

TEST(DoctorTest, WhatLooksLikeAnEclipseIsWorthALook) {
    const Finding watch = finding("eclipse", "eclipse", R"({"gauge":52,"level":"watch"})");
    EXPECT_FALSE(watch.ok);
    EXPECT_EQ(watch.says, "watch, 52 of 100: `starling peers` shows the signs");
    const Finding alarm = finding("eclipse", "eclipse", R"({"gauge":80,"level":"alarm"})");
    EXPECT_FALSE(alarm.ok);
    EXPECT_EQ(alarm.says,
              "alarm, 80 of 100: see `starling peers`, and --addnode a peer known otherwise");
}

TEST(DoctorTest, AnOldTipIsJudgedByTheSpacingOfTheNetwork) {
    const std::string hour = R"("height":9,"headers":9,"time":996400)";
    EXPECT_FALSE(finding("tip", "tip", "{" + hour + R"(,"spacing":10})").ok);
    EXPECT_TRUE(finding("tip", "tip", "{" + hour + R"(,"spacing":120})").ok);
    EXPECT_FALSE(finding("tip", "tip", R"({"height":9,"headers":800,"time":999999})").ok);
}

TEST(DoctorTest, ADiskRunsFullBeforeItIsFull) {
    EXPECT_FALSE(finding("disk", "disk", R"({"free":900000000,"total":99000000000})").ok);
}

TEST(DoctorTest, WhatTheNodeDoesNotTellGivesNoFinding) {
    EXPECT_TRUE(diagnosis(json("{}")).empty());
    EXPECT_TRUE(diagnosis(json("[]")).empty());
    EXPECT_TRUE(diagnosis(json(R"({"eclipse":{"gauge":3}})")).empty()) << "no level is not calm";
    // Members of the wrong type are as good as absent.
    for (const Finding& one : diagnosis(json(R"({"clock":3,"udp":[],"peers":null,"tip":""})")))
        EXPECT_FALSE(one.says.empty());
}

TEST(DoctorTest, EachFindingIsOneLineOfATerminal) {
    const char* sick = R"({"time":1000000,"clock":{"offset":86400,"peers":1000},
        "udp":{"sent":4000000,"received":1},"record":{},"networks":{"ours":1,"foreign":99999},
        "refused":{},"peers":{"inbound":0,"outbound":0},"eclipse":{"gauge":100,"level":"alarm"},
        "tip":{"height":1,"headers":1000000,"time":1},"disk":{"free":1}})";
    std::istringstream lines(findings_text(diagnosis(json(sick))));
    for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), 100u) << line;
}

}  // namespace
}  // namespace starling::wallet
