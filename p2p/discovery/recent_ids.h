#pragma once

#include "consensus/time.h"
#include "p2p/discovery/hashes.h"

#include <cstddef>
#include <utility>

namespace starling::p2p::discv5 {

// Node ids (or what else names a thing) met not long ago, so that what is done for each is done
// seldom. An id is remembered for one to two spans; in two generations, which makes forgetting
// free.
//
// At most `ids_max` ids; who makes us forget earlier by many ids gains one repetition of an id.
template <class Id = NodeId>
class RecentIds {
public:
    RecentIds(Duration span, std::size_t ids_max, Random& random)
        : span_(span), ids_max_(ids_max), young_(random), old_(random) {}

    // True if it was not met lately; it is from now on.
    bool first(const Id& id, Time now) {
        if (now - begun_ >= span_ || young_.size() >= ids_max_ / 2) turn(now);
        return !old_.contains(id) && young_.try_emplace(id).second;
    }

    [[nodiscard]] std::size_t size() const { return young_.size() + old_.size(); }

private:
    struct Nothing {};

    void turn(Time now) {
        std::swap(old_, young_);
        young_.clear();
        young_.reserve(0);  // gives its memory back
        if (now - begun_ >= 2 * span_) old_.clear();
        begun_ = now;
    }

    Duration span_;
    std::size_t ids_max_;
    LookupTable<Id, Nothing> young_, old_;
    Time begun_;
};

}  // namespace starling::p2p::discv5
