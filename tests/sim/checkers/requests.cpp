#include "sim/checkers/requests.h"

#include "p2p/discovery/queues.h"

#include <string>

namespace starling::sim {

void Requests::fault(const Fault& fault, bool begins) {
    if (begins || fault.kind != Fault::Kind::pause) return;
    for (const HostIndex host : fault.hosts)
        resumed_[host] = fault.end;
}

void Requests::look(const World& world) {
    const std::vector<HostIndex> honest = world.honest();
    for (std::size_t i = 0; i < kHostsALook && i < honest.size(); ++i)
        look_at(world, world.host(honest[turn_++ % honest.size()]));
}

bool Requests::stood(Moment when, HostIndex host) const {
    const auto resumed = resumed_.find(host);
    return resumed != resumed_.end() && when < resumed->second + kSlack;
}

void Requests::look_at(const World& world, const Host& host) {
    const Moment now = world.now();
    const HostIndex index = host.index();
    if (host.paused() || stood(now, index)) return;
    const p2p::Figures figures = host.gossip().figures(host.clock());
    waits(now, index, "handshake", figures.handshake);
    waits(now, index, "ping", figures.ping);
    waits(now, index, "dial", figures.dial);
    waits(now, index, "request for headers", figures.getheaders);
    waits(now, index, "request for a block", figures.block);
    waits(now, index, "request for a transaction", figures.transaction);
    waits(now, index, "body to be sent", figures.body);
    if (!host.has_discovery()) return;
    p2p::Figures::Age discovery{.bound = request_life_max(p2p::discv5::Limits{})};
    if (const auto begun = host.discovery().queues().oldest_request)
        discovery.oldest = host.clock() - *begun;
    waits(now, index, "request of discovery", discovery);
}

void Requests::waits(Moment when,
                     HostIndex host,
                     std::string_view what,
                     const p2p::Figures::Age& age) {
    if (!age.oldest || *age.oldest <= age.bound + kSlack) return;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(*age.oldest);
    violated(when, host,
             "a " + std::string(what) + " of " + std::to_string(seconds.count()) +
                 " seconds ago was neither answered nor given up");
}

}  // namespace starling::sim
