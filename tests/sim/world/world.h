#pragma once

#include "sim/environment.h"
#include "sim/host/host.h"
#include "sim/net/internet.h"

#include <cstddef>
#include <functional>
#include <memory>

namespace starling::sim {

// A network of hosts under one virtual clock and one seed, with its load, its churn and its faults,
// as planned. Equal plans give equal traces.
class World {
public:
    explicit World(Plan plan);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    // Before run(). It outlives the world.
    void watch(Observer& observer);

    // Until the plan's duration, or until `enough` (asked at every look) says so.
    void run(const std::function<bool()>& enough = {});
    // One piece of it, for tests.
    void run_for(Span span);

    [[nodiscard]] const Plan& plan() const;
    [[nodiscard]] Moment now() const;
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] Host& host(HostIndex index);
    [[nodiscard]] const Host& host(HostIndex index) const;
    [[nodiscard]] const Internet& internet() const;
    [[nodiscard]] const Environment& environment() const;
    [[nodiscard]] Trace& trace();
    [[nodiscard]] std::uint64_t events() const;  // that happened
    // The honest hosts that run.
    [[nodiscard]] std::vector<HostIndex> honest() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::sim
