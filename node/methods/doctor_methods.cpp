#include "node/methods/chain_view.h"
#include "node/methods/json_eclipse.h"
#include "node/methods/json_endpoint.h"
#include "node/methods/json_time.h"
#include "node/methods/topics.h"
#include "node/rpc/json_writer.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace starling::node {

namespace {

using rpc::Arguments;
using rpc::JsonWriter;

void write_udp(JsonWriter& out, const OverlayView& overlay) {
    const UdpTraffic traffic = overlay.traffic();
    const p2p::discv5::Figures figures = overlay.figures();
    out.key("udp").begin_object().field("discovery", overlay.discovery());
    out.field("sent", traffic.sent).field("received", traffic.received);
    out.field("unsent", traffic.unsent).field("oversized", traffic.oversized);
    if (traffic.last_sent) out.field("last_sent", seconds_of(traffic.last_sent));
    if (figures.last_received) out.field("last_received", seconds_of(figures.last_received));
    if (figures.last_unasked) out.field("last_unasked", seconds_of(figures.last_unasked));
    out.end_object();
    if (const Shared<p2p::Record> record = overlay.record()) {
        out.key("record").begin_object().field("sequence", record->sequence());
        write_endpoint(out, "udp", record->udp());
        write_endpoint(out, "tcp", record->tcp());
        out.end_object();
    }
}

void write_networks(JsonWriter& out, Context& context) {
    std::size_t nodes = 0;
    for (const p2p::discv5::BucketView& bucket : context.overlay().buckets())
        nodes += bucket.nodes.size();
    const std::size_t known = context.gossip().candidates(context.now()).known;
    out.key("networks").begin_object().field("ours", std::max(nodes, known));
    out.field("foreign", context.overlay().figures().foreign_networks).end_object();
}

// What peers' clocks say of ours. For people alone: nothing is set by it (HOSTILE.md 7).
void write_clock(JsonWriter& out, const std::vector<p2p::PeerView>& peers) {
    std::vector<Duration> offsets;
    for (const p2p::PeerView& peer : peers)
        if (peer.clock_offset) offsets.push_back(*peer.clock_offset);
    std::ranges::sort(offsets);
    out.key("clock").begin_object().field("peers", offsets.size());
    if (!offsets.empty()) out.field("offset", seconds(offsets[offsets.size() / 2]));
    out.end_object();
}

void write_peers(JsonWriter& out, Context& context, const std::vector<p2p::PeerView>& peers) {
    const auto inbound =
        std::ranges::count(peers, p2p::Direction::inbound, &p2p::PeerView::direction);
    out.key("refused").begin_object();
    for (const auto& [reason, count] : context.gossip().refusals())
        out.field(reason, count);
    out.end_object().key("peers").begin_object().field("inbound", inbound);
    out.field("outbound", static_cast<std::ptrdiff_t>(peers.size()) - inbound);
    out.field("outbound_wanted", context.overlay().outbound_wanted());
    out.field("active", context.gossip().network_active()).end_object();
}

void write_tip(JsonWriter& out, const Context& context) {
    const HeaderNode* tip = tip_of(context);
    out.key("tip").begin_object().field("height", tip->height.value);
    out.field("headers", chain_of(context).tree().best_header()->height.value);
    out.field("time", tip->header.time);
    out.field("spacing", context.parameters().target_spacing).end_object();
}

void getdoctor(Context& context, Arguments, Reply reply) {
    const std::vector<p2p::PeerView> peers = context.gossip().peers();
    JsonWriter out;
    out.begin_object().field("time", seconds_of(context.now()));
    out.field("plain", context.overlay().plain());
    out.key("lan").begin_array();
    for (const std::string& interface : context.overlay().lan())
        out.value(interface);
    out.end_array();
    write_clock(out, peers);
    if (!context.overlay().plain()) {
        write_udp(out, context.overlay());
        write_networks(out, context);
    }
    write_peers(out, context, peers);
    write_eclipse(out, context.overlay().eclipse());
    write_tip(out, context);
    // The disk may be slow to say how full it is.
    const auto begun = std::make_shared<JsonWriter>(std::move(out));
    answer_by_job(context, std::move(reply), [begun, folder = context.folder()]() -> rpc::Outcome {
        std::error_code failure;
        const auto space = std::filesystem::space(folder, failure);
        if (!failure) {
            begun->key("disk").begin_object().field("free", space.available);
            begun->field("total", space.capacity).end_object();
        }
        return begun->end_object().take();
    });
}

}  // namespace

std::vector<Method> doctor_methods() {
    return {
        {"network", "getdoctor", {}, "Facts from which `starling doctor` judges.", getdoctor},
    };
}

}  // namespace starling::node
