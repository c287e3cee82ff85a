#include "node/methods/topics.h"
#include "node/rpc/json_writer.h"

#include <utility>

namespace starling::node {

namespace {

using rpc::Arguments;
using rpc::Code;

void setban(Context& context, Arguments arguments, Reply reply) {
    const std::string whom = arguments.text(0);
    const std::string command = arguments.text(1);
    if (command != "add" && command != "remove")
        arguments.fail(Code::misc, "The command is one of add and remove");
    const auto node = p2p::parse_node_id(whom);
    if (!node)
        arguments.fail(Code::invalid_ip_or_subnet,
                       "Error: a node id of 64 hexadecimal digits is banned, not an address: over "
                       "encrypted links a node is known by its key");
    if (arguments.failed()) return reply(arguments.failure());
    const bool banned = context.gossip().refused_nodes().contains(*node);
    if (command == "add" && banned)
        return reply(rpc::failure(Code::node_already_added, "Error: Node already banned"));
    if (command == "remove" && !banned)
        return reply(rpc::failure(Code::invalid_ip_or_subnet,
                                  "Error: Unban failed. Requested node was not banned."));
    context.tell_gossip(p2p::NodeRefused{*node, command == "add"});
    if (command == "add" && !context.gossip().refused_nodes().contains(*node))
        return reply(rpc::failure(Code::misc, "Error: too many nodes are banned"));
    reply(std::string("null"));
}

void listbanned(Context& context, Arguments, Reply reply) {
    rpc::JsonWriter out;
    out.begin_array();
    for (const p2p::NodeId& node : context.gossip().refused_nodes())
        out.begin_object().field("nodeid", to_string(node)).end_object();
    out.end_array();
    reply(out.take());
}

void clearbanned(Context& context, Arguments, Reply reply) {
    for (const p2p::NodeId& node : context.gossip().refused_nodes())
        context.tell_gossip(p2p::NodeRefused{node, false});
    reply(std::string("null"));
}

}  // namespace

std::vector<Method> ban_methods() {
    return {
        {"network", "clearbanned", {}, "Lifts all bans.", clearbanned},
        {"network", "listbanned", {}, "The banned node ids.", listbanned},
        {"network",
         "setban",
         {{"nodeid", true}, {"command", true}},
         "Bans a node by its id (\"add\"), in both directions and until the daemon ends, or lifts "
         "its ban (\"remove\").",
         setban},
    };
}

}  // namespace starling::node
