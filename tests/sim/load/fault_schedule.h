#pragma once

#include "sim/environment.h"
#include "sim/load/churn.h"
#include "sim/load/host_at.h"

#include <memory>

namespace starling::sim {

class Internet;

// The plan's faults begin and end; its phases likewise. A fault of a host passes over those that it
// finds stopped or paused, and at its end undoes what it did, nothing else.
class FaultSchedule {
public:
    FaultSchedule(const Environment& environment, HostAt host_at, Internet& internet, Churn& churn);
    ~FaultSchedule();
    void start();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::sim
