#pragma once

#include "sim/environment.h"
#include "sim/load/host_at.h"

#include <memory>

namespace starling::sim {

// Miners find blocks: when is exponential, who is drawn by hash shares among those that run. The
// block is made of the finder's own tip and pool.
class Mining {
public:
    Mining(const Environment& environment, HostAt host_at);
    ~Mining();
    void start();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::sim
