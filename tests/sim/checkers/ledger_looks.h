#pragma once

#include "sim/checkers/coin_sums.h"
#include "sim/world/world.h"

#include <cstddef>
#include <map>
#include <vector>

namespace starling::sim {

// Sums up hosts' coins for the checkers that compare them, each host's once a look at most and only
// when it may have changed: reading all coins is the dearest thing that a checker does.
class LedgerLooks {
public:
    // Coins change with blocks; a minute holds few of them.
    static constexpr Span kInterval = std::chrono::minutes{1};

    struct Look {
        HostIndex host;
        CoinSum sum;
    };
    // At this moment, of hosts whose committed tip is another than at their last look; at the end
    // of the run, of all of the sample. Nothing between two intervals. The same for all who ask at
    // one moment.
    const std::vector<Look>& looks(const World& world);

private:
    std::map<HostIndex, BlockHash> last_;  // a block for each host
    std::vector<Look> looks_;
    Moment taken_{};
    std::size_t turn_ = 0;
    bool began_ = false;
};

}  // namespace starling::sim
