#pragma once

#include "p2p/limits.h"
#include "p2p/outbox.h"
#include "p2p/peer_map.h"
#include "p2p/token_bucket.h"

#include <cstddef>

namespace starling::p2p {

// Messages that we do not know are ignored, since a later version may have them; but reading them
// costs us too, so each peer has an allowance, beyond which they are offences.
class UnknownMessages {
public:
    explicit UnknownMessages(const Limits& limits) : limits_(limits) {}

    // `bytes` on the wire.
    void received(Peer& peer, const Unknown& message, std::size_t bytes, Turn& turn) {
        const auto capacity = static_cast<std::int64_t>(limits_.unknown_messages_max);
        // Most peers send none: there is nothing until one comes.
        const auto allowance =
            allowances_.try_emplace(peer.id, capacity, kPerSecond, turn.now).first;
        const auto cost = static_cast<std::int64_t>(1 + bytes / kBytesOfOne);
        if (allowance->second.take(cost, turn.now)) return;
        turn.out.blame(peer, Offence::unknown_messages, message.command);
    }
    void disconnected(PeerId peer) { allowances_.erase(peer); }

private:
    static constexpr std::int64_t kPerSecond = 10;
    static constexpr std::size_t kBytesOfOne = 1'000;  // a longer one counts as several

    const Limits& limits_;
    PeerMap<TokenBucket> allowances_;
};

}  // namespace starling::p2p
