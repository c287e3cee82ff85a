#pragma once

#include "node/methods/context.h"
#include "node/rpc/json_writer.h"

namespace starling::node {

// Bitcoin Core's `warnings`: an array of what a person should know, empty when all is well. Here:
// the eclipse alarm, while its level is `alarm`.
void write_warnings(rpc::JsonWriter& out, Context& context);

}  // namespace starling::node
