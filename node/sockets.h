#pragma once

#include "p2p/address.h"

#include <boost/asio/ip/tcp.hpp>

namespace starling::node {

boost::asio::ip::tcp::endpoint to_asio(const p2p::Endpoint& endpoint);
p2p::Endpoint from_asio(const boost::asio::ip::tcp::endpoint& endpoint);

// Listens there. A port that is taken or an address that is not ours is a std::runtime_error whose
// text is one line and says which.
boost::asio::ip::tcp::acceptor listen_at(boost::asio::io_context& io,
                                         const p2p::Endpoint& endpoint);

}  // namespace starling::node
