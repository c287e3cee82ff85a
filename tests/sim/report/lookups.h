#pragma once

#include "sim/engine/stream.h"
#include "sim/world/world.h"

namespace starling::sim {

// Has hosts look up ids now and then, so that the overlay can be judged by what it finds: each host
// about once an hour, the whole world at most once a look. Half of the targets are hosts' ids, half
// are anywhere, where the nearest host is to be found.
class Lookups {
public:
    explicit Lookups(World& world);

    void look();  // once every Observer::kLookInterval

private:
    World& world_;
    Stream chance_;
};

}  // namespace starling::sim
