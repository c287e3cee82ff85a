#include "consensus/difficulty.h"
#include "consensus/hex.h"
#include "consensus/sigops.h"
#include "mempool/block_template.h"
#include "node/methods/chain_view.h"
#include "node/methods/proposal.h"
#include "node/methods/topics.h"
#include "node/rpc/json_writer.h"

#include <algorithm>
#include <map>

namespace starling::node {

namespace {

using rpc::Arguments;
using rpc::Code;
using rpc::JsonValue;
using rpc::JsonWriter;

// As long as Bitcoin Core waits before it looks for new transactions.
constexpr Duration kLongPoll = std::chrono::minutes{1};
constexpr std::uint32_t kVersion = 0x2000'0000;  // BIP 9 with no bits set

using Body = std::vector<Shared<mempool::PoolEntry>>;

void write_transaction(JsonWriter& out,
                       const mempool::PoolEntry& entry,
                       const std::map<Txid, std::size_t>& numbers) {
    const Transaction& tx = *entry.transaction;
    out.begin_object().field("data", hex(serialized(tx.data())));
    out.field("txid", to_string(tx.txid())).field("hash", to_string(tx.wtxid()));
    out.key("depends").begin_array();
    for (const TxIn& input : tx.inputs()) {
        const auto it = numbers.find(input.previous.txid);
        if (it != numbers.end()) out.value(it->second);
    }
    out.end_array().field("fee", entry.fee.units);
    out.field("sigops", legacy_sigops(tx.data()) * 4).field("weight", tx.weight()).end_object();
}

void write_transactions(JsonWriter& out, const Body& body) {
    std::map<Txid, std::size_t> numbers;  // counted from 1
    out.key("transactions").begin_array();
    for (const auto& entry : body) {
        write_transaction(out, *entry, numbers);
        numbers.emplace(entry->transaction->txid(), numbers.size() + 1);
    }
    out.end_array();
}

void write_names(JsonWriter& out,
                 std::string_view key,
                 std::initializer_list<std::string_view> names) {
    out.key(key).begin_array();
    for (const std::string_view name : names)
        out.value(name);
    out.end_array();
}

// What a template is made from, all of it immutable.
struct Draft {
    const HeaderNode* tip = nullptr;
    Body body;
    std::int64_t now = 0;  // seconds
    std::string long_poll_id;
};

Bytes commitment_of(const Draft& draft, const Parameters& parameters) {
    std::vector<Shared<Transaction>> transactions;
    for (const auto& entry : draft.body)
        transactions.push_back(entry->transaction);
    const TransactionData coinbase =
        mempool::coinbase_after(*draft.tip, transactions, {}, parameters);
    return coinbase.outputs.back().script_pubkey;
}

std::string template_text(const Draft& draft, const Parameters& parameters) {
    const HeaderNode& tip = *draft.tip;
    const Height height = tip.height + 1;
    const std::uint32_t bits = next_bits(tip, parameters);
    const std::int64_t min_time = std::int64_t{median_time_past(&tip)} + 1;
    const Amount value = subsidy(height, parameters) + mempool::fees_of(draft.body);
    JsonWriter out;
    out.begin_object();
    write_names(out, "capabilities", {"proposal"});
    out.field("version", kVersion);
    write_names(out, "rules", {"csv", "!segwit", "taproot"});
    out.key("vbavailable").begin_object().end_object().field("vbrequired", 0);
    out.field("previousblockhash", to_string(tip.hash));
    write_transactions(out, draft.body);
    out.key("coinbaseaux").begin_object().end_object().field("coinbasevalue", value.units);
    out.field("longpollid", draft.long_poll_id).field("target", rpc::target_hex(bits));
    out.field("mintime", min_time);
    write_names(out, "mutable", {"time", "transactions", "prevblock"});
    out.field("noncerange", "00000000ffffffff");
    out.field("sigoplimit", mempool::kBlockSigopCostMax).field("sizelimit", 4'000'000);
    out.field("weightlimit", mempool::kTemplateWeightMax);
    out.field("curtime", std::max(draft.now, min_time)).field("bits", rpc::bits_hex(bits));
    out.field("height", height.value);
    out.field("default_witness_commitment", hex(commitment_of(draft, parameters)));
    out.end_object();
    return out.take();
}

std::string long_poll_id(const Context& context) {
    return to_string(tip_of(context)->hash) + std::to_string(context.ledger().pool().size());
}

void answer_template(Context& context, Reply reply) {
    Draft draft{tip_of(context), context.ledger().pool().block_template(mempool::kBodyWeightMax),
                context.now().time_since_epoch().count() / 1'000, long_poll_id(context)};
    answer_by_job(context, std::move(reply),
                  [draft = std::move(draft), &parameters = context.parameters()]() -> rpc::Outcome {
                      return template_text(draft, parameters);
                  });
}

bool has_rule(const JsonValue& request, std::string_view rule) {
    const JsonValue* rules = request.find("rules");
    return rules != nullptr && std::ranges::any_of(rules->items, [&](const JsonValue& item) {
               return item.is(JsonValue::Type::string) && item.text == rule;
           });
}

void propose(Context& context, const JsonValue& request, const Reply& reply) {
    const JsonValue* data = request.find("data");
    if (data == nullptr || !data->is(JsonValue::Type::string)) {
        return reply(rpc::failure(Code::type_error, "Missing data String key for proposal"));
    }
    judge_proposal(context, data->text, reply);
}

void getblocktemplate(Context& context, Arguments arguments, Reply reply) {
    const JsonValue* given = arguments.object(0);
    if (arguments.failed()) return reply(arguments.failure());
    const JsonValue request = given == nullptr ? JsonValue{} : *given;
    const JsonValue* mode = request.find("mode");
    const bool named = mode != nullptr && !mode->is(JsonValue::Type::null);
    if (named && mode->text == "proposal") return propose(context, request, reply);
    if (named && mode->text != "template")
        return reply(rpc::failure(Code::invalid_parameter, "Invalid mode"));
    if (!has_rule(request, "segwit")) {
        return reply(rpc::failure(Code::invalid_parameter,
                                  "getblocktemplate must be called with the segwit rule set "
                                  "(call with {\"rules\": [\"segwit\"]})"));
    }
    const JsonValue* poll = request.find("longpollid");
    if (poll == nullptr || poll->text != long_poll_id(context))
        return answer_template(context, std::move(reply));
    context.when_tip_changes(kLongPoll, [&context, reply] { answer_template(context, reply); });
}

}  // namespace

std::vector<Method> template_methods() {
    return {
        {"mining",
         "getblocktemplate",
         {{"template_request", true}},
         "What a miner needs for the next block (BIP 22, 23, 145). With {\"mode\": \"proposal\", "
         "\"data\": hex}: whether a block would be valid as the next one, but for its work.",
         getblocktemplate},
    };
}

}  // namespace starling::node
