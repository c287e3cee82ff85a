#include "p2p/identity/node_id.h"

#include "consensus/hex.h"
#include "p2p/crypto/keccak.h"

#include <algorithm>
#include <bit>

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
