#pragma once

#include "chain/segments.h"
#include "consensus/digest.h"

#include <map>
#include <mutex>
#include <optional>

namespace starling::chain {

// Where the bodies lie that were appended since the last commit.
//
// The writer adds and forgets, any thread looks up: it is the only thing below node/ that threads
// change while others read it, hence the only lock. Everything else that is read here is either
// immutable or a transaction of LMDB's. Bounded by what the chain state leaves uncommitted.
class AppendedPlaces {
public:
    void add(const BlockHash& hash, const Place& place) {
        const std::lock_guard guard(mutex_);
        places_.emplace(hash, place);
    }
    [[nodiscard]] std::optional<Place> find(const BlockHash& hash) const {
        const std::lock_guard guard(mutex_);
        const auto it = places_.find(hash);
        return it == places_.end() ? std::nullopt : std::optional(it->second);
    }
    // For the writer, whose own changes are the only ones: no lock is needed to read.
    [[nodiscard]] const std::map<BlockHash, Place>& all() const { return places_; }
    void forget_all() {
        const std::lock_guard guard(mutex_);
        places_.clear();
    }

private:
    mutable std::mutex mutex_;
    std::map<BlockHash, Place> places_;
};

}  // namespace starling::chain
