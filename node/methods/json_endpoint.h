#pragma once

#include "node/rpc/json_writer.h"
#include "p2p/address.h"

#include <optional>
#include <string_view>

namespace starling::node {

// Left out where there is none.
inline void write_endpoint(rpc::JsonWriter& out,
                           std::string_view name,
                           const std::optional<p2p::Endpoint>& endpoint) {
    if (endpoint) out.field(name, to_string(*endpoint));
}

}  // namespace starling::node
