#pragma once

#include "consensus/block.h"
#include "consensus/digest.h"

#include <vector>

namespace starling {

struct MerkleResult {
    Hash256 root;
    // CVE-2012-2459: an odd row repeats its last hash, so a list that ends with a repetition may
    // have the root of a shorter list. True if two neighbours of one pair are equal anywhere: the
    // root does then not tell which of the lists was meant.
    bool mutated = false;
};

// The root of Bitcoin's Merkle tree over the leaves; zero for none. Consumes its argument as its
// working space.
MerkleResult merkle(std::vector<Hash256> leaves);

// Over the txids: what a header commits to.
MerkleResult transactions_merkle(const Block& block);

// BIP 141: over the wtxids, the coinbase's taken as zero.
Hash256 witness_merkle_root(const Block& block);

}  // namespace starling
