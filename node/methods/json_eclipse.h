#pragma once

#include "node/rpc/json_writer.h"
#include "p2p/eclipse_alarm.h"

namespace starling::node {

// The member `eclipse` of an answer: `gauge`, `level`, and `terms` with what was seen of each.
void write_eclipse(rpc::JsonWriter& out, const p2p::EclipseReport& report);

}  // namespace starling::node
