#include "node/methods/proposal.h"

#include "consensus/connect_block.h"
#include "consensus/hex.h"
#include "node/methods/chain_view.h"
#include "node/methods/coins_at_tip.h"
#include "node/rpc/json_writer.h"

#include <utility>

namespace starling::node {

namespace {

using rpc::Code;
using rpc::Outcome;

Outcome refused(const Reject& reject) {
    return rpc::quoted(describe(reject));
}

struct Proposal {
    Shared<CheckedBlock> block;
    const HeaderNode* tip = nullptr;  // it must be the next block on this one
};

// The last part, by a worker: the rules that need the coins, and the scripts.
Outcome connected(const Proposal& proposal,
                  const std::vector<std::optional<Coin>>& coins,
                  const Parameters& parameters) {
    const HeaderNode node{.header = proposal.block->block.header,
                          .hash = proposal.block->hash,
                          .height = proposal.tip->height + 1,
                          .work = proposal.tip->work,
                          .parent = proposal.tip,
                          .skip = proposal.tip};
    const auto result = connect_block(proposal.block, node, coins, parameters);
    if (!result) return refused(result.error());
    const ScriptBatch& scripts = *result->scripts;
    const auto verdict = verify_scripts(scripts, 0, scripts.checks.size());
    if (!verdict) return refused(verdict.error());
    return std::string("null");
}

void connect(Context& context, const Proposal& proposal, const Reply& reply) {
    coins_at_tip(context, proposal.block->needs,
                 [&context, proposal, reply](std::vector<std::optional<Coin>> coins) {
                     if (tip_of(context) != proposal.tip)
                         return reply(rpc::quoted("inconclusive-not-best-prevblk"));
                     answer_by_job(
                         context, reply,
                         [proposal, coins = std::move(coins), &parameters = context.parameters()] {
                             return connected(proposal, coins, parameters);
                         });
                 });
}

// Bitcoin Core's answers to a proposal that it knows already.
std::optional<std::string_view> known(const Context& context, const BlockHash& hash) {
    const chain::BlockTree::Entry* entry = chain_of(context).tree().entry(hash);
    if (entry == nullptr) return std::nullopt;
    if (entry->invalid) return "duplicate-invalid";
    return entry->fully_valid ? "duplicate" : "duplicate-inconclusive";
}

// What stands in the first 80 bytes decides before anything that takes long.
void judge(Context& context, const Header& header, const Shared<Bytes>& bytes, const Reply& reply) {
    if (const auto answer = known(context, hash_of(header))) return reply(rpc::quoted(*answer));
    const HeaderNode* tip = tip_of(context);
    if (header.previous != tip->hash) return reply(rpc::quoted("inconclusive-not-best-prevblk"));
    const std::int64_t now = context.now().time_since_epoch().count() / 1'000;
    const Parameters& parameters = context.parameters();
    context.run([&context, &parameters, tip, bytes, now, header, reply]() -> Context::Continuation {
        const auto fail = [&reply](const Reject& reject) -> Context::Continuation {
            return [reply, reject] { reply(refused(reject)); };
        };
        // Bitcoin Core's order: the block by itself, its header after the parent, the block after
        // the parent.
        const auto checked = check_block(bytes, parameters, CheckWork::no);
        if (!checked) return fail(checked.error());
        if (const auto after = check_header(header, *tip, now, parameters); !after)
            return fail(after.error());
        if (const auto after = check_block_after(**checked, *tip, parameters); !after)
            return fail(after.error());
        return [&context, proposal = Proposal{*checked, tip}, reply] {
            connect(context, proposal, reply);
        };
    });
}

}  // namespace

void judge_proposal(Context& context, std::string block_hex, Reply reply) {
    context.run([&context, block_hex = std::move(block_hex), reply]() -> Context::Continuation {
        auto bytes = from_hex(block_hex);
        const auto block = decode_block(bytes ? ByteView(*bytes) : ByteView{});
        if (!block)
            return [reply] { reply(rpc::failure(Code::deserialization, "Block decode failed")); };
        const auto kept = std::make_shared<const Bytes>(std::move(*bytes));
        return [&context, kept, header = block->header, reply] {
            judge(context, header, kept, reply);
        };
    });
}

}  // namespace starling::node
