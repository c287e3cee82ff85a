#pragma once

#include "consensus/lookup_table.h"

namespace starling::mempool {

// Remembers which transactions had their scripts verified lately, so that a block that brings them
// is not made to wait for them again. The wtxid says it all: it commits to the witness and, through
// the outpoints, to what is spent. Transactions in the pool need not be here.
//
// Two generations: when the younger is full, the older is forgotten.
class VerifiedScripts {
public:
    VerifiedScripts(Random& random, std::size_t generation_max)
        : generation_max_(generation_max), young_(random), old_(random) {}

    [[nodiscard]] bool contains(const Wtxid& wtxid) const {
        return young_.contains(wtxid) || old_.contains(wtxid);
    }
    void add(const Wtxid& wtxid) {
        if (contains(wtxid)) return;
        if (young_.size() >= generation_max_) {
            std::swap(young_, old_);
            young_.clear();
        }
        young_.try_emplace(wtxid);
    }

private:
    struct Nothing {};
    const std::size_t generation_max_;
    LookupTable<Wtxid, Nothing> young_;
    LookupTable<Wtxid, Nothing> old_;
};

}  // namespace starling::mempool
