#pragma once

#include "p2p/address.h"

#include <optional>

namespace starling::node {

// Where we can be reached, as far as we know before others have told us. An address of zeros: only
// the port is known.
struct OwnEndpoints {
    std::optional<p2p::Endpoint> udp, tcp;    // IPv4
    std::optional<p2p::Endpoint> udp6, tcp6;  // IPv6
};

// From the address that UDP is bound to, the TCP port that is listened at with it (none: no
// connections are taken), and what a person says (--external; port 0: ours). "[::]" takes both
// families.
OwnEndpoints own_endpoints(const p2p::Endpoint& udp,
                           std::optional<p2p::Endpoint> tcp,
                           std::optional<p2p::Endpoint> external);

[[nodiscard]] bool is_unspecified(const p2p::Endpoint& endpoint);  // 0.0.0.0 or ::

}  // namespace starling::node
