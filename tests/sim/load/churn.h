#pragma once

#include "sim/environment.h"
#include "sim/load/host_at.h"

#include <memory>

namespace starling::sim {

// Hosts join as planned, leave and return by the session model, crash and restart. Bootnodes stay,
// and so do honest miners with half of the hashes.
class Churn {
public:
    Churn(const Environment& environment, HostAt host_at);
    ~Churn();
    void start();
    // While healing everybody is back and nobody leaves.
    void hold(bool held);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::sim
