#pragma once

#include "sim/environment.h"
#include "sim/load/host_at.h"
#include "sim/load/prehistory.h"

#include <memory>

namespace starling::sim {

// Wallets spend: their own confirmed coins and their own change, to each other. Whether a coin is
// still theirs they ask their host's chain and pool each time, for conflicts, reorganisations and
// crashes undo what they did.
class Spending {
public:
    Spending(const Environment& environment, HostAt host_at, const Prehistory& prehistory);
    ~Spending();
    void start();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::sim
