#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace starling::p2p {

// What we use a connection of our own accord for.
enum class ConnectionKind : std::uint8_t {
    full_relay,        // blocks, transactions and records of nodes
    block_only,        // blocks alone: who watches transactions and records does not see it
    extra_full_relay,  // a ninth, while our tip is stale
    extra_block_only,  // for minutes, to hear whether others know of more work
    feeler,            // until verack, to see whether the node is there
};
constexpr std::size_t kConnectionKinds = 5;

// On such a connection neither side is to tell of transactions, and we tell of no nodes.
constexpr bool is_block_only(ConnectionKind kind) {
    return kind != ConnectionKind::full_relay && kind != ConnectionKind::extra_full_relay;
}
// As Bitcoin Core's getpeerinfo calls them; extra ones as what they may become.
constexpr std::string_view to_string(ConnectionKind kind) {
    if (kind == ConnectionKind::feeler) return "feeler";
    return is_block_only(kind) ? "block-relay-only" : "outbound-full-relay";
}

}  // namespace starling::p2p
