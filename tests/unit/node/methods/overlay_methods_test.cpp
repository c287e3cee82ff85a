#include "consensus/hex.h"
#include "unit/node/methods/fake_node.h"

namespace starling::node {
namespace {

namespace discv5 = p2p::discv5;

discv5::TableNode table_node(std::uint8_t number, bool live) {
    discv5::TableNode node;
    node.record = FakeOverlay::node(number, regtest());
    node.address = *node.record->udp();
    node.added = Time{std::chrono::seconds{100}};
    node.last_seen = Time{std::chrono::seconds{200}};
    node.checks = 4;
    node.live = live;
    return node;
}

std::string id_of(std::uint8_t number) {
    return to_string(FakeOverlay::identity_of(number).id);
}

class OverlayMethods : public ::testing::Test {
protected:
    OverlayMethods() {
        overlay_.on = true;
        overlay_.table.push_back({.distance = 256,
                                  .nodes = {table_node(2, true), table_node(3, false)},
                                  .replacements = 5,
                                  .revalidated = Time{std::chrono::seconds{300}}});
    }

    FakeNode node_;
    FakeOverlay& overlay_ = node_.fake_overlay();
};

TEST_F(OverlayMethods, TellWhoWeAre) {
    const auto info = node_.value("getoverlayinfo");
    EXPECT_EQ(info.find("nodeid")->text, id_of(1));
    EXPECT_EQ(info.find("pubkey")->text, hex(overlay_.self.key));
    EXPECT_EQ(info.find("record")->text, overlay_.own->text());
    EXPECT_EQ(info.find("sequence")->integer(), 3);
    EXPECT_EQ(info.find("udp")->text, "127.0.0.1:1");
    EXPECT_EQ(info.find("network")->text, hex(p2p::network_tag(regtest())));
}

TEST_F(OverlayMethods, TellTheBucketsAndTheirSums) {
    const auto info = node_.value("getoverlayinfo");
    ASSERT_EQ(info.find("buckets")->items.size(), 1u);
    const auto& bucket = info.find("buckets")->items[0];
    EXPECT_EQ(bucket.find("distance")->integer(), 256);
    EXPECT_EQ(bucket.find("live")->integer(), 1);
    EXPECT_EQ(bucket.find("revalidated")->integer(), 300);
    const auto& first = bucket.find("nodes")->items[0];
    EXPECT_EQ(first.find("nodeid")->text, id_of(2));
    EXPECT_EQ(first.find("address")->text, "127.0.0.1:2");
    EXPECT_EQ(first.find("origin")->text, "overlay");
    EXPECT_EQ(first.find("checks")->integer(), 4);
    EXPECT_TRUE(first.find("live")->flag);
    EXPECT_EQ(info.find("nodes")->integer(), 2);
    EXPECT_EQ(info.find("replacements")->integer(), 5);
}

TEST_F(OverlayMethods, TellTheFiguresByName) {
    overlay_.counted.sessions = 7;
    overlay_.counted.wire.received[6] = 9;
    overlay_.counted.wire.dropped[0] = 2;
    overlay_.counted.lookup_time = std::chrono::milliseconds{1'500};
    const auto info = node_.value("getoverlayinfo");
    EXPECT_EQ(info.find("sessions")->integer(), 7);
    const auto& figures = *info.find("figures");
    EXPECT_EQ(figures.find("received")->find("whoareyou")->integer(), 9);
    EXPECT_EQ(figures.find("dropped")->find(name_of(discv5::Dropped::bad_packet))->integer(), 2);
    EXPECT_EQ(figures.find("lookup_seconds")->text, "1.5");
}

TEST_F(OverlayMethods, TellHowCrowdedOurPlaceIsOnceItIsKnown) {
    const auto unknown = node_.value("getoverlayinfo");
    EXPECT_EQ(unknown.find("density")->find("ratio"), nullptr);
    EXPECT_EQ(unknown.find("density")->find("network_size"), nullptr);
    EXPECT_FALSE(unknown.find("density")->find("alarming")->flag);
    EXPECT_EQ(unknown.find("density")->find("lookups")->integer(), 0);
    overlay_.counted.density = {
        .network_size = 57.9, .ratio = 2.758, .inner_ratio = 1.5, .alarming = true, .lookups = 8};
    const auto info = node_.value("getoverlayinfo");
    const auto& density = *info.find("density");
    EXPECT_EQ(density.find("network_size")->integer(), 57);
    EXPECT_EQ(density.find("ratio")->text, "2.75");
    EXPECT_EQ(density.find("inner_ratio")->text, "1.5");
    EXPECT_TRUE(density.find("alarming")->flag);
    EXPECT_EQ(density.find("lookups")->integer(), 8);
}

TEST_F(OverlayMethods, WithoutDiscoveryThereIsStillAnIdentity) {
    FakeNode node;
    const auto info = node.value("getoverlayinfo");
    EXPECT_EQ(info.find("nodeid")->text, id_of(1));
    EXPECT_TRUE(info.find("buckets")->items.empty());
    EXPECT_TRUE(node.call("overlaylookup", "[\"" + id_of(2) + "\"]").starts_with("-1: "));
    node.fake_overlay().over_plain = true;
    node.fake_overlay().own = nullptr;
    EXPECT_EQ(node.value("getoverlayinfo").find("record"), nullptr);
    EXPECT_EQ(node.value("getdoctor").find("record"), nullptr);
    EXPECT_EQ(node.value("getdoctor").find("udp"), nullptr);
}

TEST_F(OverlayMethods, ALookupTellsItsStepsAndWhatItFound) {
    EXPECT_TRUE(node_.call("overlaylookup", "[\"abc\"]").starts_with("-8: "));
    EXPECT_EQ(node_.call("overlaylookup", "[\"" + id_of(9) + "\"]"), "no answer");
    ASSERT_EQ(overlay_.lookups.size(), 1u);
    EXPECT_EQ(to_string(overlay_.lookups[0].first), id_of(9));
}

TEST_F(OverlayMethods, ALookupIsAnsweredWhenItIsFinished) {
    overlay_.report.target = FakeOverlay::identity_of(9).id;
    overlay_.report.took = std::chrono::milliseconds{21};
    overlay_.report.steps.push_back({.asked = FakeOverlay::identity_of(2).id,
                                     .address = p2p::Endpoint::ipv4({127, 0, 0, 1}, 2),
                                     .path = 3,
                                     .hop = 1,
                                     .distances = {256, 255},
                                     .returned = 16,
                                     .news = 12});
    overlay_.report.closest.push_back({.record = FakeOverlay::node(3, regtest()),
                                       .hop = 2,
                                       .path = {FakeOverlay::identity_of(2).id}});
    overlay_.answers_at_once = true;
    const auto report = node_.value("overlaylookup", "[\"" + id_of(9) + "\"]");
    EXPECT_EQ(report.find("took")->text, "0.021");
    EXPECT_EQ(report.find("density"), nullptr) << "not known";
    overlay_.report.density = 1.25;
    const auto crowded = node_.value("overlaylookup", "[\"" + id_of(9) + "\"]");
    EXPECT_EQ(crowded.find("density")->text, "1.25");
    const auto& step = report.find("steps")->items[0];
    EXPECT_EQ(step.find("nodeid")->text, id_of(2));
    EXPECT_EQ(step.find("distances")->items.size(), 2u);
    EXPECT_EQ(step.find("news")->integer(), 12);
    EXPECT_TRUE(step.find("took")->is(rpc::JsonValue::Type::null));
    const auto& found = report.find("closest")->items[0];
    EXPECT_EQ(found.find("nodeid")->text, id_of(3));
    EXPECT_EQ(found.find("path")->items[0].text, id_of(2));
    EXPECT_EQ(found.find("address")->text, "127.0.0.1:3");
}

TEST_F(OverlayMethods, ANodeIsTalkedToByItsIdOrRecord) {
    overlay_.response = Bytes{0xca, 0xfe};
    const auto said = node_.value("overlaytalk", "[\"" + id_of(2) + "\", \"swan\", \"0102\"]");
    EXPECT_EQ(said.find("nodeid")->text, id_of(2));
    EXPECT_EQ(said.find("response")->text, "cafe");
    EXPECT_EQ(overlay_.talks.at(0).protocol, (Bytes{'s', 'w', 'a', 'n'}));
    EXPECT_EQ(overlay_.talks.at(0).request, (Bytes{1, 2}));
    overlay_.response.reset();
    const std::string record = FakeOverlay::node(9, regtest())->text();
    const auto silence = node_.value("overlaytalk", "[\"" + record + "\", \"swan\"]");
    EXPECT_EQ(silence.find("nodeid")->text, id_of(9));
    EXPECT_TRUE(silence.find("response")->is(rpc::JsonValue::Type::null));
}

TEST_F(OverlayMethods, NobodyIsTalkedToWhoIsUnknownOrByTooMuch) {
    const auto refused = [&](const std::string& node, const std::string& request) {
        const auto said =
            node_.call("overlaytalk", "[\"" + node + "\", \"swan\", \"" + request + "\"]");
        return said.starts_with("-8: ");
    };
    EXPECT_TRUE(refused(id_of(9), ""));
    EXPECT_TRUE(refused(id_of(1), ""));
    EXPECT_TRUE(refused(overlay_.own->text(), ""));
    EXPECT_TRUE(refused("enr:nonsense", ""));
    EXPECT_TRUE(refused("abc", ""));
    EXPECT_TRUE(refused(id_of(2), "0"));
    EXPECT_TRUE(refused(id_of(2), std::string(std::size_t{2} * 1'021, '0')));
    EXPECT_TRUE(overlay_.talks.empty());
    EXPECT_FALSE(refused(id_of(2), std::string(std::size_t{2} * 1'020, '0')));
}

TEST_F(OverlayMethods, TheGraphHasEachNodeOnceAndEdgesToTheTable) {
    const auto graph = node_.value("exportoverlay");
    EXPECT_EQ(graph.find("nodeid")->text, id_of(1));
    EXPECT_EQ(graph.find("nodes")->items.size(), 3u);
    ASSERT_EQ(graph.find("edges")->items.size(), 2u);
    const auto& edge = graph.find("edges")->items[1];
    EXPECT_EQ(edge.find("from")->text, id_of(1));
    EXPECT_EQ(edge.find("to")->text, id_of(3));
    EXPECT_EQ(edge.find("kind")->text, "table");
}

TEST_F(OverlayMethods, TheDoctorIsToldFactsAlone) {
    overlay_.udp.sent = 40;
    overlay_.counted.last_unasked = Time{std::chrono::seconds{500}};
    overlay_.eclipsed.gauge = 52;
    overlay_.eclipsed.level = p2p::EclipseLevel::watch;
    const auto facts = node_.value("getdoctor");
    EXPECT_EQ(facts.find("udp")->find("sent")->integer(), 40);
    EXPECT_TRUE(facts.find("udp")->find("discovery")->flag);
    EXPECT_EQ(facts.find("udp")->find("last_unasked")->integer(), 500);
    EXPECT_EQ(facts.find("record")->find("tcp")->text, "127.0.0.1:1");
    EXPECT_EQ(facts.find("networks")->find("ours")->integer(), 2);
    EXPECT_EQ(facts.find("clock")->find("peers")->integer(), 0);
    EXPECT_EQ(facts.find("tip")->find("height")->integer(), 0);
    EXPECT_EQ(facts.find("peers")->find("outbound_wanted")->integer(), 8);
    EXPECT_EQ(facts.find("eclipse")->find("gauge")->integer(), 52);
    EXPECT_EQ(facts.find("eclipse")->find("level")->text, "watch");
    EXPECT_GT(facts.find("disk")->find("total")->integer(), 0);
}

}  // namespace
}  // namespace starling::node
