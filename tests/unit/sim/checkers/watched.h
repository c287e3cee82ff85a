#pragma once

#include "sim/checkers/checker.h"
#include "sim/engine/events.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace starling::sim {

// What checkers that only hear need of a world: who is honest, and a clock.
struct Watched {
    Plan plan;
    Events events;

    explicit Watched(std::size_t honest, std::size_t hostile = 0) {
        plan.settings.nodes = honest + hostile;
        plan.settings.duration = std::chrono::hours{1};
        for (std::size_t i = 0; i < honest + hostile; ++i) {
            plan.hosts.emplace_back().index = static_cast<HostIndex>(i);
            if (i >= honest) plan.hosts.back().behaviour = "silent";
        }
    }
    void wait(Span span) {
        const Moment end = events.now() + span;
        while (events.step(end)) {
        }
    }
};

inline std::string what(const Checker& checker) {
    return checker.violation() ? checker.violation()->what : "";
}

}  // namespace starling::sim
