#include "node/methods/chain_view.h"
#include "node/methods/topics.h"
#include "node/rpc/json_writer.h"

#include <algorithm>

namespace starling::node {

namespace {

using rpc::Arguments;
using rpc::Code;
using rpc::JsonWriter;

// What Bitcoin Core calls a fee rate: the fee for 1,000 virtual bytes.
Amount per_kvb(const mempool::FeeRate& rate) {
    return rate.fee_for(1'000);
}

void write_ids(JsonWriter& out, std::string_view name, const std::vector<Txid>& ids) {
    out.key(name).begin_array();
    for (const Txid& txid : ids)
        out.value(to_string(txid));
    out.end_array();
}

void write_entry(JsonWriter& out, const mempool::EntryView& view) {
    const mempool::PoolEntry& entry = *view.entry;
    const Transaction& tx = *entry.transaction;
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(entry.entered.time_since_epoch());
    out.begin_object().field("vsize", tx.virtual_size()).field("weight", tx.weight());
    out.field("time", seconds.count()).field("height", entry.entry_height.value);
    out.field("descendantcount", view.descendants).field("descendantsize", view.descendant_size);
    out.field("ancestorcount", view.ancestors).field("ancestorsize", view.ancestor_size);
    out.field("chunkweight", view.chunk.size * 4).field("wtxid", to_string(tx.wtxid()));
    out.key("fees").begin_object().field("base", entry.fee).field("modified", entry.fee);
    out.field("ancestor", view.ancestor_fees).field("descendant", view.descendant_fees);
    out.field("chunk", view.chunk.fee).end_object();
    write_ids(out, "depends", view.parents);
    write_ids(out, "spentby", view.children);
    out.field("bip125-replaceable", false).end_object();
}

std::string verbose_pool(const mempool::Pool& pool) {
    JsonWriter out;
    out.begin_object();
    for (const auto& entry : pool.entries()) {
        const Txid& txid = entry->transaction->txid();
        out.key(to_string(txid));
        write_entry(out, *pool.view(txid));
    }
    out.end_object();
    return out.take();
}

void getrawmempool(Context& context, Arguments arguments, Reply reply) {
    const bool verbose = arguments.flag(0);
    if (arguments.flag(1))
        arguments.fail(Code::invalid_parameter, "The mempool sequence is not kept by this node.");
    if (arguments.failed()) return reply(arguments.failure());
    const mempool::Pool& pool = context.ledger().pool();
    if (verbose) return reply(verbose_pool(pool));
    answer_by_job(context, std::move(reply), [entries = pool.entries()]() -> rpc::Outcome {
        JsonWriter out;
        out.begin_array();
        for (const auto& entry : entries)
            out.value(to_string(entry->transaction->txid()));
        out.end_array();
        return out.take();
    });
}

void getmempoolentry(Context& context, Arguments arguments, Reply reply) {
    const auto txid = arguments.digest<Txid>(0);
    if (arguments.failed()) return reply(arguments.failure());
    const auto view = context.ledger().pool().view(txid);
    if (!view)
        return reply(rpc::failure(Code::invalid_address_or_key, "Transaction not in mempool"));
    JsonWriter out;
    write_entry(out, *view);
    reply(out.take());
}

void getmempoolinfo(Context& context, Arguments, Reply reply) {
    const mempool::Pool& pool = context.ledger().pool();
    const mempool::PoolLimits& limits = pool.limits();
    JsonWriter out;
    out.begin_object().field("loaded", true).field("size", pool.size());
    out.field("bytes", pool.virtual_bytes()).field("usage", pool.memory_bytes());
    out.field("total_fee", pool.total_fees()).field("maxmempool", limits.bytes_max);
    out.field("mempoolminfee", per_kvb(pool.minimum(context.now())));
    out.field("minrelaytxfee", per_kvb(limits.floor));
    out.field("incrementalrelayfee", per_kvb(limits.floor));
    out.field("unbroadcastcount", 0).field("fullrbf", false);
    out.field("limitclustercount", limits.cluster_transactions_max);
    out.field("limitclustersize", limits.cluster_size_max).end_object();
    reply(out.take());
}

void estimatesmartfee(Context& context, Arguments arguments, Reply reply) {
    constexpr std::int64_t kTargetMax = 1'008;
    const std::int64_t target = arguments.integer(0);
    const std::string mode = arguments.text(1, "economical");
    if (target < 1 || target > kTargetMax)
        arguments.fail(Code::invalid_parameter, "Invalid conf_target, must be between 1 and 1008");
    std::string lower = mode;
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (lower != "economical" && lower != "conservative" && lower != "unset")
        arguments.fail(Code::invalid_parameter,
                       "Invalid estimate_mode parameter, must be one of: \"unset\", "
                       "\"economical\", \"conservative\"");
    if (arguments.failed()) return reply(arguments.failure());
    const mempool::Pool& pool = context.ledger().pool();
    const Amount rate =
        std::max(per_kvb(pool.minimum(context.now())), per_kvb(pool.limits().floor));
    JsonWriter out;
    out.begin_object().field("feerate", rate).field("blocks", target).end_object();
    reply(out.take());
}

}  // namespace

std::vector<Method> pool_methods() {
    return {
        {"util",
         "estimatesmartfee",
         {{"conf_target", true}, {"estimate_mode"}},
         "A fee rate for 1,000 virtual bytes with which a transaction should be mined: the least "
         "one that the pool takes now.",
         estimatesmartfee},
        {"blockchain",
         "getmempoolentry",
         {{"txid", true}},
         "What the pool knows of one of its transactions.",
         getmempoolentry},
        {"blockchain", "getmempoolinfo", {}, "Size and limits of the pool.", getmempoolinfo},
        {"blockchain",
         "getrawmempool",
         {{"verbose"}, {"mempool_sequence"}},
         "The ids of the pool's transactions, or with true all that is known of them.",
         getrawmempool},
    };
}

}  // namespace starling::node
