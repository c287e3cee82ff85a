#include "wallet-cli/overlay_commands.h"

#include "node/rpc/json_writer.h"
#include "wallet-cli/json_fields.h"
#include "wallet-cli/output.h"
#include "wallet-cli/overlay_view.h"

#include <ctime>
#include <iostream>
#include <set>

namespace starling::wallet {

namespace {

constexpr std::size_t kIdDigits = 64;

// Tables show the first digits of node ids; people type what they see.
std::string whole_id(const RpcClient& node, const std::string& digits) {
    if (digits.size() >= kIdDigits) return digits;
    std::set<std::string> fitting;
    const auto consider = [&](const rpc::JsonValue& one) {
        const auto id = optional_text(one, "nodeid");
        if (id && id->starts_with(digits)) fitting.insert(*id);
    };
    const rpc::JsonValue table = node.call("getoverlayinfo");
    consider(table);
    for (const rpc::JsonValue& bucket : array_field(table, "buckets"))
        for (const rpc::JsonValue& one : array_field(bucket, "nodes"))
            consider(one);
    for (const rpc::JsonValue& peer : node.call("getpeerinfo").items)
        consider(peer);
    if (fitting.empty()) throw CommandFailure("this node knows no node id that begins so");
    if (fitting.size() > 1)
        throw CommandFailure("several node ids begin so; type more digits", Exit::usage);
    return *fitting.begin();
}

}  // namespace

void peers(const Session& session) {
    const RpcClient client = session.client();
    const rpc::JsonValue list = client.call("getpeerinfo");
    if (session.json()) return say(rpc::to_text(list));
    std::cout << peers_text(list, std::time(nullptr));
    std::cout << eclipse_text(client.call("getnetworkinfo"));
}

void overlay(const Session& session) {
    const rpc::JsonValue info = session.client().call("getoverlayinfo");
    if (session.json()) return say(rpc::to_text(info));
    std::cout << overlay_text(info, std::time(nullptr));
}

void overlay_lookup(const Session& session, const std::string& node) {
    const RpcClient client = session.client();
    const std::string id = whole_id(client, node);
    const rpc::JsonValue report = client.call("overlaylookup", "[" + rpc::quoted(id) + "]");
    if (session.json()) return say(rpc::to_text(report));
    std::cout << lookup_text(report);
}

void overlay_export(const Session& session, bool dot) {
    const rpc::JsonValue graph = session.client().call("exportoverlay");
    if (session.json() || !dot) return say(rpc::to_text(graph));
    std::cout << dot_text(graph);
}

}  // namespace starling::wallet
