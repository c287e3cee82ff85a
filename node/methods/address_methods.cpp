#include "consensus/address.h"
#include "consensus/hex.h"
#include "consensus/script.h"
#include "node/methods/topics.h"
#include "node/rpc/json_writer.h"

namespace starling::node {

namespace {

using rpc::Arguments;
using rpc::JsonWriter;

std::string invalid_text(const AddressError& error) {
    JsonWriter out;
    out.begin_object().field("isvalid", false).key("error_locations").begin_array();
    for (const std::size_t place : error.where)
        out.value(place);
    out.end_array().field("error", error.message).end_object();
    return out.take();
}

void validateaddress(Context& context, Arguments arguments, Reply reply) {
    const std::string address = arguments.text(0);
    if (arguments.failed()) return reply(arguments.failure());
    const std::string& prefix = context.parameters().address_prefix;
    const auto script = script_of_address(address, prefix);
    if (!script) return reply(invalid_text(script.error()));
    JsonWriter out;
    out.begin_object().field("isvalid", true);
    out.field("address", address_of_script(*script, prefix).value_or(address));
    out.field("scriptPubKey", hex(*script));
    if (const auto program = witness_program(*script)) {
        const bool is_script = program->program.size() == 32;  // a key of 20 bytes is none
        out.field("isscript", is_script).field("iswitness", true);
        out.field("witness_version", program->version);
        out.field("witness_program", hex(program->program));
    } else {
        // Bitcoin Core names base58's two forms so: a key's hash is no script, a script's hash is.
        const bool is_script = script_type(*script) == "scripthash";
        out.field("isscript", is_script).field("iswitness", false);
    }
    out.end_object();
    reply(out.take());
}

}  // namespace

std::vector<Method> address_methods() {
    return {
        {"util",
         "validateaddress",
         {{"address", true}},
         "Whether a text is an address of this network, and what it pays to.",
         validateaddress},
    };
}

}  // namespace starling::node
