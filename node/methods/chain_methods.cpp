#include "node/methods/chain_view.h"
#include "node/methods/topics.h"
#include "node/methods/warnings.h"
#include "node/rpc/json_writer.h"

#include <algorithm>

namespace starling::node {

namespace {

using rpc::Arguments;
using rpc::Code;
using rpc::JsonWriter;

void getblockcount(Context& context, Arguments, Reply reply) {
    reply(std::to_string(tip_of(context)->height.value));
}

void getbestblockhash(Context& context, Arguments, Reply reply) {
    reply(rpc::quoted(to_string(tip_of(context)->hash)));
}

void getblockhash(Context& context, Arguments arguments, Reply reply) {
    const std::int64_t height = arguments.integer(0);
    if (arguments.failed()) return reply(arguments.failure());
    const HeaderNode* tip = tip_of(context);
    if (height < 0 || height > tip->height.value)
        return reply(rpc::failure(Code::invalid_parameter, "Block height out of range"));
    const HeaderNode* node = ancestor(tip, Height{static_cast<std::int32_t>(height)});
    reply(rpc::quoted(to_string(node->hash)));
}

void getdifficulty(Context& context, Arguments, Reply reply) {
    reply(JsonWriter().value(rpc::difficulty(tip_of(context)->header.bits)).take());
}

void getblockchaininfo(Context& context, Arguments, Reply reply) {
    const HeaderNode* tip = tip_of(context);
    const HeaderNode* best = chain_of(context).tree().best_header();
    const int headers = std::max(best->height.value, tip->height.value);
    const double progress = (tip->height.value + 1.0) / (headers + 1.0);
    JsonWriter out;
    out.begin_object().field("chain", context.parameters().name);
    out.field("blocks", tip->height.value).field("headers", headers);
    out.field("bestblockhash", to_string(tip->hash));
    out.field("bits", rpc::bits_hex(tip->header.bits));
    out.field("target", rpc::target_hex(tip->header.bits));
    out.field("difficulty", rpc::difficulty(tip->header.bits)).field("time", tip->header.time);
    out.field("mediantime", median_time_past(tip)).field("verificationprogress", progress);
    out.field("initialblockdownload", context.gossip().initial_download());
    out.field("chainwork", to_string(tip->work)).field("pruned", false);
    write_warnings(out, context);
    out.end_object();
    reply(out.take());
}

std::string_view tip_status(const Context& context, const HeaderNode* node) {
    const chain::BlockTree::Entry& entry = chain_of(context).tree().entry(node);
    if (is_active(context, node)) return "active";
    if (entry.invalid) return "invalid";
    if (!entry.linked) return "headers-only";
    return entry.fully_valid ? "valid-fork" : "valid-headers";
}

void getchaintips(Context& context, Arguments, Reply reply) {
    const HeaderNode* tip = tip_of(context);
    std::vector<const HeaderNode*> tips = chain_of(context).tree().tips();
    if (std::ranges::find(tips, tip) == tips.end()) tips.push_back(tip);
    std::ranges::stable_sort(
        tips, [](const HeaderNode* a, const HeaderNode* b) { return a->height > b->height; });
    JsonWriter out;
    out.begin_array();
    for (const HeaderNode* node : tips) {
        out.begin_object().field("height", node->height.value).field("hash", to_string(node->hash));
        out.field("branchlen", node->height - fork_point(node, tip)->height);
        out.field("status", tip_status(context, node)).end_object();
    }
    out.end_array();
    reply(out.take());
}

void getindexinfo(Context& context, Arguments arguments, Reply reply) {
    const std::string name = arguments.text(0);
    if (arguments.failed()) return reply(arguments.failure());
    JsonWriter out;
    out.begin_object();
    if (context.store().has_transaction_index() && (name.empty() || name == "txindex")) {
        out.key("txindex").begin_object().field("synced", true);
        out.field("best_block_height", chain_of(context).committed_tip()->height.value);
        out.end_object();
    }
    out.end_object();
    reply(out.take());
}

void getdeploymentinfo(Context& context, Arguments arguments, Reply reply) {
    const bool given = arguments.at(0) != nullptr;
    const auto hash = given ? arguments.digest<BlockHash>(0) : tip_of(context)->hash;
    if (arguments.failed()) return reply(arguments.failure());
    const HeaderNode* node = chain_of(context).tree().find(hash);
    if (node == nullptr) return reply(block_not_found());
    JsonWriter out;
    out.begin_object().field("hash", to_string(hash)).field("height", node->height.value);
    out.key("deployments").begin_object();
    const auto buried = [&](std::string_view name, int height) {
        out.key(name).begin_object().field("type", "buried").field("active", true);
        out.field("height", height).end_object();
    };
    for (const std::string_view name : {"bip34", "bip66", "bip65", "csv", "segwit", "taproot"})
        buried(name, 0);
    if (context.parameters().bip54) buried("bip54", 1);
    out.end_object().end_object();
    reply(out.take());
}

// Both orders of a person about one block end in null or in what went wrong.
template <class Order>
void mark_block(Context& context, Arguments arguments, const Reply& reply) {
    const auto hash = arguments.digest<BlockHash>(0);
    if (arguments.failed()) return reply(arguments.failure());
    const HeaderNode* node = chain_of(context).tree().find(hash);
    if (node == nullptr) return reply(block_not_found());
    context.submit(Order{{}, hash}, [reply](const chain::Decided& decided) {
        if (decided.reject) return reply(rpc::failure(Code::database, describe(*decided.reject)));
        reply(std::string("null"));
    });
}

void invalidateblock(Context& context, Arguments arguments, Reply reply) {
    mark_block<chain::Invalidated>(context, std::move(arguments), reply);
}

void reconsiderblock(Context& context, Arguments arguments, Reply reply) {
    mark_block<chain::Reconsidered>(context, std::move(arguments), reply);
}

}  // namespace

std::vector<Method> chain_methods() {
    return {
        {"blockchain", "getbestblockhash", {}, "The hash of the tip.", getbestblockhash},
        {"blockchain", "getblockchaininfo", {}, "The state of the chain.", getblockchaininfo},
        {"blockchain", "getblockcount", {}, "The height of the tip.", getblockcount},
        {"blockchain",
         "getblockhash",
         {{"height", true}},
         "The hash of the block at a height of the chain.",
         getblockhash},
        {"blockchain",
         "getchaintips",
         {},
         "The ends of all branches that are known, with their length and state.",
         getchaintips},
        {"blockchain",
         "getdeploymentinfo",
         {{"blockhash"}},
         "The rules that were added to the first ledgers of this form, and where they begin.",
         getdeploymentinfo},
        {"blockchain",
         "getdifficulty",
         {},
         "How many times harder than Bitcoin's easiest target the tip was.",
         getdifficulty},
        {"blockchain",
         "getindexinfo",
         {{"index_name"}},
         "The indexes that are kept.",
         getindexinfo},
        {"blockchain",
         "invalidateblock",
         {{"blockhash", true}},
         "Marks a block as invalid, as if it broke a rule. The chain leaves it.",
         invalidateblock},
        {"blockchain",
         "reconsiderblock",
         {{"blockhash", true}},
         "Takes back the marks of invalid blocks on a block, its ancestors and its descendants.",
         reconsiderblock},
    };
}

}  // namespace starling::node
