#include "sim/hostile/targets.h"

#include "consensus/serialize.h"
#include "sim/host/archive.h"

#include <cassert>
#include <utility>
#include <variant>

namespace starling::sim {

std::vector<p2p::PeerId> ready_peers(const Host& host) {
    std::vector<p2p::PeerId> ready;
    for (const p2p::PeerView& peer : host.gossip().peers()) {
        if (peer.ready) ready.push_back(peer.id);
    }
    return ready;
}

std::optional<p2p::PeerId> draw_peer(const Host& host, Random& random) {
    const std::vector<p2p::PeerId> ready = ready_peers(host);
    if (ready.empty()) return std::nullopt;
    return ready[random.below(ready.size())];
}

bool opens_connection(const p2p::Message& message) {
    return std::holds_alternative<p2p::Version>(message) ||
           std::holds_alternative<p2p::Verack>(message) ||
           std::holds_alternative<p2p::WtxidRelay>(message) ||
           std::holds_alternative<p2p::SendAddrV2>(message);
}

std::optional<p2p::BlockMessage> stored_block(const Host& host, const BlockHash& hash) {
    Shared<Bytes> body = host.store().body(hash);
    if (body == nullptr) return std::nullopt;
    return block_message(host, std::move(body));
}

p2p::BlockMessage block_message(const Host& host, Shared<Bytes> bytes) {
    Reader in(*bytes);
    const auto header = decode_header(in);
    assert(header.ok());
    return {hash_of(*header), *header, host.environment().archive.check(bytes)};
}

}  // namespace starling::sim
