#pragma once

#include "p2p/crypto/curve.h"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace starling::p2p {

// Who a node is: Keccak-256 of its public key's coordinates (EIP-778, "v4"). Also its place in the
// overlay.
struct NodeId {
    std::array<std::uint8_t, 32> bytes{};

    friend auto operator<=>(const NodeId&, const NodeId&) = default;
};

// Nothing if `key` is no point of the curve.
std::optional<NodeId> node_id_of(const CompressedKey& key);

std::string to_string(const NodeId& id);   // 64 hexadecimal digits, in the order of the bytes
std::string short_text(const NodeId& id);  // the first 8 of them, for tables
std::optional<NodeId> parse_node_id(std::string_view text);  // 64 digits, with or without "0x"

// The bit length of the XOR, 0 (the same node) to 256: the distance of FINDNODE.
unsigned log_distance(const NodeId& a, const NodeId& b);
// Is `a` nearer to `target` than `b` by the XOR metric?
bool nearer(const NodeId& target, const NodeId& a, const NodeId& b);

// A node's own key and what follows from it.
struct Identity {
    SecretKey secret{};
    CompressedKey key{};
    NodeId id;

    // Nothing if `secret` is no valid key.
    static std::optional<Identity> from(const SecretKey& secret);
};

}  // namespace starling::p2p
