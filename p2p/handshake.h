#pragma once

#include "consensus/random.h"
#include "p2p/earliest.h"
#include "p2p/limits.h"
#include "p2p/outbox.h"

#include <optional>

namespace starling::p2p {

// Opens connections: exchanges version and verack, negotiates what may only be negotiated between
// them (BIP 155, 339), and notices when we have dialled ourselves.
//
// The side that dialled speaks first; the other answers only to a version, so that a stranger who
// sends foreign bytes learns nothing.
//
// Invariants:
//   - a peer is `ready` only after its version and its verack, in this order;
//   - a peer that is not ready within the time limit is dropped.
class Handshake {
public:
    Handshake(const Limits& limits, Random& random) : limits_(limits), random_(random) {}

    void connected(Peer& peer, Turn& turn);
    // A message of a peer that is not ready. True if it became ready by it.
    bool received(Peer& peer, const Message& message, Turn& turn);
    void handle_timer(Turn& turn);
    [[nodiscard]] std::optional<Time> next_wakeup() const { return wakeup_.next(); }

private:
    void send_version(Peer& peer, Turn& turn);
    void on_version(Peer& peer, const Version& version, Turn& turn);

    const Limits& limits_;
    Random& random_;
    Wakeup wakeup_;
};

}  // namespace starling::p2p
