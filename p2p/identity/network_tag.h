#pragma once

#include "consensus/parameters.h"

#include <array>
#include <cstdint>

namespace starling::p2p {

// Names a network in node records, under the key "starling", in the spirit of EIP-2124: the first 8
// bytes of the genesis hash (in the order of the hash function) and the first 4 of the SHA-256d of
// serialized(Parameters). Nodes whose rules differ never enter each other's tables.
using NetworkTag = std::array<std::uint8_t, 12>;

NetworkTag network_tag(const Parameters& parameters);

}  // namespace starling::p2p
