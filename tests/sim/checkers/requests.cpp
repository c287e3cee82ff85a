#include "sim/checkers/requests.h"

#include "p2p/discovery/queues.h"
#include "sim/checkers/sample.h"

#include <string>

namespace starling::sim {

void Requests::host_stopped(HostIndex host, bool) {
    std::erase_if(owed_, [host](const auto& entry) { return entry.first.first == host; });
}

void Requests::look(const World& world) {
    for (const HostIndex index : sample(world, 0))
        look_at(world, world.host(index));
    // Peers that are gone, or owe nothing any more.
    std::erase_if(owed_, [&](const auto& entry) { return entry.second.seen != world.now(); });
}

void Requests::look_at(const World& world, const Host& host) {
    const Moment now = world.now();
    const HostIndex index = host.index();
    if (host.paused()) paused_[index] = now;
    const auto paused = paused_.find(index);
    if (paused != paused_.end() && now - paused->second <= kSlack) return;
    const p2p::Limits limits;
    for (const p2p::PeerView& peer : host.gossip().peers()) {
        if (peer.ping_wait) waits(now, index, "ping", *peer.ping_wait, limits.ping_timeout);
        if (!peer.in_flight.empty()) owes(now, index, peer.id, peer.in_flight);
    }
    if (!host.has_discovery()) return;
    if (const auto oldest = host.discovery().queues().oldest_request) {
        waits(now, index, "request of discovery", host.clock() - *oldest,
              request_life_max(p2p::discv5::Limits{}));
    }
}

void Requests::waits(
    Moment when, HostIndex host, std::string_view what, Duration is, Duration most) {
    if (is <= most + kSlack) return;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(is);
    violated(when, host,
             "a " + std::string(what) + " of " + std::to_string(seconds.count()) +
                 " seconds ago was neither answered nor given up");
}

void Requests::owes(Moment when,
                    HostIndex host,
                    p2p::PeerId peer,
                    const std::vector<Height>& blocks) {
    Owed& owed = owed_.try_emplace({host, peer}, Owed{{}, when, when}).first->second;
    owed.seen = when;
    if (owed.blocks != blocks) {
        owed.blocks = blocks;
        owed.since = when;
    }
    if (when - owed.since <= Span{p2p::Limits{}.block_timeout} + kSlack) return;
    violated(when, host,
             "the same " + std::to_string(blocks.size()) +
                 " blocks were owed by one peer for too long, the first at height " +
                 std::to_string(blocks.front().value));
}

}  // namespace starling::sim
