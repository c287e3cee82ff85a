#pragma once

#include "consensus/parameters.h"
#include "p2p/identity/record.h"

#include <cstdint>
#include <vector>

namespace starling::test {

// The n-th identity of a test, always the same. Not for n = 0.
inline p2p::Identity numbered_identity(std::uint32_t n) {
    SecretKey secret{};
    for (std::size_t i = 0; i < 4; ++i)
        secret[31 - i] = static_cast<std::uint8_t>(n >> (8 * i));
    return *p2p::Identity::from(secret);
}

// A record as a node of this network writes it.
inline Shared<p2p::Record> node_record(const p2p::Identity& identity,
                                       const p2p::Endpoint& address,
                                       const Parameters& parameters,
                                       std::uint64_t sequence = 1) {
    return p2p::Record::sign({.sequence = sequence,
                              .udp = address,
                              .tcp = address,
                              .network = p2p::network_tag(parameters)},
                             identity);
}

// Identities whose distance from this one is `distance`, made by trying: for distances near 256.
inline std::vector<p2p::Identity> identities_at(const p2p::NodeId& from,
                                                unsigned distance,
                                                std::size_t count) {
    std::vector<p2p::Identity> out;
    for (std::uint32_t n = 1'000; out.size() < count; ++n) {
        p2p::Identity identity = numbered_identity(n);
        if (log_distance(from, identity.id) == distance) out.push_back(identity);
    }
    return out;
}

}  // namespace starling::test
