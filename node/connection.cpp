#include "node/connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

namespace starling::node {

namespace asio = boost::asio;
using boost::system::error_code;

// What a worker made of bytes that arrived.
struct Connection::Opened {
    std::vector<Received> messages;
    Bytes reply;
    bool established = false;
    std::optional<p2p::TransportError> error;
};

Connection::Connection(p2p::PeerId id,
                       asio::ip::tcp::socket socket,
                       std::unique_ptr<p2p::Transport> transport,
                       const ConnectionShell& shell)
    : id_(id),
      socket_(std::move(socket)),
      deadline_(socket_.get_executor()),
      transport_(std::move(transport)),
      shell_(shell) {}

void Connection::start() {
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
    deadline_.expires_after(shell_.handshake_timeout);
    deadline_.async_wait([self = shared_from_this()](const error_code& cancelled) {
        if (!cancelled && !self->established_) self->close("no handshake in time");
    });
    open_arrived();
    await_bytes();
}

// ---- bytes in ----

void Connection::await_bytes() {
    const std::size_t most = established_ ? kUnopenedBytesMax : 0;
    if (closed_ || dropped_ || finished_ || reading_ || arrived_.size() > most) return;
    reading_ = true;
    socket_.async_wait(asio::ip::tcp::socket::wait_read,
                       [self = shared_from_this()](const error_code& failure) {
                           self->reading_ = false;
                           if (failure) return self->close(failure.message());
                           self->read_some();
                       });
}

void Connection::read_some() {
    if (closed_ || dropped_) return;
    const std::span<std::uint8_t> buffer = shell_.owner.read_buffer();
    error_code failure;
    const std::size_t size = socket_.read_some(asio::buffer(buffer.data(), buffer.size()), failure);
    if (failure == asio::error::would_block || failure == asio::error::try_again)
        return await_bytes();
    if (failure == asio::error::eof) {
        finished_ = true;  // what it said before is heard first
        return close_if_finished();
    }
    if (failure) return close(failure.message());
    const ByteView bytes = buffer.first(size);
    arrived_.insert(arrived_.end(), bytes.begin(), bytes.end());
    if (!opening_) open_arrived();
    await_bytes();
}

// Also called before any bytes came: the transport may have to begin.
void Connection::open_arrived() {
    opening_ = true;
    auto bytes = std::make_shared<const Bytes>(std::exchange(arrived_, {}));
    shell_.jobs.on_worker([self = shared_from_this(), bytes] {
        auto raw = self->transport_->open(*bytes);
        auto outcome = std::make_shared<Opened>();
        outcome->reply = std::move(raw.reply);
        outcome->established = raw.established;
        outcome->error = raw.error;
        outcome->messages.reserve(raw.messages.size());
        for (const p2p::RawMessage& message : raw.messages)
            outcome->messages.push_back(
                {p2p::decode(message, self->shell_.parameters), message.wire_bytes()});
        self->shell_.loop.post([self, outcome] { self->opened(std::move(*outcome)); });
    });
}

void Connection::opened(Opened outcome) {
    opening_ = false;
    if (closed_ || dropped_) return;
    if (outcome.error) {
        error_ = outcome.error;
        return close(p2p::describe(*error_));
    }
    if (!outcome.reply.empty()) {
        queued_bytes_ += outcome.reply.size();
        ready_.insert(ready_.end(), outcome.reply.begin(), outcome.reply.end());
        write_more();
    }
    if (outcome.established && !established_) {
        established_ = true;
        deadline_.cancel();
        shell_.owner.established(id_, transport_->peer_key());
    }
    // Each call of the owner may have dropped this connection.
    if (!outcome.messages.empty() && !dropped_ && !closed_)
        shell_.owner.received(id_, std::move(outcome.messages));
    if (closed_ || dropped_) return;
    if (!arrived_.empty()) open_arrived();
    close_if_finished();
    await_bytes();
}

void Connection::close_if_finished() {
    if (finished_ && !opening_ && arrived_.empty()) close("closed by the peer");
}

// ---- messages out ----

void Connection::send(p2p::RawMessage message) {
    if (closed_ || dropped_) return;
    assert(established_);
    message.header_bytes = transport_->header_bytes();
    queued_bytes_ += message.wire_bytes();
    queue_.push_back(std::move(message));
    if (queued_bytes_ > kQueuedBytesMax) return close("it does not read what it asked for");
    write_more();
}

void Connection::write_more() {
    if (writing_ || sealing_ || closed_) return;
    if (!ready_.empty()) return write(std::exchange(ready_, {}));
    if (!queue_.empty()) return seal_queued();
    if (dropped_) close("");
}

void Connection::seal_queued() {
    auto batch = std::make_shared<std::vector<p2p::RawMessage>>();
    std::size_t size = 0;
    while (!queue_.empty() &&
           (size == 0 || size + queue_.front().wire_bytes() <= kSealedBytesMax)) {
        size += queue_.front().wire_bytes();
        batch->push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    sealing_ = true;
    if (size <= kSealedHereBytesMax) return sealed(transport_->seal(*batch), size);
    shell_.jobs.on_worker([self = shared_from_this(), batch, size] {
        auto bytes = std::make_shared<Bytes>(self->transport_->seal(*batch));
        self->shell_.loop.post([self, bytes, size] { self->sealed(std::move(*bytes), size); });
    });
}

void Connection::sealed(Bytes bytes, std::size_t queued_as) {
    sealing_ = false;
    queued_bytes_ = queued_bytes_ - queued_as + bytes.size();
    ready_ = std::move(bytes);
    write_more();
}

void Connection::write(Bytes bytes) {
    writing_ = true;
    auto held = std::make_shared<const Bytes>(std::move(bytes));
    const auto buffer = asio::buffer(*held);
    asio::async_write(
        socket_, buffer,
        [self = shared_from_this(), held](const error_code& failure, std::size_t size) {
            if (self->closed_) return;
            if (failure) return self->close(failure.message());
            self->writing_ = false;
            self->queued_bytes_ -= size;
            self->write_more();
            if (!self->dropped_) self->shell_.owner.written(self->id_, size, self->queued_bytes_);
        });
}

// ---- the end ----

void Connection::drop() {
    if (closed_ || dropped_) return;
    dropped_ = true;
    if (queued_bytes_ == 0) return close("");
    deadline_.expires_after(kLinger);
    deadline_.async_wait([self = shared_from_this()](const error_code& cancelled) {
        if (!cancelled) self->close("");
    });
}

void Connection::close(std::string_view reason) {
    if (closed_) return;
    closed_ = true;
    error_code ignored;
    deadline_.cancel();
    socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
    // Not from inside the owner's own call.
    shell_.loop.post([self = shared_from_this(), text = std::string(reason)] {
        self->shell_.owner.ended(self->id_, text, self->error_);
    });
}

}  // namespace starling::node
