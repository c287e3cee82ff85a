#include "node/metrics_overlay.h"

#include <string>

namespace starling::node {

namespace {

namespace discv5 = p2p::discv5;

double number(std::uint64_t count) {
    return static_cast<double>(count);
}

double seconds(Duration duration) {
    return static_cast<double>(duration.count()) / 1'000;
}

void render_table(const std::vector<discv5::BucketView>& buckets, MetricsText& out) {
    constexpr std::string_view kName = "starling_overlay_bucket_nodes";
    double live = 0, replacements = 0;
    out.family(kName, "Nodes in discovery's buckets, by distance.", "gauge");
    for (const discv5::BucketView& bucket : buckets) {
        out.sample(kName, number(bucket.nodes.size()),
                   {{"distance", std::to_string(bucket.distance)}});
        for (const discv5::TableNode& node : bucket.nodes)
            live += node.live ? 1 : 0;
        replacements += number(bucket.replacements);
    }
    out.gauge("starling_overlay_live_nodes", "Nodes of them that answered when asked last.", live);
    out.gauge("starling_overlay_replacements", "Nodes that wait for a place.", replacements);
}

template <class Counts, class Name>
void render_counts(std::string_view family,
                   std::string_view label,
                   const Counts& counts,
                   Name name,
                   MetricsText& out) {
    for (std::size_t i = 0; i < counts.size(); ++i)
        out.sample(family, number(counts[i]), {{label, std::string(name(i))}});
}

void render_packets(const discv5::Figures& figures, const UdpTraffic& udp, MetricsText& out) {
    const auto packet = [](std::size_t i) { return kPacketNames[i]; };
    const auto reason = [](std::size_t i) { return name_of(static_cast<discv5::Dropped>(i)); };
    constexpr std::string_view kReceived = "starling_overlay_packets_received_total";
    out.family(kReceived, "Packets that were used, by type.", "counter");
    render_counts(kReceived, "type", figures.wire.received, packet, out);
    constexpr std::string_view kSent = "starling_overlay_packets_sent_total";
    out.family(kSent, "Packets that were sent, by type.", "counter");
    render_counts(kSent, "type", figures.wire.sent, packet, out);
    constexpr std::string_view kDropped = "starling_overlay_packets_dropped_total";
    out.family(kDropped, "Packets that were of no use, by reason.", "counter");
    render_counts(kDropped, "reason", figures.wire.dropped, reason, out);
    out.sample(kDropped, number(udp.oversized), {{"reason", "oversized"}});
    out.counter("starling_udp_received_bytes_total", "Bytes of datagrams received.",
                number(udp.received_bytes));
    out.counter("starling_udp_sent_bytes_total", "Bytes of datagrams sent.",
                number(udp.sent_bytes));
    out.counter("starling_udp_unsent_total", "Datagrams that the system did not take.",
                number(udp.unsent));
    out.gauge("starling_overlay_sessions", "Nodes with whom we hold session keys.",
              number(figures.sessions));
    out.counter("starling_overlay_handshakes_total", "Handshakes that were completed.",
                number(figures.wire.handshakes));
}

void render_lookups(const discv5::Figures& figures, MetricsText& out) {
    out.counter("starling_overlay_lookups_total", "Lookups that were finished.",
                number(figures.lookups));
    out.counter("starling_overlay_lookups_without_answer_total",
                "Lookups in which nobody answered.", number(figures.lookups_without_answer));
    out.counter("starling_overlay_lookup_hops_total",
                "Hops to the nearest node, summed over lookups.", number(figures.lookup_hops));
    out.counter("starling_overlay_lookup_seconds_total", "Time that lookups took.",
                seconds(figures.lookup_time));
    out.counter("starling_overlay_requests_total", "Requests to nodes.", number(figures.requests));
    out.counter("starling_overlay_timeouts_total", "Requests without an answer.",
                number(figures.timeouts));
    out.counter("starling_overlay_unsolicited_total",
                "Responses that nothing was asked for, or that came too late.",
                number(figures.unsolicited));
}

void render_churn(const discv5::Figures& figures, MetricsText& out) {
    constexpr std::string_view kAdmissions = "starling_overlay_admissions_total";
    out.family(kAdmissions, "Nodes that proved themselves, by what the table did.", "counter");
    render_counts(
        kAdmissions, "outcome", figures.admissions,
        [](std::size_t i) { return name_of(static_cast<discv5::Admission>(i)); }, out);
    out.counter("starling_overlay_joined_total", "Nodes that joined the table.",
                number(figures.joined));
    out.counter("starling_overlay_left_total", "Nodes that left the table.", number(figures.left));
    out.counter("starling_overlay_stayed_seconds_total", "Time that those had been in the table.",
                seconds(figures.stayed));
    out.counter("starling_overlay_foreign_networks_total", "Nodes of other networks that were met.",
                number(figures.foreign_networks));
    out.counter("starling_overlay_cheap_identities_total",
                "Records whose identity has not the network's proof of work.",
                number(figures.cheap_identities));
}

void render_density(const discv5::DensityFigures& density, MetricsText& out) {
    if (density.network_size)
        out.gauge("starling_overlay_size_estimate", "Nodes of the network, from lookups.",
                  *density.network_size);
    if (density.ratio)
        out.gauge("starling_overlay_density_ratio",
                  "How much denser the 16 nodes nearest to us lie than in the rest; 1 by chance.",
                  *density.ratio);
    if (density.inner_ratio)
        out.gauge("starling_overlay_density_inner_ratio", "The same of the nearest 8.",
                  *density.inner_ratio);
    out.gauge("starling_overlay_density_alarming", "1: so dense that somebody made them so.",
              density.alarming ? 1 : 0);
}

void render_netgroups(const p2p::NetgroupFigures& figures, MetricsText& out) {
    const double share =
        figures.addresses == 0 ? 0 : number(figures.mapped) / number(figures.addresses);
    out.gauge("starling_asmap_mapped_ratio",
              "Share of the nodes that may be dialled whose AS the map knows; 0 without a map.",
              share);
    out.gauge("starling_asmap_systems", "Different ASes of these nodes.", number(figures.systems));
}

}  // namespace

void render_eclipse(const p2p::EclipseReport& report, MetricsText& out) {
    out.gauge("starling_eclipse_gauge", "How much looks like an eclipse, 0 to 100.", report.gauge);
    out.gauge("starling_eclipse_level", "0 calm, 1 watch, 2 alarm.",
              static_cast<double>(report.level));
    constexpr std::string_view kTerm = "starling_eclipse_term";
    out.family(kTerm, "How far each sign alone fills the gauge; absent if not looked at.", "gauge");
    for (const p2p::EclipseTerm& term : report.terms) {
        if (term.percent) out.sample(kTerm, *term.percent, {{"term", std::string(term.name)}});
    }
}

void render_candidates(const p2p::CandidateFigures& candidates, MetricsText& out) {
    out.gauge("starling_candidates", "Nodes that may be dialled.", number(candidates.known));
    out.gauge("starling_candidates_proven", "Nodes of them that were connected to once.",
              number(candidates.proven));
    out.gauge("starling_candidates_waiting", "Nodes of them that failed or were lost lately.",
              number(candidates.waiting));
    render_netgroups(candidates.netgroups, out);
}

void render_overlay(const OverlayView& overlay, MetricsText& out) {
    const discv5::Figures figures = overlay.figures();
    render_table(overlay.buckets(), out);
    render_packets(figures, overlay.traffic(), out);
    render_lookups(figures, out);
    render_churn(figures, out);
    render_density(figures.density, out);
}

}  // namespace starling::node
