#include "node/methods/chain_view.h"
#include "node/methods/topics.h"
#include "node/rpc/json_writer.h"

#include <functional>

namespace starling::node {

namespace {

using rpc::Arguments;

// A day: what "without end" (0) is taken as, so that no call is kept for ever.
constexpr std::int64_t kTimeoutMax = 86'400'000;

std::string tip_text(const Context& context) {
    rpc::JsonWriter out;
    out.begin_object().field("hash", to_string(tip_of(context)->hash));
    out.field("height", tip_of(context)->height.value).end_object();
    return out.take();
}

// Answers with the tip when `reached` or when the time is over.
void wait_until(Context& context, Time deadline, std::function<bool()> reached, Reply reply) {
    if (reached() || context.now() >= deadline) return reply(tip_text(context));
    context.when_tip_changes(deadline - context.now(), [&context, deadline, reached, reply] {
        wait_until(context, deadline, reached, reply);
    });
}

Time deadline_of(const Context& context, Arguments& arguments, std::size_t place) {
    const std::int64_t timeout = arguments.integer(place, 0);
    if (timeout < 0) arguments.fail(rpc::Code::misc, "Negative timeout");
    const bool endless = timeout <= 0 || timeout > kTimeoutMax;
    return context.now() + Duration{endless ? kTimeoutMax : timeout};
}

void waitfornewblock(Context& context, Arguments arguments, Reply reply) {
    const Time deadline = deadline_of(context, arguments, 0);
    if (arguments.failed()) return reply(arguments.failure());
    const HeaderNode* before = tip_of(context);
    wait_until(
        context, deadline, [&context, before] { return tip_of(context) != before; }, reply);
}

void waitforblock(Context& context, Arguments arguments, Reply reply) {
    const auto hash = arguments.digest<BlockHash>(0);
    const Time deadline = deadline_of(context, arguments, 1);
    if (arguments.failed()) return reply(arguments.failure());
    wait_until(
        context, deadline, [&context, hash] { return tip_of(context)->hash == hash; }, reply);
}

void waitforblockheight(Context& context, Arguments arguments, Reply reply) {
    const std::int64_t height = arguments.integer(0);
    const Time deadline = deadline_of(context, arguments, 1);
    if (arguments.failed()) return reply(arguments.failure());
    wait_until(
        context, deadline, [&context, height] { return tip_of(context)->height.value >= height; },
        reply);
}

}  // namespace

std::vector<Method> wait_methods() {
    return {
        {"blockchain",
         "waitforblock",
         {{"blockhash", true}, {"timeout"}},
         "Waits until the tip is this block, at most for the milliseconds given; gives the tip.",
         waitforblock},
        {"blockchain",
         "waitforblockheight",
         {{"height", true}, {"timeout"}},
         "Waits until the tip is at least that high, at most for the milliseconds given; gives "
         "the tip.",
         waitforblockheight},
        {"blockchain",
         "waitfornewblock",
         {{"timeout"}},
         "Waits until the tip changes, at most for the milliseconds given; gives the tip.",
         waitfornewblock},
    };
}

}  // namespace starling::node
