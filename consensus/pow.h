#pragma once

#include "consensus/digest.h"
#include "consensus/work.h"

#include <cstdint>
#include <optional>

namespace starling {

// A target in Bitcoin's compact form: a byte of length in bytes, a sign bit, 23 bits of mantissa.
// Headers come from strangers, so every pattern of bits has a reading, as in Bitcoin Core's
// SetCompact.
struct ExpandedTarget {
    Uint256 value;  // modulo 2^256
    bool negative = false;
    bool overflow = false;
};

ExpandedTarget expand_compact(std::uint32_t bits);
// The compact form of a number; what does not fit into its 23 bits is cut off. Never negative.
std::uint32_t compact(const Uint256& value);

// The target that the bits stand for; none if they are negative, zero, too large for 256 bits or
// easier than the limit.
std::optional<Uint256> target_of(std::uint32_t bits, std::uint32_t limit_bits);
// Whether a hash, read as a little-endian number, is at most that target.
bool meets_target(const BlockHash& hash, std::uint32_t bits, std::uint32_t limit_bits);

// The expected number of hashes for a block with these bits: 2^256 / (target + 1). Zero for bits
// that are no target.
Work work_of(std::uint32_t bits);

}  // namespace starling
