#include "consensus/address.h"
#include "consensus/difficulty.h"
#include "consensus/hex.h"
#include "mempool/next_block.h"
#include "node/methods/chain_view.h"
#include "node/methods/topics.h"
#include "node/methods/warnings.h"
#include "node/rpc/json_writer.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace starling::node {

namespace {

using rpc::Arguments;
using rpc::Code;
using rpc::JsonWriter;

// Tries of one job: about 50 ms of a worker, so that a stop does not wait for a lucky nonce.
constexpr std::uint32_t kTriesAtOnce = 100'000;
constexpr std::int64_t kTriesDefault = 1'000'000;  // Bitcoin Core's maxtries
constexpr std::int64_t kWindow = 120;              // blocks, for networkhashps

// One generatetoaddress under way. Each block is accepted before the next is begun.
struct Generation {
    Bytes script_pubkey;
    std::int64_t blocks_left = 0;
    std::int64_t tries_left = 0;
    std::vector<BlockHash> hashes;
    std::shared_ptr<std::uint32_t> begun;  // blocks, by all calls since the start
    Reply reply;
};
using Generating = std::shared_ptr<Generation>;

void begin_block(Context& context, const Generating& generation);

void finish(const Generation& generation) {
    JsonWriter out;
    out.begin_array();
    for (const BlockHash& hash : generation.hashes)
        out.value(to_string(hash));
    out.end_array();
    generation.reply(out.take());
}

void submit(Context& context, const Generating& generation, const Shared<CheckedBlock>& block) {
    context.submit(chain::BlockArrived{{}, block, false},
                   [&context, generation](const chain::Decided& decided) {
                       if (decided.reject) {
                           return generation->reply(rpc::failure(
                               Code::internal_error, "ProcessNewBlock, block not accepted: " +
                                                         describe(*decided.reject)));
                       }
                       generation->hashes.push_back(decided.hash);
                       generation->blocks_left -= 1;
                       begin_block(context, generation);
                   });
}

void grind_on(Context& context, const Generating& generation, const std::shared_ptr<Block>& block) {
    if (generation->tries_left <= 0) return finish(*generation);
    const auto tries =
        static_cast<std::uint32_t>(std::min<std::int64_t>(generation->tries_left, kTriesAtOnce));
    context.run([&context, generation, block, tries]() -> Context::Continuation {
        const Parameters& parameters = context.parameters();
        const std::uint32_t first = block->header.nonce;
        if (!mempool::grind(block->header, tries, parameters)) {
            return [&context, generation, block, tries] {
                generation->tries_left -= tries;
                grind_on(context, generation, block);
            };
        }
        const std::uint32_t used = block->header.nonce - first;
        const auto checked =
            check_block(std::make_shared<const Bytes>(serialized(*block)), parameters);
        assert(checked.ok());  // it is ours
        return [&context, generation, used, checked = *checked] {
            generation->tries_left -= used;
            submit(context, generation, checked);
        };
    });
}

void begin_block(Context& context, const Generating& generation) {
    if (generation->blocks_left <= 0) return finish(*generation);
    // The time and a count make this block another than one of the same moment that was
    // invalidated, or that another node makes for the same address.
    Writer extra;
    extra.i64(context.now().time_since_epoch().count());
    extra.u32((*generation->begun)++);
    const auto block = std::make_shared<Block>(
        mempool::next_block(*tip_of(context), context.ledger().pool(), generation->script_pubkey,
                            extra.take(), context.now(), context.parameters()));
    grind_on(context, generation, block);
}

void generatetoaddress(Context& context,
                       const std::shared_ptr<std::uint32_t>& begun,
                       Arguments arguments,
                       Reply reply) {
    const auto generation = std::make_shared<Generation>();
    generation->begun = begun;
    generation->blocks_left = arguments.integer(0);
    const std::string address = arguments.text(1);
    generation->tries_left = arguments.integer(2, kTriesDefault);
    if (arguments.failed()) return reply(arguments.failure());
    auto script = script_of_address(address, context.parameters().address_prefix);
    if (!script) return reply(rpc::failure(Code::invalid_address_or_key, "Error: Invalid address"));
    generation->script_pubkey = std::move(*script);
    generation->reply = std::move(reply);
    begin_block(context, generation);
}

// BIP 22's answer to a block that was decided.
rpc::Outcome verdict(const Context& context, const chain::Decided& decided) {
    if (decided.reject) return rpc::quoted(describe(*decided.reject));
    const HeaderNode* node = chain_of(context).tree().find(decided.hash);
    if (node == nullptr || !is_active(context, node)) return rpc::quoted("inconclusive");
    return std::string("null");
}

void submit_checked(Context& context, const Shared<CheckedBlock>& block, const Reply& reply) {
    const chain::BlockTree::Entry* entry = chain_of(context).tree().entry(block->hash);
    if (entry != nullptr && entry->invalid) return reply(rpc::quoted("duplicate-invalid"));
    if (entry != nullptr && entry->has_body) return reply(rpc::quoted("duplicate"));
    if (block->hash == context.parameters().genesis_hash) return reply(rpc::quoted("duplicate"));
    context.submit(
        chain::BlockArrived{{}, block, false},
        [&context, reply](const chain::Decided& decided) { reply(verdict(context, decided)); });
}

void submitblock(Context& context, Arguments arguments, Reply reply) {
    std::string text = arguments.text(0);
    if (arguments.failed()) return reply(arguments.failure());
    context.run([&context, text = std::move(text), reply]() -> Context::Continuation {
        auto bytes = from_hex(text);
        const auto checked =
            check_block(std::make_shared<const Bytes>(bytes ? std::move(*bytes) : Bytes{}),
                        context.parameters());
        if (checked) {
            return [&context, block = *checked, reply] { submit_checked(context, block, reply); };
        }
        if (checked.error().reason == "block-decode-failed")
            return [reply] { reply(rpc::failure(Code::deserialization, "Block decode failed")); };
        return [reply, reason = describe(checked.error())] { reply(rpc::quoted(reason)); };
    });
}

double as_double(const Work& work) {
    double value = 0;
    for (const std::uint64_t limb : work.limbs)
        value = value * std::ldexp(1.0, 64) + static_cast<double>(limb);
    return value;
}

// Hashes a second over the last blocks up to `to`.
double hash_rate(const HeaderNode* to, std::int64_t blocks) {
    const auto span = std::min<std::int64_t>(blocks, to->height.value);
    const HeaderNode* from = to;
    std::uint32_t earliest = to->header.time;
    std::uint32_t latest = earliest;
    for (std::int64_t i = 0; i < span; ++i) {
        from = from->parent;
        earliest = std::min(earliest, from->header.time);
        latest = std::max(latest, from->header.time);
    }
    if (earliest == latest) return 0;
    return as_double(to->work - from->work) / static_cast<double>(latest - earliest);
}

void getnetworkhashps(Context& context, Arguments arguments, Reply reply) {
    constexpr std::int64_t kBlocksMax = 10'000;  // they are walked on the protocol thread
    const std::int64_t blocks = arguments.integer(0, kWindow);
    const std::int64_t height = arguments.integer(1, -1);
    const HeaderNode* tip = tip_of(context);
    if (blocks < 1 || blocks > kBlocksMax)
        arguments.fail(Code::invalid_parameter, "Invalid nblocks. Must be between 1 and 10000.");
    if (height < -1 || height > tip->height.value)
        arguments.fail(Code::invalid_parameter, "Block does not exist at specified height");
    if (arguments.failed()) return reply(arguments.failure());
    const HeaderNode* to =
        height < 0 ? tip : ancestor(tip, Height{static_cast<std::int32_t>(height)});
    reply(JsonWriter().value(hash_rate(to, blocks)).take());
}

void write_target(JsonWriter& out, std::uint32_t bits) {
    out.field("bits", rpc::bits_hex(bits)).field("difficulty", rpc::difficulty(bits));
    out.field("target", rpc::target_hex(bits));
}

void getmininginfo(Context& context, Arguments, Reply reply) {
    const HeaderNode* tip = tip_of(context);
    const mempool::Pool& pool = context.ledger().pool();
    JsonWriter out;
    out.begin_object().field("blocks", tip->height.value);
    write_target(out, tip->header.bits);
    out.field("networkhashps", hash_rate(tip, kWindow)).field("pooledtx", pool.size());
    out.field("blockmintxfee", pool.limits().floor.fee_for(1'000));
    out.field("chain", context.parameters().name);
    out.key("next").begin_object().field("height", tip->height.value + 1);
    write_target(out, next_bits(*tip, context.parameters()));
    out.end_object();
    write_warnings(out, context);
    out.end_object();
    reply(out.take());
}

}  // namespace

std::vector<Method> mining_methods() {
    return {
        {"mining",
         "generatetoaddress",
         {{"nblocks", true}, {"address", true}, {"maxtries"}},
         "Mines blocks at once, one after the other, that pay to an address; gives their hashes.",
         [begun = std::make_shared<std::uint32_t>(0)](Context& context, Arguments arguments,
                                                      Reply reply) {
             generatetoaddress(context, begun, std::move(arguments), std::move(reply));
         }},
        {"mining", "getmininginfo", {}, "What miners want to know.", getmininginfo},
        {"mining",
         "getnetworkhashps",
         {{"nblocks"}, {"height"}},
         "Hashes a second of all miners together, as the last blocks show.",
         getnetworkhashps},
        {"mining",
         "submitblock",
         {{"hexdata", true}, {"dummy"}},
         "Takes a mined block (BIP 22): null, or why it is not the tip now.",
         submitblock},
    };
}

}  // namespace starling::node
