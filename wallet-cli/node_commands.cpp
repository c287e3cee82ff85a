#include "wallet-cli/node_commands.h"

#include "node/rpc/cli_conversion.h"
#include "node/rpc/json_writer.h"
#include "wallet-cli/json_fields.h"
#include "wallet-cli/output.h"

#include <chrono>
#include <iostream>
#include <thread>

namespace starling::wallet {

namespace {

using Type = rpc::JsonValue::Type;

// JSON as bitcoin-cli prints it: two spaces an indent.
void print_indented(const rpc::JsonValue& value, std::size_t depth, std::string& out) {
    const bool object = value.is(Type::object);
    if (!object && !value.is(Type::array)) {
        out += rpc::to_text(value);
        return;
    }
    const std::size_t count = object ? value.members.size() : value.items.size();
    out += object ? "{\n" : "[\n";
    for (std::size_t i = 0; i < count; ++i) {
        out += std::string(2 * depth + 2, ' ');
        if (object) out += rpc::quoted(value.members[i].name) + ": ";
        print_indented(object ? value.members[i].value : value.items[i], depth + 1, out);
        out += i + 1 < count ? ",\n" : "\n";
    }
    out += std::string(2 * depth, ' ') + (object ? '}' : ']');
}

std::string indented(const rpc::JsonValue& value) {
    std::string out;
    print_indented(value, 0, out);
    return out;
}

}  // namespace

int rpc_command(const Session& session,
                const std::string& method,
                const std::vector<std::string>& words,
                bool named) {
    const auto parameters = rpc::cli_parameters(method, words, named);
    if (!parameters) throw CommandFailure(parameters.error(), Exit::usage);
    try {
        const rpc::JsonValue result = session.client().call(method, rpc::to_text(*parameters));
        if (result.is(Type::string)) {
            say(result.text);
        } else if (!result.is(Type::null)) {
            say(session.json() ? rpc::to_text(result) : indented(result));
        }
        return 0;
    } catch (const RpcRefusal& refusal) {
        std::cerr << "error code: " << refusal.code << "\nerror message:\n"
                  << refusal.what() << '\n';
        return std::abs(refusal.code) & 0xff;
    }
}

void chain_tips(const Session& session) {
    const rpc::JsonValue tips = session.client().call("getchaintips");
    if (session.json()) return say(rpc::to_text(tips));
    Table table({"height", "branch", "status", "block"});
    for (const rpc::JsonValue& tip : tips.items) {
        table.add({std::to_string(integer_field(tip, "height")),
                   std::to_string(integer_field(tip, "branchlen")), text_field(tip, "status"),
                   text_field(tip, "hash")});
    }
    std::cout << table.text();
}

void tx_watch(const Session& session, const std::string& txid, int confirmations) {
    constexpr std::chrono::milliseconds kInterval{300};
    // A transaction that was just sent somewhere else takes a moment to come here.
    constexpr int kUnknownMax = 100;
    const RpcClient node = session.client();
    std::string last;
    for (int unknown = 0; unknown < kUnknownMax;) {
        std::string now = "waiting: this node does not know it yet";
        std::int64_t depth = -1;
        try {
            const rpc::JsonValue tx =
                node.call("getrawtransaction", "[" + rpc::quoted(txid) + ",true]");
            const rpc::JsonValue* count = tx.find("confirmations");
            depth = count != nullptr ? count->integer().value_or(0) : 0;
            now = depth <= 0
                      ? "in the pool of this node"
                      : "in block " + text_field(tx, "blockhash") + ", " + std::to_string(depth) +
                            (depth == 1 ? " confirmation" : " confirmations");
        } catch (const RpcRefusal& refusal) {
            constexpr int kUnknownTransaction = -5;
            if (refusal.code != kUnknownTransaction) throw;
            ++unknown;
        }
        if (now != last) {
            rpc::JsonWriter out;
            out.begin_object().field("txid", txid).field("confirmations", depth).end_object();
            say(session.json() ? out.take() : now);
            last = now;
        }
        if (depth >= confirmations) return;
        std::this_thread::sleep_for(kInterval);
    }
    throw CommandFailure("no such transaction in this node's pool or chain");
}

}  // namespace starling::wallet
