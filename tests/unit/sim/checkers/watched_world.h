#pragma once

#include "sim/checkers/checker.h"
#include "sim/checkers/marks.h"
#include "sim/world/world.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace starling::sim {

// A world with every checker and all marks.
struct WatchedWorld {
    explicit WatchedWorld(const Settings& settings)
        : world(draw_plan(settings)), checkers(make_checkers(world)) {
        for (const auto& checker : checkers)
            world.watch(*checker);
        world.watch(marks);
    }

    // What was violated, a line each; empty: nothing.
    [[nodiscard]] std::string violations() const {
        std::string out;
        for (const auto& checker : checkers) {
            if (const auto& found = checker->violation()) {
                const auto seconds =
                    std::chrono::floor<std::chrono::seconds>(found->when.time_since_epoch());
                out += found->property + " at " + std::to_string(seconds.count()) + " s, host " +
                       std::to_string(found->host) + ": " + found->what + "\n";
            }
        }
        return out;
    }
    [[nodiscard]] std::uint64_t mark(const std::string& name) const {
        const auto found = marks.counts().find(name);
        return found == marks.counts().end() ? 0 : found->second;
    }

    Marks marks;
    World world;
    std::vector<std::unique_ptr<Checker>> checkers;
};

// Ten hosts with much to do, for some minutes.
inline Settings busy_world(std::uint64_t seed) {
    using namespace std::chrono_literals;
    Settings settings;
    settings.seed = seed;
    settings.nodes = 10;
    settings.duration = 8min;
    settings.overlay.outbound = 4;
    settings.overlay.bootnodes = 2;
    settings.overlay.joining = 10s;
    settings.load.block_interval = 20s;
    settings.load.miners = 3;
    settings.load.wallets = 3;
    settings.load.transactions_per_hour = 600;
    return settings;
}

}  // namespace starling::sim
