#pragma once

#include "consensus/parameters.h"
#include "consensus/time.h"
#include "p2p/limits.h"

#include <optional>

namespace starling::p2p {

// Notices that our tip has not changed for too long: then our peers may keep blocks from us, and an
// extra one is worth its cost. Looks every ten minutes (Bitcoin Core), and not at all on networks
// without a target spacing, where blocks come when a person wants them.
class TipWatch {
public:
    TipWatch(const Parameters& parameters, const Limits& limits)
        : interval_(limits.stale_tip_interval) {
        if (const auto spacing = block_spacing(parameters, limits))
            too_old_ = *spacing * limits.stale_tip_spacings;
    }

    void open(Time now) {
        last_change_ = now;
        if (too_old_) next_look_ = now + interval_;
    }
    void tip_changed(Time now) { last_change_ = now; }
    // True if the tip is found to be stale now. While blocks are on their way it is not.
    bool handle_timer(Time now, bool downloading) {
        if (!next_look_ || now < *next_look_) return false;
        next_look_ = now + interval_;
        stale_ = !downloading && now - last_change_ > *too_old_;
        return stale_;
    }
    // An extra peer came and went: the next waits until the tip is found to be stale again.
    void helped() { stale_ = false; }
    [[nodiscard]] bool stale() const { return stale_; }
    [[nodiscard]] std::optional<Time> next_wakeup() const { return next_look_; }

private:
    Duration interval_;
    std::optional<Duration> too_old_;
    Time last_change_;
    std::optional<Time> next_look_;
    bool stale_ = false;
};

}  // namespace starling::p2p
