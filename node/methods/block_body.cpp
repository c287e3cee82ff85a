#include "node/methods/block_body.h"

#include "node/methods/chain_view.h"

#include <cassert>
#include <utility>

namespace starling::node {

namespace {

enum class Waited { no, yes };

void read(Context& context,
          const HeaderNode* node,
          const BodyUse& use,
          const Reply& reply,
          Waited waited) {
    context.run([&context, node, use, reply, waited]() -> Context::Continuation {
        const Shared<Bytes> bytes = context.store().body(node->hash);
        if (bytes) {
            const auto block = decode_block(*bytes);
            assert(block.ok());  // the store keeps what was checked
            return [reply, outcome = use(*block, *bytes)] { reply(outcome); };
        }
        return [&context, node, use, reply, waited] {
            if (waited == Waited::yes) {
                reply(rpc::failure(rpc::Code::misc, "Block not found on disk"));
            } else {
                context.when_committed(
                    [&context, node, use, reply] { read(context, node, use, reply, Waited::yes); });
            }
        };
    });
}

}  // namespace

void answer_by_body(Context& context, const HeaderNode* node, BodyUse use, Reply reply) {
    // The first block is part of the program, not of the store.
    if (node->parent == nullptr) {
        const Block& genesis = context.parameters().genesis;
        return reply(use(genesis, serialized(genesis)));
    }
    if (!chain_of(context).tree().entry(node).has_body)
        return reply(rpc::failure(rpc::Code::misc, "Block not available (not fully downloaded)"));
    read(context, node, use, reply, Waited::no);
}

}  // namespace starling::node
