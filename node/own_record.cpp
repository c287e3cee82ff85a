#include "node/own_record.h"

#include "p2p/discovery/saved_peers.h"
#include "p2p/identity/network_tag.h"

#include <algorithm>
#include <utility>

namespace starling::node {

namespace {

std::optional<p2p::Endpoint> known(std::optional<p2p::Endpoint> endpoint) {
    return endpoint && !is_unspecified(*endpoint) ? endpoint : std::nullopt;
}

}  // namespace

OwnRecord own_record(const OwnEndpoints& endpoints,
                     const Parameters& parameters,
                     const p2p::Identity& identity,
                     ByteView saved,
                     Time now) {
    p2p::discv5::SavedPeers peers;
    if (auto decoded = p2p::discv5::decode_saved_peers(saved)) peers = std::move(*decoded);
    const auto clock =
        static_cast<std::uint64_t>(std::max<Duration::rep>(now.time_since_epoch().count(), 1));
    p2p::RecordFields fields{.sequence = clock,
                             .tcp = known(endpoints.tcp),
                             .tcp6 = known(endpoints.tcp6),
                             .network = p2p::network_tag(parameters)};
    const auto before = p2p::Record::decode(peers.own_record);
    const bool ours = before.ok() && (*before)->id() == identity.id;
    if (ours) fields.sequence = (*before)->sequence();
    Shared<p2p::Record> record = p2p::Record::sign(fields, identity);
    // Equal inputs give equal signatures: other bytes are another record.
    if (ours && record->bytes() != (*before)->bytes()) {
        fields.sequence = std::max(fields.sequence + 1, clock);  // as discovery numbers them
        record = p2p::Record::sign(fields, identity);
    }
    peers.own_record = record->bytes();
    return {record, encode_saved_peers(peers)};
}

}  // namespace starling::node
