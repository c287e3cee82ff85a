#pragma once

#include "node/jobs.h"
#include "p2p/message.h"
#include "p2p/peer_id.h"
#include "p2p/plain_transport.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
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
    virtual void received(p2p::PeerId peer, std::vector<Received> messages) = 0;
    virtual void written(p2p::PeerId peer, std::size_t queued_bytes) = 0;
    // Once, last. `reason` is empty when the connection was dropped by us.
    virtual void ended(p2p::PeerId peer, std::string_view reason) = 0;
    // Bytes to read into, shared by all connections: an idle one holds no buffer.
    [[nodiscard]] virtual std::span<std::uint8_t> read_buffer() = 0;
};

// One connection to a peer over the plain transport: turns bytes into messages, which workers
// decode in order, and messages into bytes.
//
// It reads no further while more than kUndecodedBytesMax wait for a worker: a peer that sends
// faster than we decode fills its own socket, not our memory.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    // One full block and its successor can be on their way.
    static constexpr std::size_t kUndecodedBytesMax = 2 * p2p::kMessageBytesMax;
    // Gossip stops answering long before; this is for what it must not hold back.
    static constexpr std::size_t kQueuedBytesMax = 64u << 20;
    // For the last words of a connection that is dropped.
    static constexpr std::chrono::seconds kLinger{2};

    Connection(p2p::PeerId id,
               boost::asio::ip::tcp::socket socket,
               const Parameters& parameters,
               Jobs& jobs,
               Loop& loop,
               ConnectionOwner& owner);

    void start();
    void send(Shared<Bytes> frame);
    // Hands in nothing any more; what was sent may still be written for a moment.
    void drop();
    // At once.
    void close(std::string_view reason);

    [[nodiscard]] std::size_t queued_bytes() const { return queued_bytes_; }

private:
    void await_bytes();
    void read_some();
    void take(ByteView bytes);
    void decode_frames();
    void decoded(std::vector<Received> messages);
    void write_more();

    const p2p::PeerId id_;
    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer linger_;
    const Parameters& parameters_;
    Jobs& jobs_;
    Loop& loop_;
    ConnectionOwner& owner_;

    p2p::PlainDecoder decoder_;
    std::vector<p2p::RawMessage> frames_;  // complete, not yet with a worker
    std::size_t undecoded_bytes_ = 0;      // of frames_ and of those with a worker
    bool decoding_ = false;
    bool reading_ = false;
    std::deque<Shared<Bytes>> queue_;
    std::size_t writing_ = 0;  // frames at the queue's front that are being written
    std::size_t queued_bytes_ = 0;
    bool dropped_ = false;
    bool closed_ = false;
};

}  // namespace starling::node
