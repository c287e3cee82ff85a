#include "node/udp_socket.h"

#include "node/clock.h"
#include "node/sockets.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/ip/v6_only.hpp>

#include <array>
#include <stdexcept>
#include <utility>

namespace starling::node {

namespace asio = boost::asio;
using asio::ip::udp;
using boost::system::error_code;

struct UdpSocket::State : std::enable_shared_from_this<State> {
    State(asio::io_context& io, Receive receive_one)
        : socket(io), receive(std::move(receive_one)) {}

    void await_datagrams();
    void read_turn();

    udp::socket socket;
    Receive receive;
    UdpTraffic traffic;
    // One byte more than may come, which shows what is too long.
    std::array<std::uint8_t, kDatagramBytesMax + 1> buffer{};
};

namespace {

udp::endpoint to_udp(const p2p::Endpoint& endpoint, bool ipv4_socket) {
    const asio::ip::tcp::endpoint of_tcp = to_asio(endpoint);
    if (ipv4_socket || of_tcp.address().is_v6()) return {of_tcp.address(), of_tcp.port()};
    // A socket of IPv6 speaks with IPv4 under mapped addresses.
    return {asio::ip::address_v6(endpoint.address), endpoint.port};
}

p2p::Endpoint from_udp(const udp::endpoint& endpoint) {
    return from_asio({endpoint.address(), endpoint.port()});
}

}  // namespace

void UdpSocket::State::await_datagrams() {
    socket.async_wait(udp::socket::wait_read,
                      [self = shared_from_this()](const error_code& failure) {
                          if (failure || !self->socket.is_open()) return;
                          self->read_turn();
                          if (self->socket.is_open()) self->await_datagrams();
                      });
}

void UdpSocket::State::read_turn() {
    for (std::size_t count = 0; count < kDatagramsPerTurn && socket.is_open(); ++count) {
        udp::endpoint from;
        error_code failure;
        const std::size_t size = socket.receive_from(asio::buffer(buffer), from, 0, failure);
        if (failure == asio::error::would_block || failure == asio::error::try_again) return;
        if (failure) continue;  // what an earlier datagram brought back; it is read off with this
        ++traffic.received;
        traffic.received_bytes += size;
        traffic.last_received = now();
        if (size > kDatagramBytesMax)
            ++traffic.oversized;
        else
            receive(from_udp(from), ByteView(buffer).first(size));
    }
}

UdpSocket::UdpSocket(Loop& loop, Receive receive)
    : state_(std::make_shared<State>(loop.io(), std::move(receive))) {}

UdpSocket::~UdpSocket() {
    close();
}

p2p::Endpoint UdpSocket::bind(const p2p::Endpoint& at) {
    close();
    const udp::endpoint where = to_udp(at, at.is_ipv4());
    udp::socket& socket = state_->socket;
    error_code failure, ignored;
    socket.open(where.protocol(), failure);
    if (!failure && where.protocol() == udp::v6())
        socket.set_option(asio::ip::v6_only(false), ignored);
    if (!failure) socket.bind(where, failure);
    if (!failure) socket.non_blocking(true, failure);
    if (failure) {
        close();
        const bool taken = failure == asio::error::address_in_use;
        throw std::runtime_error(taken ? "UDP port in use: " + to_string(at) +
                                             "; stop the program that uses it or choose another"
                                       : "cannot use UDP at " + to_string(at) + ": " +
                                             failure.message());
    }
    socket.set_option(asio::socket_base::receive_buffer_size(kBufferBytes), ignored);
    state_->await_datagrams();
    return from_udp(socket.local_endpoint());
}

void UdpSocket::send(const p2p::Endpoint& to, ByteView datagram) {
    udp::socket& socket = state_->socket;
    if (!socket.is_open()) return;
    const bool ipv4_socket = socket.local_endpoint().protocol() == udp::v4();
    error_code failure = asio::error::address_family_not_supported;
    if (!ipv4_socket || to.is_ipv4())
        socket.send_to(asio::buffer(datagram.data(), datagram.size()), to_udp(to, ipv4_socket), 0,
                       failure);
    UdpTraffic& traffic = state_->traffic;
    if (failure) return void(++traffic.unsent);
    ++traffic.sent;
    traffic.sent_bytes += datagram.size();
    traffic.last_sent = now();
}

void UdpSocket::close() {
    error_code ignored;
    state_->socket.close(ignored);
}

const UdpTraffic& UdpSocket::traffic() const {
    return state_->traffic;
}

}  // namespace starling::node
