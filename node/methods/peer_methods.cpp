#include "consensus/hex.h"
#include "node/methods/chain_view.h"
#include "node/methods/json_time.h"
#include "node/methods/services.h"
#include "node/methods/topics.h"
#include "node/rpc/json_writer.h"

namespace starling::node {

namespace {

using rpc::Arguments;
using rpc::JsonWriter;

std::string_view connection_type(const p2p::PeerView& peer) {
    if (peer.direction == p2p::Direction::inbound) return "inbound";
    return peer.manual ? "manual" : to_string(peer.kind);
}

// What the peer's text says, in the characters that Bitcoin Core lets through.
std::string printable(std::string_view text) {
    constexpr std::string_view kSafe = " .,;-_/:?@()";
    std::string out;
    for (const char c : text) {
        const bool word =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (word || kSafe.find(c) != std::string_view::npos) out += c;
    }
    return out;
}

void write_chain(JsonWriter& out, const p2p::PeerView& peer) {
    out.field("startingheight", peer.start_height).field("presynced_headers", -1);
    out.field("synced_headers", peer.best_known == nullptr ? -1 : peer.best_known->height.value);
    out.field("synced_blocks", peer.last_common == nullptr ? -1 : peer.last_common->height.value);
    out.key("inflight").begin_array();
    for (const Height height : peer.in_flight)
        out.value(height.value);
    out.end_array();
}

// Whom the link proved; nothing over plain links.
void write_node(JsonWriter& out, const p2p::PeerView& peer) {
    if (peer.node) out.field("nodeid", to_string(*peer.node));
    if (peer.key) out.field("pubkey", hex(*peer.key));
    if (peer.record) out.field("record", peer.record->text());
    if (peer.mapped_as != 0) out.field("mapped_as", peer.mapped_as);
    out.field("netgroup", peer.netgroup).field("origin", peer.found);
}

void write_peer(JsonWriter& out, const p2p::PeerView& peer) {
    out.begin_object().field("id", peer.id.value).field("addr", to_string(peer.address));
    out.field("network", peer.address.is_ipv4() ? "ipv4" : "ipv6");
    write_node(out, peer);
    write_services(out, "services", "servicesnames", peer.services);
    out.field("relaytxes", peer.relays_transactions);
    out.field("lastsend", seconds_of(peer.last_sent));
    out.field("lastrecv", seconds_of(peer.last_received));
    out.field("last_transaction", seconds_of(peer.last_transaction));
    out.field("last_block", seconds_of(peer.last_block));
    out.field("bytessent", peer.bytes_sent).field("bytesrecv", peer.bytes_received);
    out.field("conntime", seconds_of(peer.connected));
    out.field("timeoffset", peer.clock_offset ? peer.clock_offset->count() / 1'000 : 0);
    if (peer.ping) out.field("pingtime", seconds(*peer.ping));
    if (peer.ping_min) out.field("minping", seconds(*peer.ping_min));
    if (peer.ping_wait) out.field("pingwait", seconds(*peer.ping_wait));
    out.field("version", peer.version).field("subver", printable(peer.user_agent));
    out.field("inbound", peer.direction == p2p::Direction::inbound);
    out.field("bip152_hb_to", false).field("bip152_hb_from", false);
    write_chain(out, peer);
    out.key("permissions").begin_array().end_array();
    out.field("minfeefilter", peer.fee_filter.fee_for(1'000));
    out.field("connection_type", connection_type(peer));
    out.field("transport_protocol_type", peer.key ? "bolt8" : "plain");
    out.field("session_id", "").end_object();
}

void getpeerinfo(Context& context, Arguments, Reply reply) {
    JsonWriter out;
    out.begin_array();
    for (const p2p::PeerView& peer : context.gossip().peers())
        write_peer(out, peer);
    out.end_array();
    reply(out.take());
}

void getconnectioncount(Context& context, Arguments, Reply reply) {
    reply(std::to_string(context.gossip().peers().size()));
}

}  // namespace

std::vector<Method> peer_methods() {
    return {
        {"network", "getconnectioncount", {}, "How many peers there are.", getconnectioncount},
        {"network", "getpeerinfo", {}, "What is known of each peer.", getpeerinfo},
    };
}

}  // namespace starling::node
