#include "sim/world/world.h"

#include "sim/engine/stream.h"
#include "sim/host/archive.h"
#include "sim/load/churn.h"
#include "sim/load/fault_schedule.h"
#include "sim/load/mining.h"
#include "sim/load/prehistory.h"
#include "sim/load/spending.h"

#include <algorithm>
#include <utility>

namespace starling::sim {

struct World::State {
    explicit State(Plan planned);

    void begin();
    // Events until `end` with a look at every kLookInterval; false as soon as there was enough.
    bool run_until(Moment end, const World& world, const std::function<bool()>& enough);
    void look(const World& world);

    const Plan plan;
    Events events;
    Trace trace;
    Observers observers;
    Stream of_tables;  // keys of hash tables: they decide nothing
    Archive archive;
    const Environment environment;
    Internet internet;
    const Prehistory prehistory;
    std::vector<std::unique_ptr<Host>> hosts;
    Mining mining;
    Spending spending;
    Churn churn;
    FaultSchedule faults;
    bool begun = false;
    Moment next_look{};
    Moment last_look{Span{-1}};
};

World::State::State(Plan planned)
    : plan(std::move(planned)),
      of_tables(stream_of(plan.settings.seed, "tables")),
      archive(simulated_network(), of_tables),
      environment{.plan = plan,
                  .parameters = simulated_network(),
                  .events = events,
                  .trace = trace,
                  .observers = observers,
                  .archive = archive,
                  .bootnodes = bootnode_records(plan, simulated_network())},
      internet(environment),
      prehistory(make_prehistory(plan, simulated_network())),
      mining(environment, [this](HostIndex index) -> Host& { return *hosts[index]; }),
      spending(
          environment, [this](HostIndex index) -> Host& { return *hosts[index]; }, prehistory),
      churn(environment, [this](HostIndex index) -> Host& { return *hosts[index]; }),
      faults(
          environment,
          [this](HostIndex index) -> Host& { return *hosts[index]; },
          internet,
          churn) {
    hosts.reserve(plan.hosts.size());
    for (const HostPlan& host : plan.hosts) {
        hosts.push_back(std::make_unique<Host>(host, environment, internet));
        fill(hosts.back()->store(), prehistory, archive);
    }
}

void World::State::begin() {
    if (std::exchange(begun, true)) return;
    faults.start();
    churn.start();
    mining.start();
    spending.start();
}

void World::State::look(const World& world) {
    if (last_look == events.now()) return;
    last_look = events.now();
    observers.tell([&](Observer& one) { one.look(world); });
}

bool World::State::run_until(Moment end, const World& world, const std::function<bool()>& enough) {
    while (next_look <= end) {
        while (events.step(next_look)) {
        }
        next_look += Observer::kLookInterval;
        look(world);
        if (enough && enough()) return false;
    }
    while (events.step(end)) {
    }
    return true;
}

World::World(Plan plan) : state_(std::make_unique<State>(std::move(plan))) {}

World::~World() = default;

void World::watch(Observer& observer) {
    state_->observers.add(observer);
}

void World::run(const std::function<bool()>& enough) {
    state_->begin();
    state_->run_until(Moment{state_->plan.settings.duration}, *this, enough);
    state_->look(*this);
}

void World::run_for(Span span) {
    state_->begin();
    state_->run_until(now() + span, *this, {});
}

const Plan& World::plan() const {
    return state_->plan;
}

Moment World::now() const {
    return state_->events.now();
}

std::size_t World::size() const {
    return state_->hosts.size();
}

Host& World::host(HostIndex index) {
    return *state_->hosts.at(index);
}

const Host& World::host(HostIndex index) const {
    return *state_->hosts.at(index);
}

const Internet& World::internet() const {
    return state_->internet;
}

const Environment& World::environment() const {
    return state_->environment;
}

Trace& World::trace() {
    return state_->trace;
}

std::uint64_t World::events() const {
    return state_->events.happened();
}

std::vector<HostIndex> World::honest() const {
    std::vector<HostIndex> honest;
    for (const auto& host : state_->hosts) {
        if (host->running() && host->plan().honest()) honest.push_back(host->index());
    }
    return honest;
}

}  // namespace starling::sim
