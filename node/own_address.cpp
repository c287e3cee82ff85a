#include "node/own_address.h"

namespace starling::node {

bool is_unspecified(const p2p::Endpoint& endpoint) {
    return endpoint.address == p2p::Endpoint::ipv4({}, 0).address ||
           endpoint.address == p2p::Endpoint{}.address;
}

OwnEndpoints own_endpoints(const p2p::Endpoint& udp,
                           std::optional<p2p::Endpoint> tcp,
                           std::optional<p2p::Endpoint> external) {
    OwnEndpoints out;
    const auto name = [&](const p2p::Endpoint& where) {
        const auto reached = [&](std::uint16_t port) {
            return p2p::Endpoint{where.address, where.port != 0 ? where.port : port};
        };
        (where.is_ipv4() ? out.udp : out.udp6) = reached(udp.port);
        if (tcp) (where.is_ipv4() ? out.tcp : out.tcp6) = reached(tcp->port);
    };
    name({udp.address, 0});
    if (is_unspecified(udp) && !udp.is_ipv4()) name(p2p::Endpoint::ipv4({}, 0));
    if (external) name(*external);
    return out;
}

}  // namespace starling::node
