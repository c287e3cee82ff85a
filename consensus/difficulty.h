#pragma once

#include "consensus/header_node.h"
#include "consensus/parameters.h"

#include <cstdint>

namespace starling {

// The block that an ASERT schedule counts from.
struct AsertAnchor {
    Height height;
    std::int64_t parent_time = 0;
    std::uint32_t bits = 0;
};

// aserti3-2d (Bitcoin Cash, 2020-11-15): the bits of the block after one at `height` with `time`.
// The target doubles for every half-life that this block is later than the schedule, by a cubic
// approximation of 2^x in integers. The exponent truncates toward zero. Any times and heights give
// a target of at least 1 and at most the limit.
std::uint32_t asert_bits(const AsertAnchor& anchor,
                         Height height,
                         std::int64_t time,
                         const Asert& asert,
                         std::uint32_t limit_bits);

// The bits that a block after `parent` must have. With ASERT the anchor is block 1, whose bits are
// the limit and whose parent's time is taken as its own less one spacing: a network may start long
// after its genesis was written. Without it, Bitcoin's regtest rule: always the limit.
std::uint32_t next_bits(const HeaderNode& parent, const Parameters& parameters);

}  // namespace starling
