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
    holds(now, host.index(), host.gossip().figures(host.clock()));
    look_at_lines(world, host);
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

void Budgets::look_at_lines(const World& world, const Host& host) {
    for (const ConnectionView& connection : world.internet().connections_of(host.index())) {
        const bool dialled = connection.dialler == host.index();
        const HostIndex other = dialled ? connection.listener : connection.dialler;
        // What a hostile host has to say waits at its end of the line.
        if (!world.plan().hosts[other].honest()) continue;
        held(world.now(), host.index(), "bytes that wait on one connection",
             connection.queued_bytes, connection_bytes_max());
    }
}

// Their ages are another checker's (requests.h).
void Budgets::holds(Moment when, HostIndex host, p2p::Figures figures) {
    figures.handshake = figures.ping = figures.dial = figures.getheaders = {};
    figures.block = figures.transaction = figures.body = {};
    for (const std::string_view name : figures.exceeded())
        violated(when, host, "over the bound of Gossip's " + std::string(name));
}

void Budgets::held(
    Moment when, HostIndex host, std::string_view what, std::size_t is, std::size_t most) {
    if (is <= most) return;
    violated(when, host,
             std::to_string(is) + " " + std::string(what) + ", over " + std::to_string(most));
}

}  // namespace starling::sim
