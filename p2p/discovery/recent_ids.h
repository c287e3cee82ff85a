#pragma once

#include "consensus/time.h"
#include "p2p/identity/node_id.h"

#include <cstddef>
#include <set>
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
    RecentIds(Duration span, std::size_t ids_max) : span_(span), ids_max_(ids_max) {}

    // True if it was not met lately; it is from now on.
    bool first(const Id& id, Time now) {
        if (now - begun_ >= span_ || young_.size() >= ids_max_ / 2) turn(now);
        return !old_.contains(id) && young_.insert(id).second;
    }

private:
    void turn(Time now) {
        old_ = now - begun_ < 2 * span_ ? std::move(young_) : std::set<Id>{};
        young_.clear();
        begun_ = now;
    }

    Duration span_;
    std::size_t ids_max_;
    std::set<Id> young_, old_;
    Time begun_;
};

}  // namespace starling::p2p::discv5
