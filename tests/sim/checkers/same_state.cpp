#include "sim/checkers/same_state.h"

namespace starling::sim {

void SameState::look(const World& world) {
    for (const auto& [host, sum] : looks_->looks(world))
        seen(world.now(), host, sum);
}

void SameState::seen(Moment when, HostIndex host, const CoinSum& sum) {
    const First& first = first_.try_emplace(sum.boundary, First{host, sum}).first->second;
    if (first.sum.hash == sum.hash) return;
    violated(when, host,
             "after block " + to_string(sum.boundary) + " it has " + std::to_string(sum.coins) +
                 " coins with the hash " + to_string(sum.hash) + ", host " +
                 std::to_string(first.host) + " had " + std::to_string(first.sum.coins) +
                 " with the hash " + to_string(first.sum.hash));
}

}  // namespace starling::sim
