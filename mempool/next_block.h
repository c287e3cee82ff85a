#pragma once

#include "chain/chainstate.h"
#include "consensus/block.h"
#include "consensus/parameters.h"
#include "consensus/time.h"
#include "mempool/pool.h"

#include <cstdint>

namespace starling::mempool {

// The next block on the tip with the best of the pool, complete but for its nonce. `extra` goes
// into the coinbase and makes blocks of equal content differ.
Block next_block(const HeaderNode& tip,
                 const Pool& pool,
                 const Bytes& script_pubkey,
                 const Bytes& extra,
                 Time now,
                 const Parameters& parameters);

// Tries that many nonces from the header's own on; true if one meets the target, and leaves it in
// the header. Otherwise the header's nonce is the next to try; it wraps around with a later time.
bool grind(Header& header, std::uint32_t tries, const Parameters& parameters);

}  // namespace starling::mempool
