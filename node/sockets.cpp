#include "node/sockets.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace starling::node {

namespace asio = boost::asio;
using asio::ip::tcp;

tcp::endpoint to_asio(const p2p::Endpoint& endpoint) {
    const asio::ip::address_v6 address(endpoint.address);
    if (endpoint.is_ipv4())
        return {asio::ip::make_address_v4(asio::ip::v4_mapped, address), endpoint.port};
    return {address, endpoint.port};
}

p2p::Endpoint from_asio(const tcp::endpoint& endpoint) {
    const asio::ip::address address = endpoint.address();
    const asio::ip::address_v6 wide =
        address.is_v6() ? address.to_v6()
                        : asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4());
    p2p::Endpoint out{.address = {}, .port = endpoint.port()};
    std::ranges::copy(wide.to_bytes(), out.address.begin());
    return out;
}

tcp::acceptor listen_at(asio::io_context& io, const p2p::Endpoint& endpoint) {
    const tcp::endpoint where = to_asio(endpoint);
    boost::system::error_code failure;
    tcp::acceptor acceptor(io);
    acceptor.open(where.protocol(), failure);
    // A port in TIME_WAIT after a restart is free; one with a listener is refused all the same.
    if (!failure) acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
    if (!failure) acceptor.bind(where, failure);
    if (!failure) acceptor.listen(asio::socket_base::max_listen_connections, failure);
    if (failure == asio::error::address_in_use)
        throw std::runtime_error("port in use: " + to_string(endpoint) +
                                 "; stop the program that listens there or choose another port");
    if (failure)
        throw std::runtime_error("cannot listen at " + to_string(endpoint) + ": " +
                                 failure.message());
    return acceptor;
}

}  // namespace starling::node
