#pragma once

#include "sim/environment.h"
#include "sim/host/host.h"

#include <functional>
#include <memory>
#include <vector>

namespace starling::sim {

// How the parts of a world reach its hosts.
using HostAt = std::function<Host&(HostIndex)>;

// Blocks that stand before a run begins, so that wallets have coins that may be spent: each host's
// store has them. The last one is as old as the run.
struct Prehistory {
    struct Coin {
        OutPoint point;
        Amount value;
    };
    std::vector<Shared<CheckedBlock>> blocks;  // from height 1 on
    std::vector<std::vector<Coin>> coins;      // by wallet, in the order of the hosts that have one
};
Prehistory make_prehistory(const Plan& plan, const Parameters& parameters);
// As if the host had connected and committed them all.
void fill(chain::Store& store, const Prehistory& prehistory, Archive& archive);

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

// Wallets spend: their own confirmed coins and their own change, to each other.
class Spending {
public:
    Spending(const Environment& environment, HostAt host_at, const Prehistory& prehistory);
    ~Spending();
    void start();

private:
    struct State;
    std::unique_ptr<State> state_;
};

// Hosts join as planned, leave and return by the session model, crash and restart.
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

// The plan's faults begin and end; its phases likewise.
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
