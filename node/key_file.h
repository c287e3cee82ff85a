#pragma once

#include "consensus/random.h"
#include "p2p/identity/node_id.h"

#include <filesystem>

namespace starling::node {

// The node's key in the data directory: 64 hexadecimal digits and a newline, readable by its owner
// only. Whoever has it can be this node, so it is never shown and never replaced: a file that
// cannot be used is a person's to judge.
//
// Reads the key, or makes one where there is no file; that one is on the disk when this returns, so
// that a node never tells others of an identity that a power failure takes from it. `random` must
// be unpredictable. Throws std::runtime_error with one line that says what to do.
p2p::Identity load_or_make_key(const std::filesystem::path& file, Random& random);

}  // namespace starling::node
