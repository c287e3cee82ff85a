#include "sim/checkers/sample.h"

namespace starling::sim {

std::vector<HostIndex> sample(const World& world, std::size_t turn) {
    const std::vector<HostIndex> all = world.honest();
    if (all.size() <= kSmallWorld) return all;
    std::vector<HostIndex> chosen;
    const std::size_t stride = all.size() / kSampled;
    for (std::size_t i = turn % stride; i < all.size() && chosen.size() < kSampled; i += stride)
        chosen.push_back(all[i]);
    return chosen;
}

}  // namespace starling::sim
