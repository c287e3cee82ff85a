#pragma once

#include "node/rpc/json_writer.h"

#include <cstdint>
#include <string_view>

namespace starling::node {

// NODE_NETWORK and NODE_WITNESS: what we offer to peers.
constexpr std::uint64_t kOwnServices = 1 | 1 << 3;

// Writes the bits as 16 hexadecimal digits, and their names, under two keys.
void write_services(rpc::JsonWriter& out,
                    std::string_view bits_key,
                    std::string_view names_key,
                    std::uint64_t services);

}  // namespace starling::node
