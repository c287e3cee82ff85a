#include "node/methods/topics.h"
#include "node/rpc/json_writer.h"

#include <chrono>

namespace starling::node {

namespace {

using rpc::Arguments;

void uptime(Context& context, Arguments, Reply reply) {
    const Duration up = context.now() - context.started();
    reply(std::to_string(std::chrono::duration_cast<std::chrono::seconds>(up).count()));
}

void stop(Context& context, Arguments, Reply reply) {
    reply(rpc::quoted("Starling stopping"));
    context.request_stop();
}

void getrpcinfo(Context& context, Arguments, Reply reply) {
    rpc::JsonWriter out;
    out.begin_object().key("active_commands").begin_array().end_array();
    out.field("logpath", context.log_file()).end_object();
    reply(out.take());
}

}  // namespace

std::vector<Method> own_methods() {
    return {
        {"control", "getrpcinfo", {}, "Facts about this interface.", getrpcinfo},
        {"control", "stop", {{"wait"}}, "Ends the daemon cleanly.", stop},
        {"control", "uptime", {}, "Seconds since the daemon started.", uptime},
    };
}

}  // namespace starling::node
