#pragma once

#include "p2p/limits.h"
#include "p2p/outbox.h"

#include <optional>
#include <vector>

namespace starling::p2p {

// Tells peers of new tips and of our chain of headers.
//
// Only the tip is announced, and the tip is verified: nothing invalid is ever passed on. A peer
// that asked for headers (BIP 130) gets those that it lacks if they are few and it has their
// parent; all others get the tip's hash.
class BlockRelay {
public:
    explicit BlockRelay(const Limits& limits) : limits_(limits) {}

    void announce_tip(Turn& turn) const;
    void received(Peer& peer, const GetHeaders& message, Turn& turn) const;
    // Whether the body may be given to anyone who asks. Of blocks that left the chain only recent
    // ones: which old ones a node has would tell it from others.
    [[nodiscard]] static bool servable(const HeaderNode* node, const ChainMirror& chain);

private:
    void announce(Peer& peer, Turn& turn) const;
    [[nodiscard]] std::optional<std::vector<Header>> lacking(const Peer& peer,
                                                             const HeaderNode* tip) const;

    const Limits& limits_;
};

}  // namespace starling::p2p
