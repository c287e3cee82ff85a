#pragma once

#include "p2p/eclipse_alarm.h"

#include <chrono>
#include <optional>

namespace starling::sim {

// When our eclipse alarm rings at a node that restarted, if all its outbound peers are hostile and
// bring no block: until its level is `alarm`, for at `watch` nobody need do anything.
class SurroundedAlarm {
public:
    static constexpr Duration kLook = std::chrono::seconds{10};  // how often, as shells do

    // What is seen so long after that moment, the times aside, which all began with it.
    void look(p2p::EclipseSigns signs, Duration since);
    [[nodiscard]] std::optional<Duration> rang() const { return rang_; }

private:
    p2p::EclipseAlarm alarm_;
    std::optional<Duration> rang_;
};

}  // namespace starling::sim
