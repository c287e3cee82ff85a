#include "node/connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <utility>

namespace starling::node {

namespace asio = boost::asio;
using boost::system::error_code;

Connection::Connection(p2p::PeerId id,
                       asio::ip::tcp::socket socket,
                       const Parameters& parameters,
                       Jobs& jobs,
                       Loop& loop,
                       ConnectionOwner& owner)
    : id_(id),
      socket_(std::move(socket)),
      linger_(socket_.get_executor()),
      parameters_(parameters),
      jobs_(jobs),
      loop_(loop),
      owner_(owner),
      decoder_(parameters.magic) {}

void Connection::start() {
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
    await_bytes();
}

void Connection::await_bytes() {
    if (closed_ || dropped_ || reading_ || undecoded_bytes_ > kUndecodedBytesMax) return;
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
    const std::span<std::uint8_t> buffer = owner_.read_buffer();
    error_code failure;
    const std::size_t size = socket_.read_some(asio::buffer(buffer.data(), buffer.size()), failure);
    if (failure == asio::error::would_block || failure == asio::error::try_again)
        return await_bytes();
    if (failure)
        return close(failure == asio::error::eof ? "closed by the peer" : failure.message());
    take(buffer.first(size));
    await_bytes();
}

void Connection::take(ByteView bytes) {
    const std::size_t known = frames_.size();
    const auto error = decoder_.feed(bytes, frames_);
    // Frames before the foreign bytes are dropped with it: nobody honest sends both.
    if (error) return close(p2p::describe(*error));
    for (std::size_t i = known; i < frames_.size(); ++i)
        undecoded_bytes_ += frames_[i].wire_bytes();
    decode_frames();
}

void Connection::decode_frames() {
    if (decoding_ || frames_.empty() || dropped_ || closed_) return;
    decoding_ = true;
    auto frames = std::make_shared<std::vector<p2p::RawMessage>>(std::exchange(frames_, {}));
    jobs_.on_worker([self = shared_from_this(), frames] {
        auto messages = std::make_shared<std::vector<Received>>();
        messages->reserve(frames->size());
        for (const p2p::RawMessage& frame : *frames)
            messages->push_back({p2p::decode(frame, self->parameters_), frame.wire_bytes()});
        self->loop_.post([self, messages] { self->decoded(std::move(*messages)); });
    });
}

void Connection::decoded(std::vector<Received> messages) {
    decoding_ = false;
    for (const Received& message : messages)
        undecoded_bytes_ -= message.bytes;
    if (!dropped_ && !closed_) owner_.received(id_, std::move(messages));
    decode_frames();
    await_bytes();
}

void Connection::send(Shared<Bytes> frame) {
    if (closed_ || dropped_) return;
    queued_bytes_ += frame->size();
    queue_.push_back(std::move(frame));
    if (queued_bytes_ > kQueuedBytesMax) return close("it does not read what it asked for");
    write_more();
}

void Connection::write_more() {
    if (writing_ > 0 || closed_) return;
    if (queue_.empty()) {
        if (dropped_) close("");
        return;
    }
    constexpr std::size_t kFramesAtOnce = 64;  // the kernel takes at most 1,024 pieces a call
    writing_ = std::min(queue_.size(), kFramesAtOnce);
    std::vector<asio::const_buffer> pieces;
    pieces.reserve(writing_);
    for (std::size_t i = 0; i < writing_; ++i)
        pieces.emplace_back(queue_[i]->data(), queue_[i]->size());
    asio::async_write(
        socket_, pieces, [self = shared_from_this()](const error_code& failure, std::size_t size) {
            if (self->closed_) return;
            if (failure) return self->close(failure.message());
            const auto end = self->queue_.begin() + static_cast<std::ptrdiff_t>(self->writing_);
            self->queue_.erase(self->queue_.begin(), end);
            self->queued_bytes_ -= size;
            self->writing_ = 0;
            self->write_more();
            if (!self->dropped_) self->owner_.written(self->id_, self->queued_bytes_);
        });
}

void Connection::drop() {
    if (closed_ || dropped_) return;
    dropped_ = true;
    if (queue_.empty()) return close("");
    linger_.expires_after(kLinger);
    linger_.async_wait([self = shared_from_this()](const error_code& failure) {
        if (!failure) self->close("");
    });
}

void Connection::close(std::string_view reason) {
    if (closed_) return;
    closed_ = true;
    error_code ignored;
    linger_.cancel();
    socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
    // Not from inside the owner's own call.
    loop_.post([self = shared_from_this(), text = std::string(reason)] {
        self->owner_.ended(self->id_, text);
    });
}

}  // namespace starling::node
