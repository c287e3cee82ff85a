#include "consensus/hex.h"
#include "consensus/serialize.h"
#include "node/methods/block_body.h"
#include "node/methods/chain_view.h"
#include "node/methods/topics.h"

#include <map>

namespace starling::node {

namespace {

using rpc::Arguments;
using rpc::JsonWriter;

void getblockheader(Context& context, Arguments arguments, Reply reply) {
    const auto hash = arguments.digest<BlockHash>(0);
    const bool verbose = arguments.flag(1, true);
    if (arguments.failed()) return reply(arguments.failure());
    const HeaderNode* node = chain_of(context).tree().find(hash);
    if (node == nullptr) return reply(block_not_found());
    if (!verbose) {
        Writer header;
        encode(header, node->header);
        return reply(rpc::quoted(hex(header.out())));
    }
    const auto render = [known = place_of(context, node)](std::size_t transactions) {
        rpc::BlockPlace place = known;
        place.transactions = transactions;
        JsonWriter out;
        out.begin_object();
        rpc::write_header(out, place);
        out.end_object();
        return out.take();
    };
    // Only the body knows how many transactions there are.
    if (!chain_of(context).tree().entry(node).has_body && node->parent != nullptr)
        return reply(render(0));
    answer_by_body(
        context, node,
        [render](const Block& block, ByteView) -> rpc::Outcome {
            return render(block.transactions.size());
        },
        reply);
}

// What a block spent of the coins from before it, if the store still knows.
std::optional<std::map<OutPoint, Coin>> spent_by(const chain::Store& store,
                                                 const HeaderNode& node) {
    if (node.parent == nullptr) return std::nullopt;
    const Shared<BlockDelta> delta = store.delta(node);
    if (!delta) return std::nullopt;
    return std::map<OutPoint, Coin>(delta->spent.begin(), delta->spent.end());
}

rpc::Outcome rendered(const chain::Store& store,
                      rpc::BlockPlace place,
                      const Block& block,
                      rpc::BlockDetail detail,
                      std::string_view prefix) {
    place.transactions = block.transactions.size();
    const auto spent =
        detail == rpc::BlockDetail::txids ? std::nullopt : spent_by(store, *place.node);
    JsonWriter out;
    out.begin_object();
    rpc::write_block(out, place, block, detail, spent ? &*spent : nullptr, prefix);
    out.end_object();
    return out.take();
}

void getblock(Context& context, Arguments arguments, Reply reply) {
    const auto hash = arguments.digest<BlockHash>(0);
    const std::int64_t verbosity = arguments.verbosity(1, 1);
    if (arguments.failed()) return reply(arguments.failure());
    const HeaderNode* node = chain_of(context).tree().find(hash);
    if (node == nullptr) return reply(block_not_found());
    if (verbosity <= 0) {
        return answer_by_body(
            context, node,
            [](const Block&, ByteView bytes) -> rpc::Outcome { return rpc::quoted(hex(bytes)); },
            reply);
    }
    const auto detail = verbosity == 1   ? rpc::BlockDetail::txids
                        : verbosity == 2 ? rpc::BlockDetail::transactions
                                         : rpc::BlockDetail::prevouts;
    const auto answer = [&context, node, detail, reply] {
        const std::string_view prefix = context.parameters().address_prefix;
        const auto use = [&store = context.store(), place = place_of(context, node), detail,
                          prefix](const Block& block, ByteView) {
            return rendered(store, place, block, detail, prefix);
        };
        answer_by_body(context, node, use, reply);
    };
    // Fees come from the undo data, which the store has from the commit on.
    const HeaderNode* committed = chain_of(context).committed_tip();
    const bool undo_is_stored = ancestor(committed, node->height) == node;
    if (detail == rpc::BlockDetail::txids || undo_is_stored || !is_active(context, node))
        return answer();
    context.when_committed(answer);
}

}  // namespace

std::vector<Method> block_methods() {
    return {
        {"blockchain",
         "getblock",
         {{"blockhash", true}, {"verbosity|verbose"}},
         "A block: 0 in hexadecimal, 1 with the ids of its transactions, 2 with its transactions, "
         "3 also with what they spend.",
         getblock},
        {"blockchain",
         "getblockheader",
         {{"blockhash", true}, {"verbose"}},
         "A block's header, or with false its 80 bytes in hexadecimal.",
         getblockheader},
    };
}

}  // namespace starling::node
