#pragma once

#include "p2p/earliest.h"
#include "p2p/limits.h"
#include "p2p/outbox.h"

#include <deque>
#include <optional>
#include <vector>

namespace starling::p2p {

struct Figures;

class TxRelay;

// Answers getdata: in order, one block at a time, and only as fast as the peer reads.
//
// Invariants:
//   - what waits for a peer is at most Limits::upload_items_max names of 36 bytes;
//   - at most one body for a peer is being read or waits to be written, beside a send queue that
//     holds less than its limit.
class Uploads {
public:
    // A body that was not even queued by then could not be read: go on without it.
    static constexpr Duration kBodyTimeout = std::chrono::seconds{30};

    Uploads(const Limits& limits, TxRelay& transactions)
        : limits_(limits), transactions_(transactions) {}

    void disconnected(PeerId peer) { peers_.erase(peer); }
    void received(Peer& peer, const GetData& message, Turn& turn);
    // The peer's send queue fell: goes on.
    void written(Peer& peer, Turn& turn);
    void handle_timer(Turn& turn);
    [[nodiscard]] std::optional<Time> next_wakeup() const { return wakeup_.next(); }
    void count(Figures& figures, Time now) const;

private:
    struct Waiting {
        std::deque<InventoryItem> items;
        std::optional<Time> body_due;  // a body is on its way to the peer's queue
    };

    void serve(Peer& peer, Waiting& waiting, Turn& turn);
    // True if the item was served; false if the peer does not get it.
    bool serve_item(Peer& peer, Waiting& waiting, const InventoryItem& item, Turn& turn);

    const Limits& limits_;
    TxRelay& transactions_;
    PeerMap<Waiting> peers_;
    Wakeup wakeup_;
};

}  // namespace starling::p2p
