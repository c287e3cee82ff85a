#include "sim/checkers/alarms.h"

#include "p2p/chain_mirror.h"

#include <algorithm>
#include <string>

namespace starling::sim {

void Alarms::look(const World& world) {
    watch_.look(world);
    const Span interval = world.plan().settings.load.block_interval;
    for (const auto& [host, state] : watch_.hosts()) {
        // One that stands still does not look.
        if (!state.surrounded || state.looked != world.now()) continue;
        const Moment since = std::max({*state.surrounded, state.looking, news_[host]});
        const Span quiet = world.now() - since;
        const bool catches_up = world.host(host).gossip().initial_download();
        if (catches_up && quiet <= p2p::ChainMirror::kGainTimeout + kSlack) continue;
        alone(host, quiet, interval, state.level);
    }
}

void Alarms::alone(HostIndex host, Span quiet, Span interval, p2p::EclipseLevel level) {
    if (interval == Span{0} || quiet <= kSlack) return;
    const auto waited = std::chrono::floor<Duration>(quiet - kSlack);
    const p2p::EclipseReport least =
        p2p::EclipseAlarm().judge({.up = waited,
                                   .looking = waited,
                                   .quiet = waited,
                                   .spacing = std::chrono::ceil<Duration>(interval)});
    if (level >= least.level) return;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(quiet);
    violated(events_.now(), host,
             "it was surrounded and heard of no block for " + std::to_string(seconds.count()) +
                 " seconds, and its alarm is at " + std::string(to_string(level)));
}

}  // namespace starling::sim
