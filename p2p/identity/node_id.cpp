#include "p2p/identity/node_id.h"

#include "consensus/hex.h"
#include "p2p/crypto/keccak.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace starling::p2p {

std::optional<NodeId> node_id_of(const CompressedKey& key) {
    const auto point = coordinates(key);
    if (!point) return std::nullopt;
    return NodeId{keccak256(*point).bytes};
}

std::string to_string(const NodeId& id) {
    return hex(id.bytes);
}

std::string short_text(const NodeId& id) {
    return to_string(id).substr(0, 8);
}

std::optional<NodeId> parse_node_id(std::string_view text) {
    if (text.starts_with("0x")) text.remove_prefix(2);
    const auto bytes = from_hex(text);
    NodeId id;
    if (!bytes || bytes->size() != id.bytes.size()) return std::nullopt;
    std::ranges::copy(*bytes, id.bytes.begin());
    return id;
}

unsigned log_distance(const NodeId& a, const NodeId& b) {
    for (std::size_t word = 0; word < NodeId::kWords; ++word) {
        const std::uint64_t differ = a.word(word) ^ b.word(word);
        if (differ != 0)
            return static_cast<unsigned>(64 * (NodeId::kWords - word)) -
                   static_cast<unsigned>(std::countl_zero(differ));
    }
    return 0;
}

NodeIdRange ids_at(const NodeId& from, unsigned distance) {
    assert(distance >= 1 && distance <= 8 * from.bytes.size());
    NodeIdRange range{from, from};
    const auto byte_of = [](NodeId& id, unsigned bit) -> std::uint8_t& {  // the last bit first
        return id.bytes[id.bytes.size() - 1 - bit / 8];
    };
    for (unsigned bit = 0; bit + 1 < distance; ++bit) {
        const unsigned mask = 1u << bit % 8;
        byte_of(range.first, bit) = static_cast<std::uint8_t>(byte_of(range.first, bit) & ~mask);
        byte_of(range.last, bit) = static_cast<std::uint8_t>(byte_of(range.last, bit) | mask);
    }
    for (NodeId* id : {&range.first, &range.last}) {
        std::uint8_t& byte = byte_of(*id, distance - 1);
        byte = static_cast<std::uint8_t>(byte ^ 1u << (distance - 1) % 8);
    }
    return range;
}

bool nearer(const NodeId& target, const NodeId& a, const NodeId& b) {
    for (std::size_t word = 0; word < NodeId::kWords; ++word) {
        const std::uint64_t to_a = a.word(word) ^ target.word(word);
        const std::uint64_t to_b = b.word(word) ^ target.word(word);
        if (to_a != to_b) return to_a < to_b;
    }
    return false;
}

std::optional<Identity> Identity::from(const SecretKey& secret) {
    const auto key = compressed_key(secret);
    if (!key) return std::nullopt;
    return Identity{.secret = secret, .key = *key, .id = *node_id_of(*key)};
}

}  // namespace starling::p2p
