#pragma once

#include "p2p/eclipse_alarm.h"
#include "sim/observer.h"
#include "sim/report/sample.h"

#include <cstddef>
#include <map>
#include <optional>

namespace starling::sim {

// What came of the eclipse alarms of all honest hosts of a world.
struct AlarmFigures {
    std::size_t eclipses = 0;  // times that a host was surrounded, at one look at least
    Sample detected;           // from there to its alarm, of those that it saw
    Sample recovered;          // and to an honest connection, of those that had one again
    std::size_t unseen = 0;    // over, or the host stopped, without an alarm
    // Of running hosts that are not surrounded, nor were an interval between blocks ago, which an
    // alarm takes to end; those of them with an alarm.
    std::size_t calm_looks = 0, false_looks = 0;
};

// Judges honest hosts as their shells would, which look every ten seconds as well (node/overlay.h),
// and knows what they do not: a host is surrounded if it has connections and none of them leads to
// an honest host. An alarm rings when it is not calm; whoever hears alarm_rang() is told.
//
// Bounds: the first kHostsMax hosts of a world, for an alarm's signs cost a look at all that Gossip
// holds.
class AlarmWatch final : public Observer {
public:
    static constexpr std::size_t kHostsMax = 100;

    void look(const World& world) override;

    struct State {
        Moment started{};
        p2p::EclipseAlarm alarm;
        p2p::EclipseLevel level = p2p::EclipseLevel::calm;
        std::optional<Moment> surrounded;  // since
        bool seen = false;                 // this eclipse
        std::optional<Moment> recovered;   // of the last one
        std::optional<Moment> looked;      // last
        Moment looking{};                  // since: it may have stood still
        [[nodiscard]] bool rings() const { return level != p2p::EclipseLevel::calm; }
    };
    [[nodiscard]] const std::map<HostIndex, State>& hosts() const { return hosts_; }
    [[nodiscard]] const AlarmFigures& figures() const { return figures_; }
    // Eclipses that are neither over nor seen: they count as nothing yet.
    [[nodiscard]] std::size_t open() const;

    // One look at one host; `grace`: from the end of an eclipse.
    void saw(State& state, bool surrounded, Moment now, Span grace);

private:
    void look_at(const World& world, HostIndex host);
    void forget(HostIndex host);

    std::map<HostIndex, State> hosts_;  // that run
    AlarmFigures figures_;
};

}  // namespace starling::sim
