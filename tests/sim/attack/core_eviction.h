#pragma once

#include "p2p/eviction.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace starling::sim {

// How many peers Bitcoin Core's eviction protects for each merit, of however many there are.
struct CoreProtected {
    static constexpr std::size_t kByNetgroup = 4;      // peers, if they are of one netgroup too
    static constexpr std::size_t kByPing = 8;          // the lowest
    static constexpr std::size_t kByTransactions = 4;  // who last was the first to give one
    static constexpr std::size_t kByBlocksAlone = 8;   // the same of blocks, without transactions
    static constexpr std::size_t kByBlocks = 4;
};

// Whose inbound connection ends for a newcomer by Bitcoin Core's rules as of version 31
// (src/node/eviction.cpp); nobody's if all are protected. Written anew from the rules, apart from
// ours, so that both can be put under one attack: `wanted` stands for its permission noban,
// `discouraged` for those that it would rather evict.
//
// Not modelled: peers with Bloom filters, networks at a disadvantage other than `local`, times in
// whole seconds. Of equal ones the older stays, where Core leaves it to its sort.
std::optional<p2p::PeerId> whom_core_evicts(const std::vector<p2p::Evictable>& inbound);

}  // namespace starling::sim
