#include "node/methods/chain_view.h"
#include "node/methods/json_eclipse.h"
#include "node/methods/services.h"
#include "node/methods/topics.h"
#include "node/methods/warnings.h"
#include "node/rpc/json_writer.h"
#include "p2p/messages/version.h"
#include "p2p/peer_address.h"

#include <algorithm>
#include <charconv>

namespace starling::node {

namespace {

using rpc::Arguments;
using rpc::Code;
using rpc::JsonWriter;

// "0.1.0" as Bitcoin Core counts: 10,000 for a major version, 100 for a minor one.
int version_number() {
    std::string_view text = STARLING_VERSION;
    int number = 0;
    for (int part = 0; part < 3; ++part) {
        int value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        number = number * 100 + (error == std::errc{} ? value : 0);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        if (!text.empty()) text.remove_prefix(1);
    }
    return number;
}

void write_networks(JsonWriter& out) {
    out.key("networks").begin_array();
    for (const std::string_view name : {"ipv4", "ipv6"}) {
        out.begin_object().field("name", name).field("limited", false);
        out.field("reachable", true).field("proxy", "");
        out.field("proxy_randomize_credentials", false).end_object();
    }
    out.end_array();
}

// What our record tells others.
void write_local_addresses(JsonWriter& out, const OverlayView& overlay) {
    const Shared<p2p::Record> record = overlay.record();
    out.key("localaddresses").begin_array();
    if (record != nullptr) {
        for (const auto& tcp : {record->fields().tcp, record->fields().tcp6}) {
            if (!tcp) continue;
            std::string host = to_string(p2p::Endpoint{tcp->address, 0});
            host.resize(host.rfind(':'));
            out.begin_object().field("address", host).field("port", tcp->port);
            out.field("score", 1).end_object();
        }
    }
    out.end_array();
}

void getnetworkinfo(Context& context, Arguments, Reply reply) {
    const auto peers = context.gossip().peers();
    const auto inbound =
        std::ranges::count(peers, p2p::Direction::inbound, &p2p::PeerView::direction);
    const Amount floor = context.ledger().pool().limits().floor.fee_for(1'000);
    JsonWriter out;
    out.begin_object().field("version", version_number());
    out.field("subversion", context.user_agent()).field("protocolversion", p2p::kProtocolVersion);
    write_services(out, "localservices", "localservicesnames", kOwnServices);
    out.field("nodeid", to_string(context.overlay().identity().id));
    out.field("localrelay", true).field("timeoffset", 0);
    out.field("networkactive", context.gossip().network_active());
    out.field("connections", peers.size()).field("connections_in", inbound);
    out.field("connections_out", static_cast<std::ptrdiff_t>(peers.size()) - inbound);
    write_networks(out);
    out.field("relayfee", floor).field("incrementalfee", floor);
    write_local_addresses(out, context.overlay());
    write_eclipse(out, context.overlay().eclipse());
    write_warnings(out, context);
    out.end_object();
    reply(out.take());
}

// To remove a peer its address is enough.
Result<p2p::PeerAddress, std::string> removed(const std::string& node,
                                              const Parameters& parameters,
                                              p2p::LinkKind links) {
    if (const auto address = p2p::parse_endpoint(node, parameters.p2p_port))
        return p2p::PeerAddress{*address, std::nullopt};
    return parse_peer_address(node, parameters, links);
}

void addnode(Context& context, Arguments arguments, Reply reply) {
    const std::string node = arguments.text(0);
    const std::string command = arguments.text(1);
    arguments.flag(2);
    if (command != "add" && command != "remove" && command != "onetry")
        arguments.fail(Code::misc, "The command is one of add, remove and onetry");
    const auto links = context.overlay().plain() ? p2p::LinkKind::plain : p2p::LinkKind::encrypted;
    const auto peer = command == "remove" ? removed(node, context.parameters(), links)
                                          : parse_peer_address(node, context.parameters(), links);
    if (!peer) arguments.fail(Code::invalid_parameter, peer.error());
    if (arguments.failed()) return reply(arguments.failure());
    const bool given = context.gossip().given().contains(peer->address);
    if (command == "add" && given)
        return reply(rpc::failure(Code::node_already_added, "Error: Node already added"));
    if (command == "remove" && !given)
        return reply(rpc::failure(Code::node_not_added,
                                  "Error: Node could not be removed. It has not been added "
                                  "previously."));
    if (command == "remove") {
        context.tell_gossip(p2p::PeerRemoved{peer->address});
    } else {
        context.tell_gossip(p2p::PeerAdded{peer->address, command == "add", peer->key});
    }
    reply(std::string("null"));
}

void disconnectnode(Context& context, Arguments arguments, Reply reply) {
    const std::string address = arguments.text(0);
    const bool by_id = arguments.at(1) != nullptr;
    const std::int64_t id = arguments.integer(1, -1);
    if (by_id == !address.empty())
        arguments.fail(Code::invalid_params, "Only one of address and nodeid should be provided.");
    if (arguments.failed()) return reply(arguments.failure());
    for (const p2p::PeerView& peer : context.gossip().peers()) {
        const bool meant =
            by_id ? std::cmp_equal(peer.id.value, id) : to_string(peer.address) == address;
        if (!meant) continue;
        context.tell_gossip(p2p::DisconnectAsked{peer.id});
        return reply(std::string("null"));
    }
    reply(rpc::failure(Code::node_not_connected, "Node not found in connected nodes"));
}

void setnetworkactive(Context& context, Arguments arguments, Reply reply) {
    const bool active = arguments.flag(0);
    if (arguments.failed()) return reply(arguments.failure());
    context.tell_gossip(p2p::NetworkActive{active});
    reply(std::string(context.gossip().network_active() ? "true" : "false"));
}

}  // namespace

std::vector<Method> network_methods() {
    return {
        {"network",
         "addnode",
         {{"node", true}, {"command", true}, {"v2transport"}},
         "Dials a peer, KEY@HOST:PORT or its record enr:... (over plain links HOST:PORT): \"add\" "
         "again and again, \"onetry\" once; \"remove\" forgets an added one.",
         addnode},
        {"network",
         "disconnectnode",
         {{"address"}, {"nodeid"}},
         "Ends the connection to a peer, named by its address or its id of getpeerinfo.",
         disconnectnode},
        {"network", "getnetworkinfo", {}, "This node among others.", getnetworkinfo},
        {"network",
         "setnetworkactive",
         {{"state", true}},
         "Switches all connections off, or on again.",
         setnetworkactive},
    };
}

}  // namespace starling::node
