#include "p2p/uploads.h"

#include "p2p/block_relay.h"
#include "p2p/chain_mirror.h"
#include "p2p/tx_relay.h"

#include <utility>

namespace starling::p2p {

void Uploads::received(Peer& peer, const GetData& message, Turn& turn) {
    Waiting& waiting = peers_[peer.id];
    for (const InventoryItem& item : message.items) {
        if (waiting.items.size() >= limits_.upload_items_max) {
            turn.out.blame(peer, Offence::too_many_requests);
            break;
        }
        waiting.items.push_back(item);
    }
    serve(peer, waiting, turn);
}

void Uploads::written(Peer& peer, Turn& turn) {
    const auto waiting = peers_.find(peer.id);
    if (waiting == peers_.end()) return;
    if (peer.queued_bytes < limits_.send_queue_bytes_max / 2) waiting->second.body_due.reset();
    serve(peer, waiting->second, turn);
}

void Uploads::handle_timer(Turn& turn) {
    if (!wakeup_.due(turn.now)) return;
    wakeup_.clear();
    for (auto& [id, waiting] : peers_) {
        if (!waiting.body_due || waiting.items.empty()) continue;
        if (*waiting.body_due > turn.now) {
            wakeup_.by(*waiting.body_due);
            continue;
        }
        waiting.body_due.reset();
        if (Peer* peer = turn.peers.find(id)) serve(*peer, waiting, turn);
    }
}

void Uploads::serve(Peer& peer, Waiting& waiting, Turn& turn) {
    NotFound missing;
    while (!waiting.items.empty() && !waiting.body_due &&
           peer.queued_bytes < limits_.send_queue_bytes_max) {
        const InventoryItem item = waiting.items.front();
        waiting.items.pop_front();
        if (!serve_item(peer, waiting, item, turn)) missing.items.push_back(item);
    }
    // Where nothing waits for the body its time does not matter.
    if (!waiting.items.empty() && waiting.body_due) wakeup_.by(*waiting.body_due);
    if (!missing.items.empty()) turn.out.send(peer, std::move(missing));
}

bool Uploads::serve_item(Peer& peer, Waiting& waiting, const InventoryItem& item, Turn& turn) {
    if (item.is_transaction()) return transactions_.serve(peer, item, turn);
    if (!item.is_block()) return false;
    // The form without witnesses is not kept: who asks for it gets the whole block, which every
    // node that speaks our protocol version reads.
    const HeaderNode* node = turn.chain.find(BlockHash{item.hash});
    if (!BlockRelay::servable(node, turn.chain)) return false;
    waiting.body_due = turn.now + kBodyTimeout;
    turn.out.send_body(peer, node->hash);
    return true;
}

}  // namespace starling::p2p
