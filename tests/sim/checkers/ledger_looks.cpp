#include "sim/checkers/ledger_looks.h"

#include "sim/checkers/sample.h"

namespace starling::sim {

const std::vector<LedgerLooks::Look>& LedgerLooks::looks(const World& world) {
    const Moment now = world.now();
    if (began_ && now == taken_) return looks_;
    looks_.clear();
    const bool last = at_end(world);
    if (began_ && !last && now < taken_ + kInterval) return looks_;
    began_ = true;
    taken_ = now;
    for (const HostIndex index : sample(world, turn_++)) {
        const Host& host = world.host(index);
        const BlockHash& committed = host.ledger().chain().committed_tip()->hash;
        BlockHash& seen = last_[index];
        if (seen == committed && !last) continue;
        looks_.push_back({index, coin_sum(host.store())});
        seen = looks_.back().sum.boundary;
    }
    return looks_;
}

}  // namespace starling::sim
