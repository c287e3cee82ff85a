#include "sim/checkers/alarm_watch.h"

#include "sim/world/world.h"

#include <algorithm>

namespace starling::sim {
namespace {

bool is_surrounded(const World& world, HostIndex host) {
    bool connected = false;
    for (const ConnectionView& one : world.internet().connections_of(host)) {
        if (!one.established) continue;
        const HostIndex other = one.dialler == host ? one.listener : one.dialler;
        if (world.plan().hosts[other].honest()) return false;
        connected = true;
    }
    return connected;
}

}  // namespace

void AlarmWatch::look(const World& world) {
    for (HostIndex host = 0; host < std::min(world.size(), kHostsMax); ++host) {
        if (world.plan().hosts[host].honest()) look_at(world, host);
    }
}

void AlarmWatch::look_at(const World& world, HostIndex index) {
    const Host& host = world.host(index);
    const auto known = hosts_.find(index);
    const bool same =
        host.running() && known != hosts_.end() && known->second.started == host.started();
    if (!same) forget(index);
    if (!host.joined() || host.paused()) return;
    State& state = hosts_.try_emplace(index, State{.started = host.started()}).first->second;
    p2p::EclipseSigns signs = host.gossip().eclipse_signs(host.clock());
    if (host.has_discovery()) signs.density = host.discovery().figures().density;
    const bool rang = state.rings();
    state.level = state.alarm.look(signs, host.clock()).level;
    saw(state, is_surrounded(world, index), world.now(), world.plan().settings.load.block_interval);
    if (!rang && state.rings())
        world.environment().observers.tell([&](Observer& one) { one.alarm_rang(index); });
}

void AlarmWatch::saw(State& state, bool surrounded, Moment now, Span grace) {
    if (!state.looked || now > *state.looked + p2p::EclipseAlarm::kLooksApartMax)
        state.looking = now;
    state.looked = now;
    if (surrounded && !state.surrounded) {
        state.surrounded = now;
        state.seen = false;
        ++figures_.eclipses;
    }
    if (surrounded && state.rings() && !state.seen) {
        state.seen = true;
        figures_.detected.add(now - *state.surrounded);
    }
    if (surrounded) return;
    if (state.surrounded) {
        figures_.recovered.add(now - *state.surrounded);
        if (!state.seen) ++figures_.unseen;
        state.surrounded.reset();
        state.recovered = now;
    }
    if (state.recovered && now <= *state.recovered + grace) return;
    ++figures_.calm_looks;
    figures_.false_looks += state.rings() ? 1u : 0u;
}

void AlarmWatch::forget(HostIndex host) {
    const auto known = hosts_.find(host);
    if (known == hosts_.end()) return;
    if (known->second.surrounded && !known->second.seen) ++figures_.unseen;
    hosts_.erase(known);
}

std::size_t AlarmWatch::open() const {
    return static_cast<std::size_t>(std::ranges::count_if(hosts_, [](const auto& entry) {
        return entry.second.surrounded.has_value() && !entry.second.seen;
    }));
}

}  // namespace starling::sim
