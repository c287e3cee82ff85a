#include "consensus/hex.h"
#include "node/methods/block_body.h"
#include "node/methods/chain_view.h"
#include "node/methods/topics.h"
#include "node/rpc/transaction_json.h"

#include <map>

namespace starling::node {

namespace {

using rpc::Arguments;
using rpc::Code;
using rpc::JsonWriter;

struct Question {
    Txid txid;
    std::int64_t verbosity = 0;
    std::optional<BlockHash> block;
};

// Where a transaction of the chain was found, for its JSON.
struct Found {
    const HeaderNode* node = nullptr;
    std::int32_t confirmations = 0;
    std::optional<bool> in_active_chain;  // shown when a block was asked for
};

std::string transaction_text(const Transaction& tx,
                             std::int64_t verbosity,
                             rpc::TransactionDetail detail,
                             const Found& found) {
    if (verbosity <= 0) return rpc::quoted(hex(serialized(tx.data())));
    JsonWriter out;
    out.begin_object();
    if (found.in_active_chain) out.field("in_active_chain", *found.in_active_chain);
    detail.hex = true;
    detail.prevouts = verbosity >= 2;
    rpc::write_transaction(out, tx, detail);
    if (found.node != nullptr) {
        out.field("blockhash", to_string(found.node->hash));
        out.field("confirmations", found.confirmations);
        out.field("time", found.node->header.time).field("blocktime", found.node->header.time);
    }
    out.end_object();
    return out.take();
}

// The coins that a transaction of a block spends: from the block's undo data, or made in it.
std::optional<std::vector<Coin>> spent_coins(const chain::Store& store,
                                             const HeaderNode& node,
                                             const Block& block,
                                             const Transaction& tx) {
    const Shared<BlockDelta> delta = store.delta(node);
    if (!delta || tx.is_coinbase()) return std::nullopt;
    std::map<OutPoint, Coin> coins(delta->spent.begin(), delta->spent.end());
    for (const Shared<Transaction>& other : block.transactions) {
        for (std::uint32_t i = 0; i < other->outputs().size(); ++i)
            coins.try_emplace(OutPoint{other->txid(), i},
                              Coin{other->outputs()[i], node.height, other->is_coinbase()});
    }
    std::vector<Coin> spent;
    for (const TxIn& input : tx.inputs()) {
        const auto it = coins.find(input.previous);
        if (it == coins.end()) return std::nullopt;
        spent.push_back(it->second);
    }
    return spent;
}

// Answers with the transaction out of one block's body.
void answer_from_block(Context& context,
                       const HeaderNode* node,
                       const Question& question,
                       const Reply& reply) {
    const rpc::BlockPlace place = place_of(context, node);
    Found found{node, std::max(place.confirmations, 0), std::nullopt};
    if (question.block) found.in_active_chain = place.confirmations > 0;
    const auto use = [&context, node, question, found](const Block& block,
                                                       ByteView) -> rpc::Outcome {
        for (const Shared<Transaction>& tx : block.transactions) {
            if (tx->txid() != question.txid) continue;
            rpc::TransactionDetail detail{.address_prefix = context.parameters().address_prefix};
            std::optional<std::vector<Coin>> spent;
            if (question.verbosity >= 2) spent = spent_coins(context.store(), *node, block, *tx);
            if (spent) detail.spent = &*spent;
            return transaction_text(*tx, question.verbosity, detail, found);
        }
        return rpc::failure(Code::invalid_address_or_key,
                            "No such transaction found in the provided block. Use gettransaction "
                            "for wallet transactions.");
    };
    answer_by_body(context, node, use, reply);
}

// Asks the index; it knows what is committed, so a miss is asked again behind a commit.
void answer_from_index(Context& context,
                       const Question& question,
                       bool committed,
                       const Reply& reply) {
    context.run([&context, question, committed, reply]() -> Context::Continuation {
        const auto place = context.store().find_transaction(question.txid);
        return [&context, question, committed, reply, place] {
            const HeaderNode* node = place ? chain_of(context).tree().find(place->block) : nullptr;
            if (node != nullptr) return answer_from_block(context, node, question, reply);
            if (!committed) {
                return context.when_committed([&context, question, reply] {
                    answer_from_index(context, question, true, reply);
                });
            }
            reply(rpc::failure(Code::invalid_address_or_key,
                               "No such mempool or blockchain transaction. Use gettransaction for "
                               "wallet transactions."));
        };
    });
}

void answer_from_named_block(Context& context, const Question& question, const Reply& reply) {
    const HeaderNode* node = chain_of(context).tree().find(*question.block);
    if (node == nullptr)
        return reply(rpc::failure(Code::invalid_address_or_key, "Block hash not found"));
    answer_from_block(context, node, question, reply);
}

void getrawtransaction(Context& context, Arguments arguments, Reply reply) {
    Question question{arguments.digest<Txid>(0), arguments.verbosity(1, 0), {}};
    if (arguments.at(2) != nullptr) question.block = arguments.digest<BlockHash>(2);
    if (arguments.failed()) return reply(arguments.failure());
    const Block& genesis = context.parameters().genesis;
    if (question.txid == genesis.transactions.front()->txid()) {
        return reply(rpc::failure(
            Code::invalid_address_or_key,
            "The genesis block coinbase is not considered an ordinary transaction and cannot be "
            "retrieved"));
    }
    if (question.block) return answer_from_named_block(context, question, reply);
    if (const auto entry = context.ledger().pool().find(question.txid)) {
        const rpc::TransactionDetail detail{.address_prefix = context.parameters().address_prefix};
        return reply(transaction_text(*entry->transaction, question.verbosity, detail, {}));
    }
    if (!context.store().has_transaction_index()) {
        return reply(rpc::failure(
            Code::invalid_address_or_key,
            "No such mempool transaction. Use -txindex or provide a block hash to enable "
            "blockchain transaction queries. Use gettransaction for wallet transactions."));
    }
    answer_from_index(context, question, false, reply);
}

void decoderawtransaction(Context& context, Arguments arguments, Reply reply) {
    const auto bytes = from_hex(arguments.text(0));
    if (arguments.failed()) return reply(arguments.failure());
    const auto tx = decode_transaction(bytes ? ByteView(*bytes) : ByteView{});
    if (!bytes || !tx) return reply(rpc::failure(Code::deserialization, "TX decode failed"));
    JsonWriter out;
    out.begin_object();
    rpc::write_transaction(out, **tx, {.address_prefix = context.parameters().address_prefix});
    out.end_object();
    reply(out.take());
}

void decodescript(Context& context, Arguments arguments, Reply reply) {
    const auto bytes = from_hex(arguments.text(0));
    if (arguments.failed()) return reply(arguments.failure());
    if (!bytes) {
        return reply(
            rpc::failure(Code::invalid_parameter, "argument must be hexadecimal string (not '" +
                                                      arguments.text(0).substr(0, 200) + "')"));
    }
    JsonWriter out;
    rpc::write_script_pubkey(out, *bytes, context.parameters().address_prefix);
    reply(out.take());
}

}  // namespace

std::vector<Method> transaction_methods() {
    return {
        {"rawtransactions",
         "decoderawtransaction",
         {{"hexstring", true}, {"iswitness"}},
         "The fields of a serialised transaction.",
         decoderawtransaction},
        {"rawtransactions",
         "decodescript",
         {{"hexstring", true}},
         "An output script in words.",
         decodescript},
        {"rawtransactions",
         "getrawtransaction",
         {{"txid", true}, {"verbosity|verbose"}, {"blockhash"}},
         "A transaction of the pool, of a block that is named, or with a transaction index of any "
         "block: 0 in hexadecimal, 1 its fields, 2 also what it spends.",
         getrawtransaction},
    };
}

}  // namespace starling::node
