#pragma once

#include "sim/checkers/alarm_watch.h"
#include "sim/checkers/checker.h"
#include "sim/engine/events.h"

#include <map>

namespace starling::sim {

// A host that is surrounded and has no news of the chain is told so by its eclipse alarm: at the
// latest when so long a wait for a block would do by itself (p2p/eclipse_alarm.h: after ten
// intervals between blocks it is to watch, after fourteen it is an alarm). And kSlack, for looks
// that come between. While it catches up with headers that it was shown not before that counts as
// ended (ChainMirror::kGainTimeout).
//
// Who is surrounded and yet hears of blocks, from hostile hosts of a kind that hands them on, or
// finds some itself, is told by nothing and need not be.
class Alarms final : public Checker {
public:
    static constexpr Span kSlack = 3 * kLookInterval;

    explicit Alarms(const Events& events) : events_(events) {}
    [[nodiscard]] std::string_view name() const override { return "alarms"; }
    void host_started(HostIndex host) override { news_[host] = events_.now(); }
    void tip_changed(HostIndex host, const chain::TipChanged&) override {
        news_[host] = events_.now();
    }
    void look(const World& world) override;

    // A host that is surrounded and had no news for so long, and its alarm.
    void alone(HostIndex host, Span quiet, Span interval, p2p::EclipseLevel level);

private:
    const Events& events_;
    AlarmWatch watch_;
    std::map<HostIndex, Moment> news_;
};

}  // namespace starling::sim
