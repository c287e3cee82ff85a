#include "sim/checkers/budgets.h"

#include "p2p/discovery/queues.h"
#include "p2p/transport.h"

#include <string>

namespace starling::sim {

std::size_t Budgets::connection_bytes_max(const p2p::Limits& limits) {
    return 2 * (limits.send_queue_bytes_max + p2p::kMessageBytesMax);
}

void Budgets::look(const World& world) {
    const std::vector<HostIndex> honest = world.honest();
    for (std::size_t i = 0; i < kHostsALook && i < honest.size(); ++i)
        look_at(world, world.host(honest[turn_++ % honest.size()]));
}

void Budgets::look_at(const World& world, const Host& host) {
    const Moment now = world.now();
    const mempool::Pool& pool = host.ledger().pool();
    held(now, host.index(), "bytes of its pool", pool.memory_bytes(), pool.limits().bytes_max);
    look_at_peers(world, host);
    if (!host.paused()) {
        const Host::Backlog backlog = host.backlog();
        held(now, host.index(), "inputs that wait", backlog.inputs, kInputsMax);
        held(now, host.index(), "jobs that wait", backlog.jobs, kJobsMax);
    }
    if (!host.has_discovery()) return;
    const std::string_view over = over_bound(host.discovery().queues(), p2p::discv5::Limits{});
    if (!over.empty())
        violated(now, host.index(), "over the bound of discovery's " + std::string(over));
}

void Budgets::look_at_peers(const World& world, const Host& host) {
    const p2p::Limits limits;
    const auto& overlay = world.plan().settings.overlay;
    std::size_t inbound = 0;
    for (const p2p::PeerView& peer : host.gossip().peers()) {
        inbound += peer.direction == p2p::Direction::inbound ? 1u : 0u;
        held(world.now(), host.index(), "blocks asked of one peer", peer.in_flight.size(),
             limits.blocks_in_flight_per_peer);
    }
    const p2p::CandidateFigures candidates = host.gossip().candidates(host.clock());
    held(world.now(), host.index(), "inbound peers", inbound, overlay.inbound_max);
    held(world.now(), host.index(), "outbound peers", candidates.outbound, overlay.outbound);
    held(world.now(), host.index(), "candidates", candidates.known, limits.candidates_max);
    for (const ConnectionView& connection : world.internet().connections_of(host.index())) {
        const bool dialled = connection.dialler == host.index();
        const HostIndex other = dialled ? connection.listener : connection.dialler;
        // What a hostile host has to say waits at its end of the line.
        if (!world.plan().hosts[other].honest()) continue;
        held(world.now(), host.index(), "bytes that wait on one connection",
             connection.queued_bytes, connection_bytes_max());
    }
}

void Budgets::held(
    Moment when, HostIndex host, std::string_view what, std::size_t is, std::size_t most) {
    if (is <= most) return;
    violated(when, host,
             std::to_string(is) + " " + std::string(what) + ", over " + std::to_string(most));
}

}  // namespace starling::sim
