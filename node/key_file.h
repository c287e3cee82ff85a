#pragma once

#include "consensus/random.h"
#include "p2p/identity/node_id.h"

#include <cstdint>
#include <filesystem>

namespace starling::node {

// The node's key in the data directory: 64 hexadecimal digits and a newline, readable by its owner
// only. Whoever has it can be this node, so it is never shown and never replaced: a file that
// cannot be used is a person's to judge.
//
// Reads the key, or makes one where there is no file; that one is on the disk when this returns, so
// that a node never tells others of an identity that a power failure takes from it. Either has the
// price of the network, `identity_bits` of work: one is made by trying keys, 2^bits on average,
// which is some fifth of a second for 16. `random` must be unpredictable. Throws std::runtime_error
// with one line that says what to do.
p2p::Identity load_or_make_key(const std::filesystem::path& file,
                               Random& random,
                               std::uint8_t identity_bits = 0);

}  // namespace starling::node
