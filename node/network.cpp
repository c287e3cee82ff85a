#include "node/network.h"

#include "node/connection.h"
#include "node/half_open.h"
#include "node/log.h"
#include "node/random.h"
#include "node/sockets.h"
#include "p2p/link/link_transport.h"
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
    State(Machine& of_machine, const NetworkOptions& of_network)
        : machine(of_machine),
          io(of_machine.loop().io()),
          options(of_network),
          half_open(of_machine.parameters().overlay.ids_per_address_max) {}

    // One connection, with what Gossip is told of it once it is established.
    struct Held {
        std::shared_ptr<Connection> connection;
        p2p::PeerConnected peer;
        bool established = false;
    };

    // ---- ConnectionOwner ----
    void established(p2p::PeerId peer, const std::optional<p2p::CompressedKey>& key) override;
    void received(p2p::PeerId peer, std::vector<Received> messages) override;
    void written(p2p::PeerId peer, std::size_t bytes, std::size_t queued_bytes) override;
    void ended(p2p::PeerId peer,
               std::string_view reason,
               std::optional<p2p::TransportError> error) override;
    std::span<std::uint8_t> read_buffer() override { return buffer; }

    void accept_next();
    void accepted(tcp::socket socket);
    void dialled(tcp::socket socket, const p2p::Dial& dial);
    void dial_failed(const p2p::Endpoint& address, const std::string& reason);
    void add(tcp::socket socket,
             std::unique_ptr<p2p::Transport> transport,
             const p2p::PeerConnected& peer);
    std::unique_ptr<p2p::Transport> transport_to(const std::optional<p2p::CompressedKey>& key);
    void send(p2p::PeerId peer, std::string_view command, Shared<Bytes> payload);
    void send_body(const p2p::SendBody& send, const Shared<Bytes>& body);

    Machine& machine;
    asio::io_context& io;
    const NetworkOptions options;
    KernelRandom random;
    bool stopped = false;
    std::optional<tcp::acceptor> acceptor;
    std::optional<asio::steady_timer> breather;
    std::map<p2p::PeerId, Held> connections;
    HalfOpen half_open;
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

std::size_t inbound_places(std::size_t connections_max, const p2p::Limits& limits) {
    const std::size_t others = limits.outbound_max() + p2p::Limits::kExtraOutboundMax +
                               limits.manual_max + HalfOpen::kTotalMax;
    return connections_max - std::min(connections_max, others);
}

void Network::State::established(p2p::PeerId peer, const std::optional<p2p::CompressedKey>& key) {
    half_open.remove(peer);
    const auto at = connections.find(peer);
    if (at == connections.end() || stopped) return;
    at->second.established = true;
    at->second.peer.key = key;
    machine.tell(at->second.peer);
}

void Network::State::received(p2p::PeerId peer, std::vector<Received> messages) {
    for (Received& one : messages) {
        bytes_received += one.bytes;
        machine.tell(p2p::MessageReceived{peer, std::move(one.message), one.bytes});
    }
}

void Network::State::written(p2p::PeerId peer, std::size_t bytes, std::size_t queued_bytes) {
    bytes_sent += bytes;
    const auto at = connections.find(peer);
    if (at != connections.end() && at->second.established)
        machine.tell(p2p::SendBudget{peer, queued_bytes});
}

void Network::State::ended(p2p::PeerId peer,
                           std::string_view reason,
                           std::optional<p2p::TransportError> error) {
    const auto at = connections.find(peer);
    if (at == connections.end()) return;
    const Held held = std::move(at->second);
    connections.erase(at);
    half_open.remove(peer);
    if (stopped) return;
    if (!held.established && held.peer.direction == p2p::Direction::outbound)
        return dial_failed(held.peer.address, std::string(reason));
    if (!reason.empty())
        log_debug("peer " + std::to_string(peer.value) + " is gone: " + std::string(reason));
    const bool foreign = error == p2p::TransportError::foreign_magic;
    if (held.established) machine.tell(p2p::PeerLost{peer, foreign});
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
    const p2p::Endpoint remote = from_asio(socket.remote_endpoint(failure));
    if (failure || connections.size() >= options.connections_max || !half_open.admits(remote))
        return;
    add(std::move(socket), transport_to(std::nullopt),
        {.peer = {}, .direction = p2p::Direction::inbound, .address = remote});
    const p2p::PeerId peer{last_peer};
    const auto oldest = half_open.add(peer, remote);
    if (!oldest) return;
    connections.at(*oldest).connection->close("others wait for its handshake's place");
}

void Network::State::dialled(tcp::socket socket, const p2p::Dial& dial) {
    add(std::move(socket), transport_to(dial.key),
        {.peer = {},
         .direction = p2p::Direction::outbound,
         .address = dial.address,
         .manual = dial.manual});
}

void Network::State::dial_failed(const p2p::Endpoint& address, const std::string& reason) {
    log_debug("no connection to " + to_string(address) + ": " + reason);
    machine.tell(p2p::DialFailed{address});
}

void Network::State::add(tcp::socket socket,
                         std::unique_ptr<p2p::Transport> transport,
                         const p2p::PeerConnected& peer) {
    Held held{.connection = {}, .peer = peer};
    held.peer.peer = {++last_peer};
    held.connection = std::make_shared<Connection>(
        held.peer.peer, std::move(socket), std::move(transport),
        ConnectionShell{machine.parameters(), machine.jobs(), machine.loop(), *this,
                        options.handshake_timeout});
    held.connection->start();
    connections.emplace(held.peer.peer, std::move(held));
}

// With a key we dial, without one we are dialled; over `plain` that is the same.
std::unique_ptr<p2p::Transport> Network::State::transport_to(
    const std::optional<p2p::CompressedKey>& key) {
    if (options.plain) return std::make_unique<p2p::PlainTransport>(machine.parameters().magic);
    const SecretKey& own = options.identity.secret;
    const SecretKey ephemeral = random_key(random);
    return std::make_unique<p2p::LinkTransport>(
        key ? p2p::LinkTransport::dialler(own, *key, ephemeral)
            : p2p::LinkTransport::responder(own, ephemeral));
}

void Network::State::send(p2p::PeerId peer, std::string_view command, Shared<Bytes> payload) {
    const auto at = connections.find(peer);
    if (at == connections.end()) return;
    at->second.connection->send({.command = std::string(command), .payload = std::move(payload)});
}

void Network::State::send_body(const p2p::SendBody& wanted, const Shared<Bytes>& body) {
    if (body != nullptr) return send(wanted.peer, p2p::BlockMessage::kCommand, body);
    // Nothing to write, but Gossip waits to hear that the queue fell.
    const auto at = connections.find(wanted.peer);
    if (at != connections.end()) written(wanted.peer, 0, at->second.connection->queued_bytes());
}

Network::Network(Machine& machine, const NetworkOptions& options)
    : state_(std::make_shared<State>(machine, options)) {
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
    for (const auto& [id, held] : state_->connections)
        held.connection->close("");
}

void Network::dial(const p2p::Dial& dial) {
    if (state_->stopped) return;
    if (!dial.key && !state_->options.plain) {
        // Not from inside the machine's own effect.
        return state_->machine.loop().post([state = state_, address = dial.address] {
            if (!state->stopped) state->dial_failed(address, "its key is missing");
        });
    }
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
            if (failure || !attempt->socket.is_open())
                return state->dial_failed(dial.address, failure.message());
            state->dialled(std::move(attempt->socket), dial);
        });
}

void Network::send(const p2p::Send& send) {
    state_->send(send.peer, p2p::command_of(send.message),
                 std::make_shared<const Bytes>(p2p::encode(send.message)));
}

void Network::send_body(const p2p::SendBody& send) {
    Machine& machine = state_->machine;
    const auto deliver = [state = state_, send](const Shared<Bytes>& body) {
        state->machine.loop().post([state, send, body] { state->send_body(send, body); });
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
    at->second.connection->drop();
}

std::size_t Network::half_open() const {
    return state_->half_open.size();
}

std::uint64_t Network::bytes_received() const {
    return state_->bytes_received;
}

std::uint64_t Network::bytes_sent() const {
    return state_->bytes_sent;
}

}  // namespace starling::node
