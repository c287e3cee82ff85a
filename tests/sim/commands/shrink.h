#pragma once

#include "sim/settings.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace starling::sim {

// How a run of some settings failed.
struct Failed {
    std::string property;
    Moment when{};
};

// Makes a failing run smaller while the same property fails: less time, fewer hosts, hostile ones
// and faults (by delta debugging: Zeller and Hildebrandt, "Simplifying and Isolating
// Failure-Inducing Input", 2002), and everything that can be left out or stand at something
// simpler.
//
// It takes what helps most first, and begins again until nothing helps or `attempts_max` runs were
// made. The result has failed in a run; it is smallest only as far as single steps go.
class Shrinking {
public:
    // Runs it; none: nothing failed.
    using Try = std::function<std::optional<Failed>(const Settings&)>;
    using Tell = std::function<void(const std::string&)>;

    Shrinking(Try attempt, Tell tell, std::size_t attempts_max)
        : attempt_(std::move(attempt)), tell_(std::move(tell)), attempts_max_(attempts_max) {}

    // `failed`: how `settings` fail.
    Settings smallest(const Settings& settings, const Failed& failed);
    [[nodiscard]] std::size_t attempts() const { return attempts_; }

private:
    // Takes the candidate if it fails in the same way.
    bool take(const Settings& candidate, const std::string& what);
    bool less_time();
    bool fewer_hosts();
    bool fewer_hostile();
    bool fewer_faults();
    bool simpler();

    Try attempt_;
    Tell tell_;
    std::size_t attempts_max_;
    std::size_t attempts_ = 0;
    Settings best_;
    Failed failed_;
};

}  // namespace starling::sim
