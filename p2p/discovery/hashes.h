#pragma once

#include "consensus/bytes.h"
#include "consensus/lookup_table.h"
#include "p2p/discovery/contact.h"

#include <cstdint>
#include <cstring>

namespace starling::p2p {

// The first bytes of an id, by which it is told from others before it is compared.
inline std::uint64_t prefix_of(const NodeId& id) {
    std::uint64_t prefix = 0;
    std::memcpy(&prefix, id.bytes.data(), sizeof prefix);
    return prefix;
}

// Keyed hashes of what LookupTables of this room are asked by.
inline std::uint64_t table_hash(const NodeId& id, std::uint64_t key0, std::uint64_t key1) {
    std::uint64_t words[4];
    std::memcpy(words, id.bytes.data(), sizeof words);
    const std::uint64_t low = mix(words[0] ^ key0, words[1] ^ key1);
    const std::uint64_t high = mix(words[2] ^ key1, words[3] ^ key0);
    return mix(low ^ key0, high ^ 0x9e37'79b9'7f4a'7c15);
}

inline std::uint64_t table_hash(const Endpoint& at, std::uint64_t key0, std::uint64_t key1) {
    std::uint64_t words[2];
    std::memcpy(words, at.address.data(), sizeof words);
    return mix(mix(words[0] ^ key0, words[1] ^ key1) ^ key0, at.port ^ key1);
}

}  // namespace starling::p2p

namespace starling::p2p::discv5 {

inline std::uint64_t table_hash(const Contact& contact, std::uint64_t key0, std::uint64_t key1) {
    return mix(table_hash(contact.id, key0, key1), table_hash(contact.address, key1, key0) ^ key0);
}

}  // namespace starling::p2p::discv5
