#include "consensus/hex.h"
#include "node/methods/json_endpoint.h"
#include "node/methods/json_time.h"
#include "node/methods/topics.h"
#include "node/rpc/json_writer.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <utility>

namespace starling::node {

namespace {

namespace discv5 = p2p::discv5;
using rpc::Arguments;
using rpc::Code;
using rpc::JsonWriter;

// ---- getoverlayinfo ----

void write_own(JsonWriter& out, const Parameters& parameters, const OverlayView& overlay) {
    out.field("discovery", overlay.discovery());
    out.field("nodeid", to_string(overlay.identity().id));
    out.field("pubkey", hex(overlay.identity().key));
    out.field("network", hex(p2p::network_tag(parameters)));
    const Shared<p2p::Record> record = overlay.record();
    if (record == nullptr) return;
    out.field("record", record->text()).field("sequence", record->sequence());
    write_endpoint(out, "udp", record->udp());
    write_endpoint(out, "tcp", record->tcp());
    write_endpoint(out, "udp6", record->fields().udp6);
    write_endpoint(out, "tcp6", record->fields().tcp6);
}

void write_node(JsonWriter& out, const discv5::TableNode& node) {
    out.begin_object().field("nodeid", to_string(node.record->id()));
    out.field("address", to_string(node.address)).field("origin", to_string(node.origin));
    out.field("sequence", node.record->sequence());
    out.field("added", seconds_of(node.added)).field("last_seen", seconds_of(node.last_seen));
    out.field("checks", node.checks).field("live", node.live).end_object();
}

std::size_t live_of(const discv5::BucketView& bucket) {
    return static_cast<std::size_t>(
        std::ranges::count(bucket.nodes, true, &discv5::TableNode::live));
}

void write_buckets(JsonWriter& out, const std::vector<discv5::BucketView>& buckets) {
    std::size_t nodes = 0, live = 0, replacements = 0;
    out.key("buckets").begin_array();
    for (const discv5::BucketView& bucket : buckets) {
        nodes += bucket.nodes.size();
        live += live_of(bucket);
        replacements += bucket.replacements;
        out.begin_object().field("distance", bucket.distance).field("live", live_of(bucket));
        out.field("replacements", bucket.replacements);
        if (bucket.revalidated) out.field("revalidated", seconds_of(bucket.revalidated));
        out.key("nodes").begin_array();
        for (const discv5::TableNode& node : bucket.nodes)
            write_node(out, node);
        out.end_array().end_object();
    }
    out.end_array();
    out.field("nodes", nodes).field("live", live).field("replacements", replacements);
}

void write_ratio(JsonWriter& out, std::string_view name, const std::optional<double>& ratio) {
    // To the hundredth: more is chance.
    if (ratio) out.field(name, static_cast<double>(static_cast<std::int64_t>(*ratio * 100)) / 100);
}

template <class Counts, class Name>
void write_counts(JsonWriter& out, std::string_view title, const Counts& counts, Name name) {
    out.key(title).begin_object();
    for (std::size_t i = 0; i < counts.size(); ++i)
        out.field(name(i), counts[i]);
    out.end_object();
}

void write_figures(JsonWriter& out, const discv5::Figures& figures) {
    const auto packet = [](std::size_t i) { return kPacketNames[i]; };
    out.key("figures").begin_object();
    out.field("lookups", figures.lookups);
    out.field("lookups_without_answer", figures.lookups_without_answer);
    out.field("lookup_hops", figures.lookup_hops);
    out.field("lookup_seconds", seconds(figures.lookup_time));
    out.field("requests", figures.requests).field("timeouts", figures.timeouts);
    out.field("unsolicited", figures.unsolicited);
    out.field("joined", figures.joined).field("left", figures.left);
    out.field("stayed_seconds", seconds(figures.stayed));
    out.field("handshakes", figures.wire.handshakes);
    out.field("foreign_networks", figures.foreign_networks);
    write_counts(out, "received", figures.wire.received, packet);
    write_counts(out, "sent", figures.wire.sent, packet);
    write_counts(out, "dropped", figures.wire.dropped,
                 [](std::size_t i) { return name_of(static_cast<discv5::Dropped>(i)); });
    write_counts(out, "admissions", figures.admissions,
                 [](std::size_t i) { return name_of(static_cast<discv5::Admission>(i)); });
    out.end_object();
}

void write_density(JsonWriter& out, const discv5::DensityFigures& density) {
    out.key("density").begin_object();
    if (density.network_size)
        out.field("network_size", static_cast<std::int64_t>(*density.network_size));
    write_ratio(out, "ratio", density.ratio);
    write_ratio(out, "inner_ratio", density.inner_ratio);
    out.field("alarming", density.alarming).field("lookups", density.lookups).end_object();
}

void getoverlayinfo(Context& context, Arguments, Reply reply) {
    const OverlayView& overlay = context.overlay();
    const discv5::Figures figures = overlay.figures();
    const p2p::CandidateFigures candidates = context.gossip().candidates(context.now());
    JsonWriter out;
    out.begin_object();
    write_own(out, context.parameters(), overlay);
    write_buckets(out, overlay.buckets());
    out.field("sessions", figures.sessions);
    out.key("candidates").begin_object().field("known", candidates.known);
    out.field("proven", candidates.proven).field("waiting", candidates.waiting);
    out.field("dialling", candidates.dialling).field("outbound", candidates.outbound);
    out.field("mapped", candidates.netgroups.mapped);
    out.field("systems", candidates.netgroups.systems).end_object();
    write_density(out, figures.density);
    write_figures(out, figures);
    out.end_object();
    reply(out.take());
}

// ---- overlaylookup ----

void write_step(JsonWriter& out, const discv5::LookupStep& step) {
    out.begin_object().field("nodeid", to_string(step.asked));
    out.field("address", to_string(step.address));
    out.field("path", step.path).field("hop", step.hop).key("distances").begin_array();
    for (const unsigned distance : step.distances)
        out.value(distance);
    out.end_array().field("returned", step.returned).field("news", step.news);
    out.field("started", seconds(step.started)).key("took");
    step.took ? out.value(seconds(*step.took)) : out.null();
    out.end_object();
}

void write_result(JsonWriter& out, const p2p::NodeId& target, const discv5::LookupResult& found) {
    const p2p::Record& record = *found.record;
    out.begin_object().field("nodeid", to_string(record.id()));
    write_endpoint(out, "address", record.udp());
    out.field("distance", log_distance(target, record.id())).field("hop", found.hop);
    out.key("path").begin_array();
    for (const p2p::NodeId& teller : found.path)
        out.value(to_string(teller));
    out.end_array().field("record", record.text()).end_object();
}

std::string lookup_json(const discv5::LookupReport& report) {
    JsonWriter out;
    out.begin_object().field("target", to_string(report.target));
    out.field("took", seconds(report.took)).field("seen", report.seen.size());
    write_ratio(out, "density", report.density);
    out.key("steps").begin_array();
    for (const discv5::LookupStep& step : report.steps)
        write_step(out, step);
    out.end_array().key("closest").begin_array();
    for (const discv5::LookupResult& found : report.closest)
        write_result(out, report.target, found);
    out.end_array().end_object();
    return out.take();
}

void overlaylookup(Context& context, Arguments arguments, Reply reply) {
    const auto target = p2p::parse_node_id(arguments.text(0));
    if (!target) arguments.fail(Code::invalid_parameter, "A node id is 64 hexadecimal digits");
    if (!context.overlay().discovery())
        arguments.fail(Code::misc, "Discovery is off (--no-discovery or --plain)");
    if (arguments.failed()) return reply(arguments.failure());
    const bool begun = context.overlay().look_up(
        *target, [reply](const discv5::LookupReport& report) { reply(lookup_json(report)); });
    if (!begun) reply(rpc::failure(Code::misc, "Too many lookups at a time; try again"));
}

// ---- overlaytalk ----

// Of the table by its id, or whoever it names with its record.
Result<Shared<p2p::Record>, std::string> node_named(const std::string& text,
                                                    const OverlayView& overlay) {
    if (text.starts_with("enr:")) {
        const auto record = p2p::Record::parse(text);
        if (record) return *record;
        return Failure{"This is no node record: " + std::string(describe(record.error()))};
    }
    const auto id = p2p::parse_node_id(text);
    if (!id) return Failure{std::string("A node is named by its 64 hexadecimal digits or enr:")};
    for (const discv5::BucketView& bucket : overlay.buckets()) {
        for (const discv5::TableNode& node : bucket.nodes)
            if (node.record->id() == *id) return node.record;
    }
    return Failure{std::string("The table has no such node; give its record (enr:)")};
}

void overlaytalk(Context& context, Arguments arguments, Reply reply) {
    const auto node = node_named(arguments.text(0), context.overlay());
    const std::string protocol = arguments.text(1);
    const auto request = from_hex(arguments.text(2));
    const std::size_t most = discv5::Limits{}.talk_bytes_max;
    if (!request) {
        arguments.fail(Code::invalid_parameter, "A request is given in hexadecimal digits");
    } else if (protocol.size() + request->size() > most) {
        arguments.fail(Code::invalid_parameter, "Protocol and request have at most " +
                                                    std::to_string(most) + " bytes together");
    }
    if (!context.overlay().discovery())
        arguments.fail(Code::misc, "Discovery is off (--no-discovery or --plain)");
    else if (!node)
        arguments.fail(Code::invalid_parameter, node.error());
    else if ((*node)->id() == context.overlay().identity().id)
        arguments.fail(Code::invalid_parameter, "This is our own node");
    if (arguments.failed()) return reply(arguments.failure());
    const bool asked = context.overlay().talk(
        *node, Bytes(protocol.begin(), protocol.end()), *request,
        [reply, id = (*node)->id()](const std::optional<Bytes>& response) {
            JsonWriter out;
            out.begin_object().field("nodeid", to_string(id)).key("response");
            response ? out.value(hex(*response)) : out.null();
            out.end_object();
            reply(out.take());
        });
    if (!asked) reply(rpc::failure(Code::misc, "Too many requests at a time; try again"));
}

// ---- exportoverlay ----

// The nodes that we know and how: each once, edges after their nodes.
class Graph {
public:
    void node(const p2p::NodeId& id, const std::optional<p2p::Endpoint>& address) {
        if (!nodes_.insert(id).second) return;
        nodes_json_.begin_object().field("nodeid", to_string(id));
        write_endpoint(nodes_json_, "address", address);
        nodes_json_.end_object();
    }
    void edge(const p2p::NodeId& from, const p2p::NodeId& to, std::string_view kind) {
        edges_json_.begin_object().field("from", to_string(from)).field("to", to_string(to));
        edges_json_.field("kind", kind).end_object();
    }
    Graph() {
        nodes_json_.begin_array();
        edges_json_.begin_array();
    }
    std::string json(const p2p::NodeId& own) {
        JsonWriter out;
        out.begin_object().field("nodeid", to_string(own));
        out.key("nodes").raw(nodes_json_.end_array().take());
        out.key("edges").raw(edges_json_.end_array().take()).end_object();
        return out.take();
    }

private:
    std::set<p2p::NodeId> nodes_;
    JsonWriter nodes_json_, edges_json_;
};

void exportoverlay(Context& context, Arguments, Reply reply) {
    const OverlayView& overlay = context.overlay();
    const p2p::NodeId own = overlay.identity().id;
    Graph graph;
    graph.node(own, overlay.record() ? overlay.record()->udp() : std::nullopt);
    for (const p2p::PeerView& peer : context.gossip().peers()) {
        if (!peer.node) continue;
        const bool inbound = peer.direction == p2p::Direction::inbound;
        graph.node(*peer.node, peer.record ? peer.record->udp() : std::nullopt);
        graph.edge(inbound ? *peer.node : own, inbound ? own : *peer.node, "connection");
    }
    for (const discv5::BucketView& bucket : overlay.buckets()) {
        for (const discv5::TableNode& node : bucket.nodes) {
            graph.node(node.record->id(), node.address);
            graph.edge(own, node.record->id(), "table");
        }
    }
    reply(graph.json(own));
}

}  // namespace

std::vector<Method> overlay_methods() {
    return {
        {"overlay",
         "exportoverlay",
         {},
         "The nodes that this node knows, and edges: \"connection\" from who dialled, \"table\" to "
         "the nodes of our table.",
         exportoverlay},
        {"overlay",
         "getoverlayinfo",
         {},
         "Our identity and record, the buckets of discovery's table, and its figures.",
         getoverlayinfo},
        {"overlay",
         "overlaylookup",
         {{"nodeid", true}},
         "Looks for the nodes nearest to a node id, and tells each question: who was asked on "
         "which "
         "of the disjoint paths, what it gave and how long it took.",
         overlaylookup},
        {"overlay",
         "overlaytalk",
         {{"node", true}, {"protocol", true}, {"request"}},
         "Sends a node of the table, or of a record (enr:), a TALKREQ of a protocol; the request "
         "and the response are hexadecimal, a response of null means that none came.",
         overlaytalk},
    };
}

}  // namespace starling::node
