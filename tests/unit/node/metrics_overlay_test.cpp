#include "node/metrics_overlay.h"

#include "unit/node/methods/fake_overlay.h"

#include <gtest/gtest.h>

#include <string>

namespace starling::node {
namespace {

namespace discv5 = p2p::discv5;

class MetricsOverlay : public ::testing::Test {
protected:
    // Is this line among the metrics?
    bool says(const std::string& line) const {
        MetricsText out;
        render_overlay(overlay_, out);
        return ("\n" + out.take()).find("\n" + line + "\n") != std::string::npos;
    }
    static discv5::TableNode node(std::uint8_t number, bool live) {
        discv5::TableNode node;
        node.record = FakeOverlay::node(number, local());
        node.live = live;
        return node;
    }

    FakeOverlay overlay_{local()};
    discv5::Figures& figures_ = overlay_.counted;
};

TEST_F(MetricsOverlay, TellLookupsTheirHopsTimeAndSuccess) {
    figures_.lookups = 5;
    figures_.lookups_without_answer = 1;
    figures_.lookup_hops = 9;
    figures_.lookup_time = std::chrono::milliseconds{2'500};
    EXPECT_TRUE(says("starling_overlay_lookups_total 5"));
    EXPECT_TRUE(says("starling_overlay_lookups_without_answer_total 1"));
    EXPECT_TRUE(says("starling_overlay_lookup_hops_total 9"));
    EXPECT_TRUE(says("starling_overlay_lookup_seconds_total 2.5"));
}

TEST_F(MetricsOverlay, TellTheEclipseAlarmAndEachTermThatIsLookedAt) {
    overlay_.eclipsed = p2p::eclipse_gauge({.up = std::chrono::hours{1},
                                            .looking = std::chrono::hours{1},
                                            .outbound = 3,
                                            .netgroups = 3,
                                            .wanted = 12,
                                            .netgroups_wanted = 12,
                                            .anchors_tried = 4,
                                            .anchors_kept = 4});
    MetricsText out;
    render_eclipse(overlay_.eclipse(), out);
    const std::string text = out.take();
    EXPECT_NE(text.find("starling_eclipse_gauge 45\n"), std::string::npos) << text;
    EXPECT_NE(text.find("starling_eclipse_level 0\n"), std::string::npos);
    EXPECT_NE(text.find("starling_eclipse_term{term=\"netgroups\"} 45\n"), std::string::npos);
    EXPECT_NE(text.find("starling_eclipse_term{term=\"anchors\"} 0\n"), std::string::npos);
    EXPECT_EQ(text.find("term=\"density\""), std::string::npos) << "not looked at: no sample";
}

TEST_F(MetricsOverlay, TellTheSizeOfEachBucket) {
    overlay_.table.push_back({.distance = 255,
                              .nodes = {node(2, true), node(3, false)},
                              .replacements = 4,
                              .revalidated = {}});
    EXPECT_TRUE(says("starling_overlay_bucket_nodes{distance=\"255\"} 2"));
    EXPECT_TRUE(says("starling_overlay_live_nodes 1"));
    EXPECT_TRUE(says("starling_overlay_replacements 4"));
}

TEST_F(MetricsOverlay, TellPacketsByTypeAndByReasonForDropping) {
    figures_.wire.received[3] = 7;
    figures_.wire.sent[6] = 8;
    figures_.wire.dropped[static_cast<std::size_t>(discv5::Dropped::rate_limited)] = 9;
    overlay_.udp.oversized = 10;
    figures_.unsolicited = 11;
    EXPECT_TRUE(says("starling_overlay_packets_received_total{type=\"nodes\"} 7"));
    EXPECT_TRUE(says("starling_overlay_packets_sent_total{type=\"whoareyou\"} 8"));
    EXPECT_TRUE(says("starling_overlay_packets_dropped_total{reason=\"rate_limited\"} 9"));
    EXPECT_TRUE(says("starling_overlay_packets_dropped_total{reason=\"oversized\"} 10"));
    EXPECT_TRUE(says("starling_overlay_unsolicited_total 11"));
}

TEST_F(MetricsOverlay, TellHowCrowdedOurPlaceIs) {
    EXPECT_TRUE(says("starling_overlay_density_alarming 0"));
    figures_.density = {
        .network_size = 1'000, .ratio = 2.75, .inner_ratio = 1.5, .alarming = true, .lookups = 8};
    EXPECT_TRUE(says("starling_overlay_size_estimate 1000"));
    EXPECT_TRUE(says("starling_overlay_density_ratio 2.75"));
    EXPECT_TRUE(says("starling_overlay_density_inner_ratio 1.5"));
    EXPECT_TRUE(says("starling_overlay_density_alarming 1"));
}

TEST_F(MetricsOverlay, TellHowMuchTheMapOfSystemsCovers) {
    const auto text_of = [](const p2p::CandidateFigures& candidates) {
        MetricsText out;
        render_candidates(candidates, out);
        return out.take();
    };
    EXPECT_NE(text_of({}).find("starling_asmap_mapped_ratio 0\n"), std::string::npos);
    p2p::CandidateFigures candidates;
    candidates.known = 8;
    candidates.netgroups = {.addresses = 8, .mapped = 6, .systems = 5};
    const std::string text = text_of(candidates);
    EXPECT_NE(text.find("starling_candidates 8\n"), std::string::npos) << text;
    EXPECT_NE(text.find("starling_asmap_mapped_ratio 0.75\n"), std::string::npos) << text;
    EXPECT_NE(text.find("starling_asmap_systems 5\n"), std::string::npos) << text;
}

TEST_F(MetricsOverlay, TellSessionsAndChurn) {
    figures_.sessions = 3;
    figures_.joined = 6;
    figures_.left = 2;
    figures_.stayed = std::chrono::seconds{40};
    EXPECT_TRUE(says("starling_overlay_sessions 3"));
    EXPECT_TRUE(says("starling_overlay_joined_total 6"));
    EXPECT_TRUE(says("starling_overlay_left_total 2"));
    EXPECT_TRUE(says("starling_overlay_stayed_seconds_total 40"));
}

}  // namespace
}  // namespace starling::node
