#include "p2p/discovery/queues.h"

#include <algorithm>
#include <array>

namespace starling::p2p::discv5 {

Duration request_life_max(const Limits& limits) {
    return limits.request_timeout *
           static_cast<Duration::rep>(std::max<std::size_t>(1, limits.nodes_packets_max));
}

std::string_view over_bound(const Queues& queues, const Limits& limits) {
    struct Bound {
        std::string_view name;
        std::size_t held, most;
    };
    const std::size_t in_flight_max = limits.checks_in_flight_max + limits.inbound_checks_max;
    const std::array bounds = {
        Bound{"sessions", queues.wire.sessions, limits.sessions_max},
        Bound{"challenges", queues.wire.challenges, limits.challenges_max},
        Bound{"unproven", queues.wire.unproven, limits.requests_max},
        Bound{"senders", queues.wire.senders, limits.addresses_tracked_max},
        Bound{"requests", queues.requests, limits.requests_max},
        Bound{"fetches", queues.fetches, limits.fetches_max},
        Bound{"checks_waiting", queues.checks_waiting, limits.checks_waiting_max},
        Bound{"checks_in_flight", queues.checks_in_flight, in_flight_max},
        Bound{"lookups", queues.lookups, limits.lookups_max},
        Bound{"known_records", queues.known_records, limits.records_remembered_max},
        Bound{"ids", queues.ids, limits.ids_remembered_max},
    };
    const auto over =
        std::ranges::find_if(bounds, [](const Bound& bound) { return bound.held > bound.most; });
    return over == bounds.end() ? std::string_view{} : over->name;
}

}  // namespace starling::p2p::discv5
