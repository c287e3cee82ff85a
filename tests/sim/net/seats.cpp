#include "sim/net/seats.h"

#include <algorithm>
#include <cassert>

namespace starling::sim {

namespace {

const RegionTable& regions_of(const Settings& settings) {
    const RegionTable* found = find_regions(settings.internet.latency);
    assert(found != nullptr);
    return *found;
}

}  // namespace

Seats::Seats(const Environment& environment, Stream of_table)
    : weather(environment.plan.hosts.size()),
      regions_(regions_of(environment.plan.settings)),
      jitter_percent_(environment.plan.settings.internet.jitter_percent),
      by_address_(of_table) {
    for (const HostPlan& host : environment.plan.hosts) {
        assert(host.index == seats_.size() && host.region < regions_.size());
        seats_.emplace_back(host);
        addresses_.emplace_back(host.address, host.index);
        by_address_.try_emplace(host.address, host.index);
    }
    std::sort(addresses_.begin(), addresses_.end());
}

Span Seats::jittered(Span way, Random& random) const {
    const Span most = way * jitter_percent_ / 100;
    return most == Span{0} ? way : uniform(random, way - most, way + most);
}

HostIndex Seats::exactly_at(const p2p::Endpoint& address) const {
    const HostIndex* host = by_address_.find(address);
    return host == nullptr ? kNoHost : *host;
}

std::vector<HostIndex> Seats::on(const p2p::Endpoint& address) const {
    std::vector<HostIndex> hosts;
    const p2p::Endpoint lowest{address.address, 0};
    for (auto at =
             std::lower_bound(addresses_.begin(), addresses_.end(), Address{lowest, HostIndex{0}});
         at != addresses_.end() && at->first.address == address.address; ++at)
        hosts.push_back(at->second);
    return hosts;
}

}  // namespace starling::sim
