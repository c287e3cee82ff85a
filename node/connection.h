#pragma once

#include "node/jobs.h"
#include "p2p/message.h"
#include "p2p/peer_id.h"
#include "p2p/transport.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace starling::node {

// A message as it came, with its bytes on the wire.
struct Received {
    p2p::Message message;
    std::size_t bytes = 0;
};

// Whom a connection tells what happened on it; on the protocol thread.
class ConnectionOwner {
public:
    virtual ~ConnectionOwner() = default;
    // Once, before any message: the handshake is done, and this is the key that the peer proved to
    // hold (none over `plain`). Until then nothing may be sent.
    virtual void established(p2p::PeerId peer, const std::optional<p2p::CompressedKey>& key) = 0;
    virtual void received(p2p::PeerId peer, std::vector<Received> messages) = 0;
    virtual void written(p2p::PeerId peer, std::size_t bytes, std::size_t queued_bytes) = 0;
    // Once, last. `reason` is empty when the connection was dropped by us; `error` is what was
    // wrong with the bytes, if it was that.
    virtual void ended(p2p::PeerId peer,
                       std::string_view reason,
                       std::optional<p2p::TransportError> error) = 0;
    // Bytes to read into, shared by all connections: an idle one holds no buffer.
    [[nodiscard]] virtual std::span<std::uint8_t> read_buffer() = 0;
};

// What all connections of a network work with.
struct ConnectionShell {
    const Parameters& parameters;
    Jobs& jobs;
    Loop& loop;
    ConnectionOwner& owner;
    std::chrono::milliseconds handshake_timeout;
};

// One connection to a peer over whichever transport: turns bytes into messages and messages into
// bytes. Workers open, decode and seal, each in the order of the connection.
//
// It reads no further while more than kUnopenedBytesMax wait for a worker, and during the handshake
// while any wait: a peer that sends faster than we open fills its own socket, not our memory.
//
// Whatever is wrong with the bytes closes it at once and without a word.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    // A worker is given about that much at a time while the next bytes arrive: a millisecond of its
    // work for blocks, but (by estimate) half a second if all of it is `records`.
    static constexpr std::size_t kUnopenedBytesMax = 1'000'000;
    // Gossip stops answering long before; this is for what it must not hold back.
    static constexpr std::size_t kQueuedBytesMax = 64u << 20;
    // Sealed in one go: a full block, or many small messages whose frames they share.
    static constexpr std::size_t kSealedBytesMax = p2p::kMessageBytesMax;
    // Sealed on the protocol thread: 20 microseconds, less than a worker's answer takes.
    static constexpr std::size_t kSealedHereBytesMax = 16'384;
    // For the last words of a connection that is dropped.
    static constexpr std::chrono::seconds kLinger{2};

    Connection(p2p::PeerId id,
               boost::asio::ip::tcp::socket socket,
               std::unique_ptr<p2p::Transport> transport,
               const ConnectionShell& shell);

    void start();
    // Once established; `message` without checksum.
    void send(p2p::RawMessage message);
    // Hands in nothing any more; what was sent may still be written for a moment.
    void drop();
    // At once.
    void close(std::string_view reason);

    // Of what was sent and is not yet written.
    [[nodiscard]] std::size_t queued_bytes() const { return queued_bytes_; }

private:
    struct Opened;

    void await_bytes();
    void read_some();
    void open_arrived();
    void opened(Opened outcome);
    void close_if_finished();
    void write_more();
    void seal_queued();
    void sealed(Bytes bytes, std::size_t queued_as);
    void write(Bytes bytes);

    const p2p::PeerId id_;
    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer deadline_;  // of the handshake; of the last words
    const std::unique_ptr<p2p::Transport> transport_;
    const ConnectionShell shell_;

    Bytes arrived_;  // not yet with a worker
    bool opening_ = false;
    bool reading_ = false;
    bool finished_ = false;  // the peer says nothing more
    bool established_ = false;

    std::deque<p2p::RawMessage> queue_;  // not yet sealed
    Bytes ready_;                        // to be written as they are
    bool sealing_ = false;
    bool writing_ = false;
    std::size_t queued_bytes_ = 0;  // of queue_, of what is being sealed, ready or being written
    bool dropped_ = false;
    bool closed_ = false;
    std::optional<p2p::TransportError> error_;
};

}  // namespace starling::node
