#pragma once

#include "sim/host/host.h"

#include <optional>
#include <vector>

namespace starling::sim {

// The peers with which the handshake is done, by id: before it, anything else ends the connection.
std::vector<p2p::PeerId> ready_peers(const Host& host);
// One of them by chance; none if there is none.
std::optional<p2p::PeerId> draw_peer(const Host& host, Random& random);

// Of the handshake, without which there is nobody to annoy.
bool opens_connection(const p2p::Message& message);
// A block as a message, from this host's store; nothing if it is not there.
std::optional<p2p::BlockMessage> stored_block(const Host& host, const BlockHash& hash);
// What a block's bytes are to whoever receives them, by the rules of the world's network.
p2p::BlockMessage block_message(const Host& host, Shared<Bytes> bytes);

}  // namespace starling::sim
