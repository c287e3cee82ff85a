#pragma once

#include "sim/world/world.h"

#include <cstddef>
#include <vector>

namespace starling::sim {

// Honest running hosts to be looked at: all of them in a small world, otherwise kSampled, spread
// evenly and others at each `turn`, so that each is looked at some time.
constexpr std::size_t kSampled = 32;
std::vector<HostIndex> sample(const World& world, std::size_t turn);

// The run is over: this look is the last.
inline bool at_end(const World& world) {
    return world.now() >= Moment{} + world.plan().settings.duration;
}

}  // namespace starling::sim
