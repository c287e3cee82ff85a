#pragma once

#include "consensus/parameters.h"
#include "consensus/random.h"
#include "p2p/identity/node_id.h"
#include "p2p/link/link_transport.h"
#include "p2p/message.h"

#include <array>
#include <cstddef>
#include <vector>

namespace starling::sim {

// Both ends of one encrypted link, by the node's own code.
class LinkEnds {
public:
    // `key`: whom the dialler means to reach.
    LinkEnds(const p2p::Identity& dialler,
             const p2p::CompressedKey& key,
             const p2p::Identity& listener,
             Random& random);

    [[nodiscard]] p2p::LinkTransport& at(std::size_t end) { return ends_[end]; }

    // Is there an encoding of this message? Not of what a host could not decode or check itself.
    [[nodiscard]] static bool encodes(const p2p::Message& message);
    Bytes seal(std::size_t end, const p2p::Message& message);

    // Cuts a stretch of the stream where a network might: half the time not at all.
    static constexpr std::size_t kPiecesMax = 4;
    static std::vector<Bytes> torn(Bytes bytes, Random& random);

private:
    std::array<p2p::LinkTransport, 2> ends_;
};

}  // namespace starling::sim
