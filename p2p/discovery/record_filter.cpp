#include "p2p/discovery/record_filter.h"

#include "p2p/identity/identity_work.h"
#include "p2p/netgroup.h"

#include <algorithm>

namespace starling::p2p::discv5 {

RecordFilter::RecordFilter(const Parameters& parameters,
                           const NodeId& own,
                           const Limits& limits,
                           KnownRecords& known,
                           Random& random)
    : rules_(parameters.overlay),
      tag_(network_tag(parameters)),
      identity_bits_(parameters.identity_bits),
      own_(own),
      known_(known),
      foreign_(pace_of(parameters).refresh, limits.ids_remembered_max, random) {}

std::vector<Shared<Record>> RecordFilter::believed(const Request& request,
                                                   const Nodes& nodes,
                                                   std::size_t most,
                                                   Time now) {
    std::vector<Shared<Record>> out;
    out.reserve(std::min(most, nodes.records.size() + nodes.checked.size()));
    const auto take = [&](const Shared<Record>& record) {
        if (!record || !believed(request, *record, now)) return;
        const bool twice = std::ranges::any_of(
            out, [&](const Shared<Record>& other) { return other->id() == record->id(); });
        if (!twice) out.push_back(record);
    };
    std::size_t left = most;  // bounds the signatures that are checked, true or not
    for (const Bytes& bytes : nodes.records) {
        if (left-- == 0) return out;
        take(known_.decode(bytes));
    }
    for (const Shared<Record>& record : nodes.checked) {
        if (left-- == 0) return out;
        take(record);
    }
    return out;
}

bool RecordFilter::of_network(const Record& record, Time now) {
    const bool ours = record.of_network(tag_);
    if (ours && is_paid_for(record.key(), identity_bits_)) return true;
    if (foreign_.first(record.id(), now)) ++(ours ? cheap_identities_ : foreign_networks_);
    return false;
}

bool RecordFilter::relayable(const Endpoint& teller, const Endpoint& address) const {
    return rules_.loopback || !is_local_only(address) || is_local_only(teller);
}

bool RecordFilter::believed(const Request& request, const Record& record, Time now) {
    const unsigned distance = log_distance(request.record->id(), record.id());
    if (std::ranges::find(request.distances, distance) == request.distances.end()) return false;
    if (record.id() == own_ || !of_network(record, now)) return false;
    if (distance == 0) return true;  // its own record: it may say what it likes of itself
    const auto udp = record.udp();
    return udp && relayable(request.address, *udp);
}

}  // namespace starling::p2p::discv5
