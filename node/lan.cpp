#include "node/lan.h"

#include "node/clock.h"
#include "node/lan_neighbours.h"
#include "node/log.h"
#include "node/sockets.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/multicast.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace starling::node {

namespace asio = boost::asio;
using asio::ip::udp;
using boost::system::error_code;

// One socket of the group, that hears and speaks on one interface alone.
struct Lan::Interface : std::enable_shared_from_this<Interface> {
    Interface(asio::io_context& io,
              const Parameters& parameters,
              const p2p::NodeId& own_id_of,
              Random& random)
        : socket(io), timer(io), own_id(own_id_of), neighbours(parameters, random, now()) {}

    void join(const std::string& name);
    void await_datagrams();
    void read_turn();
    void arm();
    void announce();

    // Few are enough: what comes faster is not believed anyway.
    static constexpr std::size_t kDatagramsPerTurn = 16;

    udp::socket socket;
    asio::steady_timer timer;
    const p2p::NodeId own_id;
    LanNeighbours neighbours;
    Own own;
    Hear hear;
    bool closed = false;
    std::array<std::uint8_t, LanNeighbours::kDatagramBytesMax + 1> buffer{};
};

struct Lan::State {
    Loop& loop;
    const Parameters& parameters;
    p2p::NodeId own_id;
    Random& random;
    std::vector<std::shared_ptr<Interface>> interfaces;
};

void Lan::Interface::join(const std::string& name) {
    const unsigned index = if_nametoindex(name.c_str());
    if (index == 0) throw std::runtime_error("--lan: there is no interface \"" + name + "\"");
    const udp::endpoint group(asio::ip::make_address_v4(kGroup), kPort);
    ip_mreqn membership{};
    membership.imr_multiaddr.s_addr = htonl(group.address().to_v4().to_uint());
    membership.imr_ifindex = static_cast<int>(index);
    const auto set = [this](int option, const auto& value) {
        return ::setsockopt(socket.native_handle(), IPPROTO_IP, option, &value, sizeof value) == 0;
    };
    const int only_joined = 0;
    error_code failure;
    socket.open(udp::v4(), failure);
    // Several daemons of one machine hear each other.
    if (!failure) socket.set_option(udp::socket::reuse_address(true), failure);
    if (!failure) socket.set_option(asio::ip::multicast::hops(1), failure);
    if (!failure) socket.set_option(asio::ip::multicast::enable_loopback(true), failure);
    if (!failure) socket.bind(group, failure);
    if (!failure) socket.non_blocking(true, failure);
    // Without the last a socket hears every group and interface that the machine has joined.
    const bool joined = !failure && set(IP_ADD_MEMBERSHIP, membership) &&
                        set(IP_MULTICAST_IF, membership) && set(IP_MULTICAST_ALL, only_joined);
    if (!joined)
        throw std::runtime_error("--lan: \"" + name + "\" cannot be used for multicast" +
                                 (failure ? ": " + failure.message() : ""));
}

void Lan::Interface::await_datagrams() {
    socket.async_wait(udp::socket::wait_read,
                      [self = shared_from_this()](const error_code& failure) {
                          if (failure || self->closed) return;
                          self->read_turn();
                          if (!self->closed) self->await_datagrams();
                      });
}

void Lan::Interface::read_turn() {
    for (std::size_t count = 0; count < kDatagramsPerTurn && !closed; ++count) {
        udp::endpoint from;
        error_code failure;
        const std::size_t size = socket.receive_from(asio::buffer(buffer), from, 0, failure);
        if (failure) break;
        const auto sighting = neighbours.received(from_asio({from.address(), from.port()}),
                                                  ByteView(buffer).first(size), own_id, now());
        if (sighting) hear(*sighting);
    }
    arm();  // who is new is to hear of us sooner
}

void Lan::Interface::arm() {
    timer.expires_after(std::clamp<Duration>(neighbours.next_announcement() - now(), Duration{0},
                                             2 * LanNeighbours::kInterval));
    timer.async_wait([self = shared_from_this()](const error_code& failure) {
        if (!failure && !self->closed) self->announce();
    });
}

void Lan::Interface::announce() {
    neighbours.announced(now());
    if (const Shared<p2p::Record> record = own()) {
        const Bytes datagram = LanNeighbours::announcement(*record);
        error_code ignored;  // an interface that is down comes up again
        socket.send_to(asio::buffer(datagram),
                       udp::endpoint(asio::ip::make_address_v4(kGroup), kPort), 0, ignored);
    }
    arm();
}

Lan::Lan(Loop& loop, const Parameters& parameters, const p2p::NodeId& own_id, Random& random)
    : state_(new State{loop, parameters, own_id, random, {}}) {}

Lan::~Lan() {
    close();
}

void Lan::open(const std::string& interface, Own own, Hear hear) {
    const auto opened = std::make_shared<Interface>(state_->loop.io(), state_->parameters,
                                                    state_->own_id, state_->random);
    opened->own = std::move(own);
    opened->hear = std::move(hear);
    opened->join(interface);
    state_->interfaces.push_back(opened);
    opened->await_datagrams();
    opened->arm();
    log_info("looking for nodes on " + interface + " by multicast");
}

void Lan::close() {
    for (const auto& one : state_->interfaces) {
        error_code ignored;
        one->closed = true;
        one->timer.cancel();
        one->socket.close(ignored);
    }
    state_->interfaces.clear();
}

std::optional<p2p::Endpoint> address_of_interface(const std::string& interface) {
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0) return std::nullopt;
    std::optional<p2p::Endpoint> out;
    for (const ifaddrs* one = all; one != nullptr && !out; one = one->ifa_next) {
        if (one->ifa_addr == nullptr || interface != one->ifa_name) continue;
        if (one->ifa_addr->sa_family != AF_INET) continue;
        const auto* const address =
            static_cast<const sockaddr_in*>(static_cast<const void*>(one->ifa_addr));
        const asio::ip::address_v4 host(ntohl(address->sin_addr.s_addr));
        out = from_asio({host, 0});
    }
    ::freeifaddrs(all);
    return out;
}

}  // namespace starling::node
