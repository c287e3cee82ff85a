#include "consensus/hash.h"
#include "consensus/muhash.h"
#include "node/methods/chain_view.h"
#include "node/methods/coins_at_tip.h"
#include "node/methods/topics.h"
#include "node/rpc/transaction_json.h"

#include <algorithm>

namespace starling::node {

namespace {

using rpc::Arguments;
using rpc::Code;
using rpc::JsonWriter;

std::string coin_text(const Context& context, const Coin& coin, bool in_pool) {
    const HeaderNode* tip = tip_of(context);
    JsonWriter out;
    out.begin_object().field("bestblock", to_string(tip->hash));
    out.field("confirmations", in_pool ? 0 : tip->height - coin.height + 1);
    out.field("value", coin.output.value).key("scriptPubKey");
    rpc::write_script_pubkey(out, coin.output.script_pubkey, context.parameters().address_prefix);
    out.field("coinbase", coin.coinbase).end_object();
    return out.take();
}

void gettxout(Context& context, Arguments arguments, Reply reply) {
    const auto txid = arguments.digest<Txid>(0);
    const std::int64_t n = arguments.integer(1);
    const bool include_pool = arguments.flag(2, true);
    if (n < 0 || n > OutPoint::kNullIndex) arguments.fail(Code::misc, "JSON integer out of range");
    if (arguments.failed()) return reply(arguments.failure());
    const OutPoint point{txid, static_cast<std::uint32_t>(n)};
    const mempool::Pool& pool = context.ledger().pool();
    if (include_pool) {
        if (pool.spender(point)) return reply(std::string("null"));
        if (const auto entry = pool.find(txid)) {
            const auto& outputs = entry->transaction->outputs();
            if (point.index >= outputs.size()) return reply(std::string("null"));
            return reply(coin_text(context, Coin{outputs[point.index], {}, false}, true));
        }
    }
    coins_at_tip(context, {point}, [&context, reply](std::vector<std::optional<Coin>> coins) {
        if (!coins[0]) return reply(std::string("null"));
        reply(coin_text(context, *coins[0], false));
    });
}

enum class SetHash { none, muhash, serialized };

// What gettxoutsetinfo adds up over all coins.
struct SetTotals {
    std::uint64_t outputs = 0;
    std::uint64_t transactions = 0;
    std::uint64_t bogosize = 0;  // Bitcoin Core's: a size that does not depend on the store
    Amount amount;
    std::string hash;
    BlockHash boundary;
};

// Adds up coins as they come, in the order of outpoint bytes.
class Totals {
public:
    explicit Totals(SetHash hash) : kind_(hash) {}

    void add(const OutPoint& point, const Coin& coin) {
        if (group_.empty() || group_.front().first.txid != point.txid) {
            finish_group();
            totals_.transactions += 1;
        }
        totals_.outputs += 1;
        totals_.amount += coin.output.value;
        totals_.bogosize += 32 + 4 + 4 + 8 + 2 + coin.output.script_pubkey.size();
        if (kind_ == SetHash::muhash) muhash_.insert(coin_for_hash(point, coin));
        if (kind_ == SetHash::serialized || group_.empty()) group_.emplace_back(point, coin);
    }
    SetTotals finish() {
        finish_group();
        if (kind_ == SetHash::muhash) totals_.hash = to_string(muhash_.finish());
        if (kind_ == SetHash::serialized)
            totals_.hash = to_string(sha256(serialized_.finish().bytes));
        return totals_;
    }

private:
    // hash_serialized_3 takes the outputs of a transaction in the order of their numbers.
    void finish_group() {
        if (kind_ == SetHash::serialized) {
            std::ranges::sort(group_, {}, [](const auto& entry) { return entry.first.index; });
            for (const auto& [point, coin] : group_)
                serialized_.add(coin_for_hash(point, coin));
        }
        group_.clear();
    }

    SetHash kind_;
    SetTotals totals_;
    MuHash muhash_;
    Sha256 serialized_;
    std::vector<std::pair<OutPoint, Coin>> group_;  // of one transaction; its first tells which
};

SetTotals add_up(const chain::Store& store, SetHash hash) {
    Totals totals(hash);
    const BlockHash boundary = store.each_coin([&](const OutPoint& point, const Coin& coin) {
        totals.add(point, coin);
        return true;
    });
    SetTotals out = totals.finish();
    out.boundary = boundary;
    return out;
}

std::string totals_text(const Context& context, const SetTotals& totals, SetHash hash) {
    const HeaderNode* node = chain_of(context).tree().find(totals.boundary);
    JsonWriter out;
    out.begin_object().field("height", node->height.value);
    out.field("bestblock", to_string(totals.boundary)).field("txouts", totals.outputs);
    out.field("bogosize", totals.bogosize);
    if (hash == SetHash::muhash) out.field("muhash", totals.hash);
    if (hash == SetHash::serialized) out.field("hash_serialized_3", totals.hash);
    out.field("total_amount", totals.amount).field("transactions", totals.transactions);
    out.end_object();
    return out.take();
}

void gettxoutsetinfo(Context& context, Arguments arguments, Reply reply) {
    const std::string type = arguments.text(0, "hash_serialized_3");
    const SetHash hash = type == "muhash" ? SetHash::muhash
                         : type == "none" ? SetHash::none
                                          : SetHash::serialized;
    if (hash == SetHash::serialized && type != "hash_serialized_3")
        arguments.fail(Code::invalid_parameter, "'" + type + "' is not a valid hash_type");
    if (arguments.at(1) != nullptr)
        arguments.fail(Code::invalid_parameter,
                       "Querying specific block heights requires coinstatsindex");
    if (arguments.failed()) return reply(arguments.failure());
    context.when_committed([&context, hash, reply] {
        context.run([&context, hash, reply]() -> Context::Continuation {
            return [&context, hash, reply, totals = add_up(context.store(), hash)] {
                reply(totals_text(context, totals, hash));
            };
        });
    });
}

}  // namespace

std::vector<Method> coin_methods() {
    return {
        {"blockchain",
         "gettxout",
         {{"txid", true}, {"n", true}, {"include_mempool"}},
         "An unspent output, or null.",
         gettxout},
        {"blockchain",
         "gettxoutsetinfo",
         {{"hash_type"}, {"hash_or_height"}, {"use_index"}},
         "Number, sum and hash (hash_serialized_3, muhash or none) of all unspent outputs. Reads "
         "them all.",
         gettxoutsetinfo},
    };
}

}  // namespace starling::node
