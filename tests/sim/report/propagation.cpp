#include "sim/report/propagation.h"

#include <algorithm>

namespace starling::sim {

void Propagation::began(std::uint64_t id, Moment now, const std::vector<Presence>& presence) {
    forget_old(now);
    if (tracks_.size() >= bounds_.tracked_max) return;
    const auto hosts = std::ranges::count(presence, Presence::waits);
    if (hosts == 0) return;
    tracks_.try_emplace(id, Track{.began = now,
                                  .last = now,
                                  .presence = presence,
                                  .hosts = static_cast<std::size_t>(hosts)});
}

void Propagation::reached(std::uint64_t id, HostIndex host, Moment now) {
    const auto at = tracks_.find(id);
    if (at == tracks_.end()) return;
    Track& track = at->second;
    if (track.presence[host] != Presence::waits) return;
    track.presence[host] = Presence::has;
    ++track.having;
    track.last = now;
    if (now > track.began) arrivals_.add(now - track.began);  // not of who made it
    measure(track);
    if (track.having == track.hosts) tracks_.erase(at);
}

void Propagation::stopped(HostIndex host) {
    for (auto at = tracks_.begin(); at != tracks_.end();) {
        Track& track = at->second;
        if (track.presence[host] == Presence::waits) {
            track.presence[host] = Presence::absent;
            --track.hosts;
            measure(track);
        }
        at = track.having == track.hosts ? tracks_.erase(at) : std::next(at);
    }
}

// Whoever stops may be the last that was waited for: the time is that of the last arrival.
void Propagation::measure(Track& track) {
    while (track.shares < kShares.size() && track.having > 0 &&
           track.having * 100 >= track.hosts * kShares[track.shares]) {
        to_share_[track.shares].add(track.last - track.began);
        ++track.shares;
    }
}

void Propagation::forget_old(Moment now) {
    std::erase_if(tracks_,
                  [&](const auto& entry) { return now - entry.second.began > bounds_.patience; });
}

}  // namespace starling::sim
