#include "wallet-cli/overlay_view.h"

#include <gtest/gtest.h>

#include <sstream>

namespace starling::wallet {
namespace {

rpc::JsonValue json(const std::string& text) {
    const auto value = rpc::parse_json(text);
    EXPECT_TRUE(value) << text;
    return value ? *value : rpc::JsonValue{};
}

// A node id of one digit.
std::string id(char digit) {
    return std::string(64, digit);
}

std::string node(char digit, int port) {
    return R"({"nodeid":")" + id(digit) + R"(","address":"127.0.0.1:)" + std::to_string(port) +
           "\"}";
}

TEST(OverlayViewTest, APeerIsALineWithinTheTerminal) {
    const std::string text = peers_text(
        json(R"([{"id":0,"addr":"127.0.0.1:40001","inbound":false,"nodeid":")" + id('a') +
             R"(","netgroup":"local","origin":"bootstrap","pingtime":0.00042,"conntime":995,
             "synced_headers":105,"bytessent":812,"bytesrecv":24300,"subver":"/Starling:0.1.0/"},
             {"id":1,"addr":"[2001:db8::1234:5678]:28444","inbound":true,"nodeid":")" +
             id('b') + R"(","netgroup":"2001:db8","origin":"inbound","conntime":1000,
             "synced_headers":-1,"bytessent":0,"bytesrecv":12000000,
             "subver":"/Somebody who says a lot about himself:1.0(and more)/"}])"),
        1'000);
    EXPECT_EQ(text,
              "dir  address                      node      netgroup    ping  age  height   sent   "
              "recv  found\n"
              "out  127.0.0.1:40001              aaaaaaaa  local     0.4 ms  5 s     105  812 B  "
              "24 kB  bootstrap\n"
              "in   [2001:db8::1234:5678]:28444  bbbbbbbb  2001:db8       -  0 s       -    0 B  "
              "12 MB  inbound\n");
}

TEST(OverlayViewTest, APeerForBlocksAloneIsCalledSo) {
    const std::string text = peers_text(
        json(R"([{"id":0,"addr":"127.0.0.1:40001","inbound":false,"nodeid":")" + id('a') +
             R"(","connection_type":"block-relay-only","conntime":995,"subver":"/S:1/"}])"),
        1'000);
    EXPECT_NE(text.find("block  127.0.0.1:40001"), std::string::npos) << text;
}

TEST(OverlayViewTest, NoPeersAreSaidInWords) {
    EXPECT_EQ(peers_text(json("[]"), 0), "no peers\n");
}

TEST(OverlayViewTest, TheEclipseAlarmIsItsGaugeAndALineATerm) {
    const std::string text = eclipse_text(json(
        R"({"eclipse":{"gauge":51,"level":"watch","terms":[
            {"name":"netgroups","gauge":0,"seen":"12 of 12 peers, in 12 netgroups"},
            {"name":"tip","gauge":51,"seen":"no block for 19 minutes, one in 2 minutes is due"},
            {"name":"anchors","seen":"none from before"}]}})"));
    EXPECT_EQ(text,
              "eclipse   51 of 100, watch\n"
              "  netgroups   0  12 of 12 peers, in 12 netgroups\n"
              "  tip        51  no block for 19 minutes, one in 2 minutes is due\n"
              "  anchors     -  none from before\n");
    EXPECT_EQ(eclipse_text(json("{}")), "") << "an older daemon has none";
}

TEST(OverlayViewTest, BucketsAreBars) {
    const std::string text = overlay_text(
        json(R"({"record":"enr:-abc","nodeid":")" + id('0') +
             R"(","pubkey":"02ab","sequence":3,"udp":"127.0.0.1:5","tcp":"127.0.0.1:6",
             "nodes":3,"live":2,"replacements":4,"sessions":5,
             "buckets":[{"distance":256,"live":1,"replacements":4,"revalidated":98,
                         "nodes":[)" +
             node('a', 1) + "," + node('b', 2) +
             R"(]},{"distance":255,"live":1,"replacements":0,"nodes":[)" + node('c', 3) +
             R"(]}],
             "figures":{"lookups":4,"lookups_without_answer":1,"lookup_hops":6,
                        "lookup_seconds":0.2,"joined":3,"left":0,"foreign_networks":0,
                        "received":{"ping":2,"pong":0,"nodes":9},"sent":{"ping":1},
                        "dropped":{"bad_packet":0}}})"),
        100);
    EXPECT_EQ(text, "node id   " + id('0') + R"(
key       02ab@127.0.0.1:6
record    sequence 3, UDP 127.0.0.1:5, TCP 127.0.0.1:6
enr:-abc

distance  nodes                  live  spare  checked
     256  #o.............. ++++   1/2      4  2 s ago
     255  #...............        1/1      0        -
# answered  o not yet  + spare, comes in when one fails

table     3 nodes in 2 buckets, 2 answered, 4 spare; 5 sessions
lookups   4, on average 1.5 hops and 50 ms; 1 without an answer
churn     3 joined, 0 left, 0 of other networks
received  ping 2, nodes 9
sent      ping 1
dropped   nothing
)");
}

TEST(OverlayViewTest, HowCrowdedOurPlaceIsIsALineWithItsAlarm) {
    const auto line = [](const std::string& density) {
        const std::string text = overlay_text(json(R"({"density":)" + density + "}"), 0);
        const std::size_t at = text.find("density ");
        return at == std::string::npos ? "" : text.substr(at, text.find('\n', at) - at);
    };
    EXPECT_EQ(line(R"({"network_size":57,"ratio":1.2,"inner_ratio":0.95,"alarming":false})"),
              "density   1.20 times what chance puts near our id (nearest 8: 0.95), of about 57 "
              "nodes: calm");
    const std::string alarm =
        line(R"({"network_size":40000,"ratio":31.5,"inner_ratio":40.25,"alarming":true})");
    EXPECT_EQ(alarm,
              "density   31.50 times what chance puts near our id (nearest 8: 40.25), of about "
              "40000 nodes: alarm");
    EXPECT_LE(alarm.size(), 100U);
    EXPECT_EQ(line(R"({"alarming":false,"lookups":2})"), "density   too few nodes known to tell");
    EXPECT_EQ(overlay_text(json("{}"), 0).find("density"), std::string::npos) << "older daemons";
}

TEST(OverlayViewTest, BarsHaveTheirBoundsWhateverTheNodeSays) {
    const std::string text = overlay_text(
        json(
            R"({"buckets":[{"distance":1,"live":99999999999,"replacements":99999999999,"nodes":[)" +
            node('a', 1) + "]}]}"),
        0);
    EXPECT_NE(text.find("#............... ++++++++++  "), std::string::npos) << text;
}

TEST(OverlayViewTest, WithoutDiscoveryThereIsNoTableToShow) {
    const std::string text = overlay_text(json(R"({"discovery":false,"buckets":[]})"), 0);
    EXPECT_NE(text.find("discovery is off"), std::string::npos) << text;
    EXPECT_EQ(text.find("buckets"), std::string::npos) << text;
}

TEST(OverlayViewTest, ALookupTellsEachStepAndWhoDidNotAnswer) {
    const std::string text = lookup_text(
        json(R"({"target":")" + id('0') + R"(","took":0.021,
             "steps":[{"nodeid":")" +
             id('a') +
             R"(","address":"127.0.0.1:1","path":0,"hop":0,"distances":[256],"returned":16,
               "news":12,"started":0.0,"took":0.0042},
               {"nodeid":")" +
             id('1') +
             R"(","address":"127.0.0.1:2","path":3,"hop":1,"returned":0,"news":0,
               "started":0.005,"took":null}],
             "closest":[{"nodeid":")" +
             id('a') + R"(","address":"127.0.0.1:1","hop":0}]})"));
    EXPECT_EQ(text, "looking for " + id('0') + R"(
hop  path  asked     address      distance      at  took       gave  new
  0     1  aaaaaaaa  127.0.0.1:1       256  0.0 ms  4.2 ms       16   12
  1     4  11111111  127.0.0.1:2       253  5.0 ms  no answer     -    -
2 nodes asked, 1 answered, 21 ms

nearest                                                           distance  address      hop
)" + id('a') + R"(       256  127.0.0.1:1    0
)");
}

TEST(OverlayViewTest, NobodyFoundIsSaidInWords) {
    const std::string text = lookup_text(json(R"({"target":"ab","steps":[],"closest":[]})"));
    EXPECT_NE(text.find("nobody was found"), std::string::npos);
}

TEST(OverlayViewTest, AGraphIsGraphviz) {
    const std::string text =
        dot_text(json(R"({"nodeid":")" + id('a') + R"(","nodes":[)" + node('a', 1) + "," +
                      node('b', 2) + R"(],"edges":[{"from":")" + id('a') + R"(","to":")" + id('b') +
                      R"(","kind":"table"},{"from":")" + id('b') + R"(","to":")" + id('a') +
                      R"(","kind":"outbound"}]})"));
    EXPECT_EQ(text, R"(digraph starling {
    node [shape=box, style=rounded, fontname=monospace];
    edge [color=gray40];
    ")" + id('a') + R"(" [label="aaaaaaaa\n127.0.0.1:1", penwidth=3];
    ")" + id('b') + R"(" [label="bbbbbbbb\n127.0.0.1:2"];
    ")" + id('a') + "\" -> \"" +
                        id('b') + R"(" [style=dashed];
    ")" + id('b') + "\" -> \"" +
                        id('a') + R"(";
}
)");
}

TEST(OverlayViewTest, ATextOfTheNodeCannotLeaveItsQuotationMarks) {
    const std::string text =
        dot_text(json(R"({"nodes":[{"nodeid":"x\"; evil","address":"y\"]; evil"}],"edges":[]})"));
    EXPECT_EQ(text.find("\"; evil"), text.find("\\\"; evil") + 1) << text;
}

TEST(OverlayViewTest, DistanceIsTheBitLengthOfTheXor) {
    EXPECT_EQ(log_distance(id('0'), id('0')), 0);
    EXPECT_EQ(log_distance(id('0'), id('f')), 256);
    EXPECT_EQ(log_distance(id('0'), id('1')), 253);
    EXPECT_EQ(log_distance(id('a'), id('a').replace(63, 1, "b")), 1);
    EXPECT_EQ(log_distance(id('a'), "abc"), -1);
    EXPECT_EQ(log_distance(id('a'), id('x')), -1);
}

}  // namespace
}  // namespace starling::wallet
