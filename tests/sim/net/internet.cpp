#include "sim/net/internet.h"

#include "sim/net/connections.h"
#include "sim/net/datagrams.h"
#include "sim/net/seats.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace starling::sim {

struct Internet::State {
    explicit State(const Environment& of_world)
        : environment(of_world),
          seats(environment),
          connections(environment, seats),
          datagrams(environment, seats) {}

    const Environment environment;
    Seats seats;
    Connections connections;
    Datagrams datagrams;
};

Internet::Internet(const Environment& environment) : state_(std::make_unique<State>(environment)) {}

Internet::~Internet() = default;

void Internet::attach(HostIndex host, Resident* resident, bool crashed) {
    Seat& seat = state_->seats.at(host);
    assert((seat.resident == nullptr) == (resident != nullptr));
    seat.resident = resident;
    ++seat.stay;
    if (resident == nullptr) state_->connections.leave(host, crashed);
}

void Internet::dial(HostIndex from, const p2p::Dial& dial) {
    state_->connections.dial(from, dial);
}

void Internet::send(HostIndex from, p2p::PeerId to, p2p::Message message, std::size_t bytes) {
    state_->connections.send(from, to, std::move(message), bytes);
}

void Internet::close(HostIndex from, p2p::PeerId peer) {
    state_->connections.close(from, peer);
}

void Internet::send(HostIndex from, p2p::discv5::Datagram datagram) {
    state_->datagrams.send(from, std::move(datagram));
}

void Internet::begin(const Fault& fault) {
    state_->seats.weather.begin(fault);
    state_->connections.began(fault);
}

void Internet::end(const Fault& fault) {
    state_->seats.weather.end(fault);
    state_->connections.ended(fault);
}

std::vector<ConnectionView> Internet::connections() const {
    std::vector<ConnectionView> views;
    state_->connections.each([&](const Connection& connection) {
        views.push_back(state_->connections.view(connection));
    });
    std::sort(views.begin(), views.end(),
              [](const ConnectionView& a, const ConnectionView& b) { return a.peer < b.peer; });
    return views;
}

std::vector<ConnectionView> Internet::connections_of(HostIndex host) const {
    std::vector<ConnectionView> views;
    views.reserve(state_->connections.count_of(host));
    state_->connections.each_of(host, [&](const Connection& connection) {
        views.push_back(state_->connections.view(connection));
    });
    return views;
}

HostIndex Internet::other_end(HostIndex host, p2p::PeerId peer) const {
    const Connection* connection = state_->connections.find(host, peer);
    return connection == nullptr ? kNoHost : connection->hosts[other(connection->end_of(host))];
}

std::size_t Internet::queued_bytes(HostIndex host, p2p::PeerId peer) const {
    const Connection* connection = state_->connections.find(host, peer);
    if (connection == nullptr) return 0;
    const Seat& seat = state_->seats.at(host);
    return connection->pipes[connection->end_of(host)].queued(state_->environment.events.now(),
                                                              seat.up);
}

HostIndex Internet::host_at(const p2p::Endpoint& address) const {
    const HostIndex exactly = state_->datagrams.host_at(address);
    if (exactly != kNoHost) return exactly;
    const std::vector<HostIndex> hosts = state_->seats.on(address);
    return hosts.size() == 1 ? hosts.front() : kNoHost;
}

bool Internet::reachable(HostIndex from, HostIndex to) const {
    return !state_->seats.weather.holds(from, to);
}

}  // namespace starling::sim
