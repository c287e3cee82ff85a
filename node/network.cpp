#include "node/network.h"

#include "node/connection.h"
#include "node/log.h"
#include "node/sockets.h"
#include "p2p/plain_transport.h"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

namespace starling::node {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct Network::State final : ConnectionOwner, std::enable_shared_from_this<State> {
    State(Machine& of_machine, std::size_t most)
        : machine(of_machine), io(of_machine.loop().io()), connections_max(most) {}

    // ---- ConnectionOwner ----
    void received(p2p::PeerId peer, std::vector<Received> messages) override;
    void written(p2p::PeerId peer, std::size_t queued_bytes) override;
    void ended(p2p::PeerId peer, std::string_view reason) override;
    std::span<std::uint8_t> read_buffer() override { return buffer; }

    void accept_next();
    void accepted(tcp::socket socket);
    void add(tcp::socket socket, const p2p::PeerConnected& connected);
    void send(p2p::PeerId peer, Shared<Bytes> frame);
    void send_body(const p2p::SendBody& send, const Shared<Bytes>& body);

    Machine& machine;
    asio::io_context& io;
    const std::size_t connections_max;
    bool stopped = false;
    std::optional<tcp::acceptor> acceptor;
    std::optional<asio::steady_timer> breather;
    std::map<p2p::PeerId, std::shared_ptr<Connection>> connections;
    std::uint64_t last_peer = 0;
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_sent = 0;
    std::array<std::uint8_t, 256 * 1024> buffer{};  // large reads: one block in a few
};

namespace {

// One attempt to connect, with its deadline.
struct Attempt {
    explicit Attempt(asio::io_context& io) : socket(io), deadline(io) {}
    tcp::socket socket;
    asio::steady_timer deadline;
};

}  // namespace

void Network::State::received(p2p::PeerId peer, std::vector<Received> messages) {
    for (Received& one : messages) {
        bytes_received += one.bytes;
        machine.tell(p2p::MessageReceived{peer, std::move(one.message), one.bytes});
    }
}

void Network::State::written(p2p::PeerId peer, std::size_t queued_bytes) {
    machine.tell(p2p::SendBudget{peer, queued_bytes});
}

void Network::State::ended(p2p::PeerId peer, std::string_view reason) {
    if (connections.erase(peer) == 0) return;
    if (!reason.empty())
        log_debug("peer " + std::to_string(peer.value) + " is gone: " + std::string(reason));
    if (!stopped) machine.tell(p2p::PeerLost{peer});
}

void Network::State::accept_next() {
    if (stopped) return;
    acceptor->async_accept(
        [self = shared_from_this()](const error_code& failure, tcp::socket socket) {
            if (self->stopped) return;
            if (!failure) {
                self->accepted(std::move(socket));
                return self->accept_next();
            }
            // Out of descriptors or memory: at once again would only spin.
            self->breather.emplace(self->io, std::chrono::milliseconds{200});
            self->breather->async_wait([self](const error_code&) { self->accept_next(); });
        });
}

void Network::State::accepted(tcp::socket socket) {
    error_code failure;
    const tcp::endpoint remote = socket.remote_endpoint(failure);
    if (failure || connections.size() >= connections_max) return;
    add(std::move(socket),
        {.peer = {}, .direction = p2p::Direction::inbound, .address = from_asio(remote)});
}

void Network::State::add(tcp::socket socket, const p2p::PeerConnected& connected) {
    p2p::PeerConnected input = connected;
    input.peer = {++last_peer};
    const auto connection = std::make_shared<Connection>(
        input.peer, std::move(socket), machine.parameters(), machine.jobs(), machine.loop(), *this);
    connections.emplace(input.peer, connection);
    connection->start();
    machine.tell(input);
}

void Network::State::send(p2p::PeerId peer, Shared<Bytes> frame) {
    const auto at = connections.find(peer);
    if (at == connections.end()) return;
    bytes_sent += frame->size();
    at->second->send(std::move(frame));
}

void Network::State::send_body(const p2p::SendBody& wanted, const Shared<Bytes>& frame) {
    if (frame != nullptr) return send(wanted.peer, frame);
    // Nothing to write, but Gossip waits to hear that the queue fell.
    const auto at = connections.find(wanted.peer);
    if (at != connections.end()) written(wanted.peer, at->second->queued_bytes());
}

Network::Network(Machine& machine, std::size_t connections_max)
    : state_(std::make_shared<State>(machine, connections_max)) {
    machine.set_wire(this);
}

Network::~Network() {
    stop();
}

p2p::Endpoint Network::listen(const p2p::Endpoint& endpoint) {
    state_->acceptor = listen_at(state_->io, endpoint);
    state_->accept_next();
    return from_asio(state_->acceptor->local_endpoint());
}

void Network::stop() {
    if (std::exchange(state_->stopped, true)) return;
    state_->machine.set_wire(nullptr);
    if (state_->acceptor) state_->acceptor->close();
    for (const auto& [id, connection] : state_->connections)
        connection->close("");
}

void Network::dial(const p2p::Dial& dial) {
    if (state_->stopped) return;
    auto attempt = std::make_shared<Attempt>(state_->io);
    attempt->deadline.expires_after(kDialTimeout);
    attempt->deadline.async_wait([attempt](const error_code& failure) {
        error_code ignored;
        if (!failure) attempt->socket.close(ignored);
    });
    attempt->socket.async_connect(
        to_asio(dial.address), [state = state_, attempt, dial](const error_code& failure) {
            attempt->deadline.cancel();
            if (state->stopped) return;
            if (failure || !attempt->socket.is_open()) {
                log_debug("no connection to " + to_string(dial.address) + ": " + failure.message());
                return state->machine.tell(p2p::DialFailed{dial.address});
            }
            state->add(std::move(attempt->socket), {.peer = {},
                                                    .direction = p2p::Direction::outbound,
                                                    .address = dial.address,
                                                    .manual = dial.manual});
        });
}

void Network::send(const p2p::Send& send) {
    state_->send(send.peer, std::make_shared<const Bytes>(p2p::encode_plain(
                                state_->machine.parameters().magic, send.message)));
}

void Network::send_body(const p2p::SendBody& send) {
    Machine& machine = state_->machine;
    const auto deliver = [state = state_, send](const Shared<Bytes>& body) {
        Shared<Bytes> frame;
        if (body != nullptr)
            frame = std::make_shared<const Bytes>(
                p2p::encode_plain(state->machine.parameters().magic, "block", *body));
        state->machine.loop().post([state, send, frame] { state->send_body(send, frame); });
    };
    machine.jobs().on_worker([&machine, send, deliver] {
        if (const Shared<Bytes> body = machine.store().body(send.hash)) return deliver(body);
        // Announced before the writer has appended it: ask again behind the writer's queue.
        machine.jobs().on_writer(
            [&machine, send, deliver] { deliver(machine.store().body(send.hash)); });
    });
}

void Network::drop(const p2p::Drop& drop) {
    const auto at = state_->connections.find(drop.peer);
    if (at == state_->connections.end()) return;
    log_debug("peer " + std::to_string(drop.peer.value) + " is dropped: " + drop.reason);
    at->second->drop();
}

std::uint64_t Network::bytes_received() const {
    return state_->bytes_received;
}

std::uint64_t Network::bytes_sent() const {
    return state_->bytes_sent;
}

}  // namespace starling::node
