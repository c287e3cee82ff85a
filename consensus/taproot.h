#pragma once

#include "consensus/bytes.h"
#include "consensus/digest.h"

#include <cstdint>
#include <optional>

namespace starling {

// BIP 341.
constexpr std::uint8_t kLeafVersionMask = 0xfe;
constexpr std::uint8_t kTapscriptLeafVersion = 0xc0;
constexpr std::uint8_t kAnnexTag = 0x50;
constexpr std::size_t kControlBaseBytes = 33;  // leaf version and parity, internal key
constexpr std::size_t kControlNodeBytes = 32;
constexpr std::size_t kControlNodesMax = 128;

Hash256 tap_leaf_hash(std::uint8_t leaf_version, ByteView script);
// The order of the two does not matter.
Hash256 tap_branch_hash(const Hash256& a, const Hash256& b);
// Of a tree's root, or without one for an output that has no scripts.
Hash256 tap_tweak_hash(ByteView internal_key, const std::optional<Hash256>& root);

// 33 + 32 n bytes with n at most 128.
bool is_control_size(std::size_t size);
// The root that a leaf and the path in its control block lead to.
Hash256 tap_root(ByteView control, const Hash256& leaf);
// Does `program` (32 bytes) commit to the leaf by this control block? Its size must be right.
bool commits_to_leaf(ByteView program, ByteView control, const Hash256& leaf);

}  // namespace starling
