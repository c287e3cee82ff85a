#include "sim/checkers/work.h"

#include "sim/checkers/sample.h"

#include <algorithm>

namespace starling::sim {

Span WorkChecker::bound(std::size_t hostile_peers, const p2p::Limits& limits) {
    const auto tries = static_cast<Span::rep>(hostile_peers + 1);
    return limits.headers_timeout + tries * Span{limits.block_timeout} + kSlack;
}

void WorkChecker::look(const World& world) {
    // The same ones at every look: what counts is how long.
    for (const HostIndex index : sample(world, 0))
        look_at(world, world.host(index));
    forget_others(world.now());
}

void WorkChecker::look_at(const World& world, const Host& host) {
    if (host.paused()) return;
    const Internet& internet = world.internet();
    std::vector<HostIndex> honest;
    std::size_t hostile = 0;
    for (const ConnectionView& connection : internet.connections_of(host.index())) {
        if (!connection.established) continue;
        const bool dialled = connection.dialler == host.index();
        const HostIndex other = dialled ? connection.listener : connection.dialler;
        if (world.plan().hosts[other].honest()) {
            honest.push_back(other);
        } else {
            ++hostile;
        }
    }
    const Span allowed = bound(hostile);
    for (const HostIndex other : honest) {
        const Host& peer = world.host(other);
        const bool together = peer.running() && !peer.paused() &&
                              internet.reachable(host.index(), other) &&
                              internet.reachable(other, host.index());
        if (!together) continue;
        compare(world.now(), {host.index(), other}, host.tip()->work, peer.tip()->work, allowed);
    }
}

void WorkChecker::compare(
    Moment when, Pair pair, const Work& own, const Work& theirs, Span allowed) {
    const auto found = behind_.find(pair);
    if (found != behind_.end() && own < found->second.wanted) {
        found->second.seen = when;
        if (when - found->second.since <= allowed) return;
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(allowed);
        return violated(when, pair.host,
                        "for over " + std::to_string(seconds.count()) +
                            " seconds on less work than its peer, host " +
                            std::to_string(pair.peer) + ", has had");
    }
    if (own < theirs) {
        behind_.insert_or_assign(pair, Behind{when, when, theirs});
    } else if (found != behind_.end()) {
        behind_.erase(found);
    }
}

void WorkChecker::forget_others(Moment when) {
    std::erase_if(behind_, [when](const auto& entry) { return entry.second.seen != when; });
}

}  // namespace starling::sim
