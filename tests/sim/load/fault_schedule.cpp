#include "sim/load/fault_schedule.h"

#include "sim/host/host.h"
#include "sim/net/internet.h"

#include <utility>
#include <vector>

namespace starling::sim {

struct FaultSchedule::State {
    const Environment& environment;
    HostAt host_at;
    Internet& internet;
    Churn& churn;
    std::vector<std::vector<HostIndex>> hit{};  // by position of the fault: those it stopped

    void begin(std::size_t position);
    void end(std::size_t position);
    void tell(const Fault& fault, bool begins) const;
    void enter(const Phase& phase);
    void leave(const Phase& phase);
};

void FaultSchedule::State::tell(const Fault& fault, bool begins) const {
    environment.trace.note({.when = environment.events.now(),
                            .kind = begins ? "fault" : "fault_over",
                            .host = fault.hosts.empty() ? TraceEvent::kNobody : fault.hosts[0],
                            .what = to_string(fault.kind),
                            .number = fault.number});
    environment.observers.tell([&](Observer& observer) { observer.fault(fault, begins); });
}

void FaultSchedule::State::begin(std::size_t position) {
    const Fault& fault = environment.plan.faults[position];
    tell(fault, true);
    const bool crash = fault.kind == Fault::Kind::crash;
    if (!crash && fault.kind != Fault::Kind::pause) return internet.begin(fault);
    for (const HostIndex index : fault.hosts) {
        Host& host = host_at(index);
        if (!host.running() || host.paused()) continue;
        if (crash) {
            host.crash(fault.amount);
        } else {
            host.pause(true);
        }
        hit[position].push_back(index);
    }
}

void FaultSchedule::State::end(std::size_t position) {
    const Fault& fault = environment.plan.faults[position];
    const bool crash = fault.kind == Fault::Kind::crash;
    if (!crash && fault.kind != Fault::Kind::pause) internet.end(fault);
    for (const HostIndex index : std::exchange(hit[position], {})) {
        Host& host = host_at(index);
        if (crash && !host.running()) host.start();
        if (!crash && host.running() && host.paused()) host.pause(false);
    }
    tell(fault, false);
}

void FaultSchedule::State::enter(const Phase& phase) {
    churn.hold(phase.kind == Phase::Kind::healing);
    environment.trace.note({.when = environment.events.now(),
                            .kind = "phase",
                            .host = TraceEvent::kNobody,
                            .what = phase.kind == Phase::Kind::healing ? "healing" : "faulty"});
    environment.observers.tell([&](Observer& observer) { observer.phase(phase, true); });
}

void FaultSchedule::State::leave(const Phase& phase) {
    environment.observers.tell([&](Observer& observer) { observer.phase(phase, false); });
}

FaultSchedule::FaultSchedule(const Environment& environment,
                             HostAt host_at,
                             Internet& internet,
                             Churn& churn)
    : state_(new State{environment, std::move(host_at), internet, churn}) {
    state_->hit.resize(environment.plan.faults.size());
}

FaultSchedule::~FaultSchedule() = default;

// In this order: what ends with a phase has ended when the next one begins.
void FaultSchedule::start() {
    const Plan& plan = state_->environment.plan;
    Events& events = state_->environment.events;
    for (std::size_t i = 0; i < plan.faults.size(); ++i) {
        events.at(plan.faults[i].begin, [state = state_.get(), i] { state->begin(i); });
        events.at(plan.faults[i].end, [state = state_.get(), i] { state->end(i); });
    }
    for (const Phase& phase : plan.phases) {
        events.at(phase.begin, [state = state_.get(), &phase] { state->enter(phase); });
        events.at(phase.end, [state = state_.get(), &phase] { state->leave(phase); });
    }
}

}  // namespace starling::sim
