#include "p2p/block_relay.h"

#include "p2p/chain_mirror.h"

#include <algorithm>
#include <utility>

namespace starling::p2p {

void BlockRelay::announce_tip(Turn& turn) const {
    if (turn.chain.initial_download()) return;
    bool told = false;
    for (auto& [id, peer] : turn.peers.all()) {
        if (!peer.ready || peer.knows(turn.chain.tip())) continue;
        announce(peer, turn);
        told = true;
    }
    if (!told) return;
    turn.out.report(
        {.kind = Event::Kind::block_announced, .hash = Hash256{turn.chain.tip()->hash.bytes}});
}

void BlockRelay::announce(Peer& peer, Turn& turn) const {
    const HeaderNode* tip = turn.chain.tip();
    auto headers = peer.send_headers ? lacking(peer, tip) : std::nullopt;
    if (!headers) return turn.out.send(peer, Inv{{InventoryItem::block(tip->hash)}});
    peer.best_sent = tip;
    turn.out.send(peer, Headers{std::move(*headers)});
}

// The headers between what the peer has and the tip, if they are few.
std::optional<std::vector<Header>> BlockRelay::lacking(const Peer& peer,
                                                       const HeaderNode* tip) const {
    std::vector<Header> headers;
    for (const HeaderNode* node = tip; node != nullptr && !peer.knows(node); node = node->parent) {
        if (headers.size() == limits_.headers_announced_max || node->parent == nullptr)
            return std::nullopt;
        headers.push_back(node->header);
    }
    std::ranges::reverse(headers);
    return headers;
}

void BlockRelay::received(Peer& peer, const GetHeaders& message, Turn& turn) const {
    // The answer may be a thousand times as long as the question.
    if (peer.queued_bytes > limits_.send_queue_bytes_max) return;
    const HeaderNode* tip = turn.chain.tip();
    const HeaderNode* from = ancestor(tip, Height{0});
    for (const BlockHash& hash : message.locator) {
        const HeaderNode* node = turn.chain.find(hash);
        if (node == nullptr || !turn.chain.active(node)) continue;
        from = node;
        break;
    }
    const auto most = static_cast<std::int32_t>(Headers::kHeadersMax);
    const Height end = std::min(tip->height, from->height + most);
    std::vector<Header> headers;
    const HeaderNode* last = ancestor(tip, end);
    const HeaderNode* stop = turn.chain.find(message.stop);
    if (stop != nullptr && stop->height > from->height && stop->height < end &&
        turn.chain.active(stop))
        last = stop;
    for (const HeaderNode* node = last; node != from; node = node->parent)
        headers.push_back(node->header);
    std::ranges::reverse(headers);
    if (peer.best_sent == nullptr || last->work > peer.best_sent->work) peer.best_sent = last;
    turn.out.send(peer, Headers{std::move(headers)});
}

bool BlockRelay::servable(const HeaderNode* node, const ChainMirror& chain) {
    constexpr std::int64_t kStaleSeconds = 30 * 24 * 60 * 60;  // Bitcoin Core
    if (node == nullptr || !chain.has_body(node)) return false;
    if (chain.active(node)) return true;
    const std::int64_t age = std::int64_t{chain.tip()->header.time} - node->header.time;
    return chain.fully_valid(node) && age < kStaleSeconds;
}

}  // namespace starling::p2p
