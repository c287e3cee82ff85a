#include "consensus/hex.h"
#include "node/methods/chain_view.h"
#include "node/methods/coins_at_tip.h"
#include "node/methods/topics.h"
#include "node/rpc/json_writer.h"

#include <memory>

namespace starling::node {

namespace {

using rpc::Arguments;
using rpc::Code;
using rpc::JsonValue;
using rpc::JsonWriter;

// Bitcoin Core's default of maxfeerate, in coins for 1,000 virtual bytes: a slip of the hand.
constexpr Amount kFeeRateMax{kCoin.units / 10};
constexpr std::size_t kTestedMax = 25;  // Bitcoin Core's MAX_PACKAGE_COUNT

Amount fee_limit(Amount rate, const Transaction& tx) {
    return mempool::FeeRate{rate, 1'000}.fee_for(tx.virtual_size());
}

// The fee, if all coins that the transaction spends are known, in the pool or at the tip.
void find_fee(Context& context,
              Shared<Transaction> tx,
              const std::function<void(std::optional<Amount>)>& then) {
    std::vector<OutPoint> points;
    for (const TxIn& input : tx->inputs())
        points.push_back(input.previous);
    coins_at_tip(context, points, [&context, tx, then](std::vector<std::optional<Coin>> coins) {
        Amount fee{-tx->outputs_total().units};
        for (std::size_t i = 0; i < coins.size(); ++i) {
            const OutPoint& point = tx->inputs()[i].previous;
            if (coins[i]) {
                fee += coins[i]->output.value;
                continue;
            }
            const auto parent = context.ledger().pool().find(point.txid);
            if (!parent || point.index >= parent->transaction->outputs().size())
                return then(std::nullopt);
            fee += parent->transaction->outputs()[point.index].value;
        }
        then(fee);
    });
}

rpc::Outcome sent(const mempool::TransactionDecided& decided) {
    const rpc::Outcome txid = rpc::quoted(to_string(decided.transaction->txid()));
    if (!decided.reject || decided.reject->reason == "txn-already-in-mempool") return txid;
    const Reject& reject = *decided.reject;
    if (reject.reason == "txn-already-known") {
        return rpc::failure(Code::verify_already_in_chain,
                            "Transaction outputs already in utxo set");
    }
    if (reject.kind == RejectKind::missing_inputs)
        return rpc::failure(Code::verify_error, "bad-txns-inputs-missingorspent");
    return rpc::failure(Code::verify_rejected, describe(reject));
}

void submit(Context& context, const Shared<Transaction>& tx, const Reply& reply) {
    context.submit(
        mempool::TransactionArrived{.transaction = tx},
        [&context, reply](const mempool::TransactionDecided& decided) {
            const rpc::Outcome outcome = sent(decided);
            // Also what is in the pool already: sent again, it is offered again.
            if (outcome.ok())
                context.tell_gossip(p2p::TransactionPosted{decided.transaction->wtxid()});
            reply(outcome);
        });
}

std::optional<Shared<Transaction>> decode(const std::string& text) {
    const auto bytes = from_hex(text);
    if (!bytes) return std::nullopt;
    auto tx = decode_transaction(ByteView(*bytes));
    if (!tx) return std::nullopt;
    return std::move(*tx);
}

Amount burnt(const Transaction& tx) {
    Amount most;
    for (const TxOut& output : tx.outputs()) {
        if (is_unspendable(output.script_pubkey)) most = std::max(most, output.value);
    }
    return most;
}

void sendrawtransaction(Context& context, Arguments arguments, Reply reply) {
    const auto tx = decode(arguments.text(0));
    const Amount rate = arguments.amount(1).value_or(kFeeRateMax);
    const Amount burn_max = arguments.amount(2).value_or(Amount{});
    if (rate > kCoin)
        arguments.fail(Code::invalid_parameter,
                       "Fee rates larger than or equal to 1BTC/kvB are "
                       "not accepted");
    if (arguments.failed()) return reply(arguments.failure());
    if (!tx) {
        return reply(rpc::failure(Code::deserialization,
                                  "TX decode failed. Make sure the tx has at least one input."));
    }
    if (burnt(**tx) > burn_max) {
        return reply(rpc::failure(Code::verify_error,
                                  "Unspendable output exceeds maximum configured by user "
                                  "(maxburnamount)"));
    }
    if (rate.units == 0) return submit(context, *tx, reply);
    find_fee(context, *tx, [&context, tx = *tx, rate, reply](std::optional<Amount> fee) {
        if (fee && *fee > fee_limit(rate, *tx)) {
            return reply(rpc::failure(Code::verify_error,
                                      "Fee exceeds maximum configured by user (e.g. -maxtxfee, "
                                      "maxfeerate)"));
        }
        submit(context, tx, reply);
    });
}

// One testmempoolaccept under way: its transactions are tested one after the other.
struct Trial {
    std::vector<Shared<Transaction>> transactions;
    Amount rate_max;
    JsonWriter out;
    std::size_t next = 0;
    Reply reply;
};

void write_verdict(JsonWriter& out, const mempool::TransactionDecided& decided, Amount rate_max) {
    const Transaction& tx = *decided.transaction;
    out.begin_object().field("txid", to_string(tx.txid()));
    out.field("wtxid", to_string(tx.wtxid()));
    const bool too_dear =
        !decided.reject && rate_max.units > 0 && decided.fee > fee_limit(rate_max, tx);
    out.field("allowed", !decided.reject && !too_dear);
    if (too_dear) {
        out.field("reject-reason", "max-fee-exceeded");
    } else if (decided.reject) {
        const bool missing = decided.reject->kind == RejectKind::missing_inputs;
        out.field("reject-reason", missing ? "missing-inputs" : describe(*decided.reject));
        out.field("reject-details", describe(*decided.reject));
    } else {
        out.field("vsize", tx.virtual_size()).key("fees").begin_object();
        out.field("base", decided.fee);
        // The rate for 1,000 virtual bytes, cut to a whole unit as Bitcoin Core's CFeeRate.
        out.field("effective-feerate", Amount{decided.fee.units * 1'000 / tx.virtual_size()});
        out.key("effective-includes").begin_array().value(to_string(tx.wtxid())).end_array();
        out.end_object();
    }
    out.end_object();
}

void test_next(Context& context, const std::shared_ptr<Trial>& trial) {
    if (trial->next == trial->transactions.size()) {
        trial->out.end_array();
        return trial->reply(trial->out.take());
    }
    const Shared<Transaction> tx = trial->transactions[trial->next++];
    context.submit(mempool::TransactionArrived{.transaction = tx, .test_only = true},
                   [&context, trial](const mempool::TransactionDecided& decided) {
                       write_verdict(trial->out, decided, trial->rate_max);
                       test_next(context, trial);
                   });
}

void testmempoolaccept(Context& context, Arguments arguments, Reply reply) {
    const JsonValue* list = arguments.array(0);
    const auto trial = std::make_shared<Trial>();
    trial->rate_max = arguments.amount(1).value_or(kFeeRateMax);
    if (arguments.failed()) return reply(arguments.failure());
    if (list->items.empty() || list->items.size() > kTestedMax) {
        return reply(rpc::failure(Code::invalid_parameter,
                                  "Array must contain between 1 and 25 transactions."));
    }
    for (const JsonValue& item : list->items) {
        const auto tx = item.is(JsonValue::Type::string) ? decode(item.text) : std::nullopt;
        if (!tx) {
            return reply(rpc::failure(Code::deserialization,
                                      "TX decode failed: " + item.text.substr(0, 200) +
                                          " Make sure the tx has at least one input."));
        }
        trial->transactions.push_back(*tx);
    }
    trial->reply = std::move(reply);
    trial->out.begin_array();
    test_next(context, trial);
}

}  // namespace

std::vector<Method> send_methods() {
    return {
        {"rawtransactions",
         "sendrawtransaction",
         {{"hexstring", true}, {"maxfeerate"}, {"maxburnamount"}},
         "Puts a signed transaction into the pool, offers it to the peers and gives its id.",
         sendrawtransaction},
        {"rawtransactions",
         "testmempoolaccept",
         {{"rawtxs", true}, {"maxfeerate"}},
         "Tells of each transaction whether the pool would take it as it is now.",
         testmempoolaccept},
    };
}

}  // namespace starling::node
