#pragma once

#include "p2p/identity/record.h"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace starling::test {

// The n-th node key of a test; the same in every run.
inline p2p::Identity identity(std::uint64_t n) {
    SecretKey secret{};
    secret[0] = 0x51;
    for (std::size_t i = 0; i < 8; ++i)
        secret[31 - i] = static_cast<std::uint8_t>(n >> (8 * i));
    return *p2p::Identity::from(secret);
}

inline Shared<p2p::Record> record_of(const p2p::Identity& identity,
                                     std::optional<p2p::Endpoint> tcp,
                                     std::uint64_t sequence = 1,
                                     const Parameters& parameters = regtest()) {
    p2p::RecordFields fields;
    fields.sequence = sequence;
    fields.network = p2p::network_tag(parameters);
    if (tcp && tcp->is_ipv4()) fields.tcp = fields.udp = tcp;
    if (tcp && !tcp->is_ipv4()) fields.tcp6 = fields.udp6 = tcp;
    return p2p::Record::sign(fields, identity);
}

}  // namespace starling::test
