#include "p2p/link/message_frames.h"

#include "consensus/serialize.h"

#include <algorithm>
#include <cassert>

namespace starling::p2p {

namespace {

// Fills frame after frame with what it is given.
class Packer {
public:
    Packer(FrameCipher& cipher, std::size_t stream_bytes) : cipher_(cipher) {
        constexpr std::size_t kAdded = FrameCipher::kSealedLengthBytes + kTagBytes;
        const std::size_t frames = stream_bytes / FrameCipher::kBodyBytesMax + 1;
        out_.reserve(stream_bytes + frames * kAdded);
        body_.reserve(std::min(stream_bytes, FrameCipher::kBodyBytesMax));
    }

    void add(ByteView bytes) {
        while (!bytes.empty()) {
            const ByteView taken =
                bytes.first(std::min(bytes.size(), FrameCipher::kBodyBytesMax - body_.size()));
            body_.insert(body_.end(), taken.begin(), taken.end());
            bytes = bytes.subspan(taken.size());
            if (body_.size() == FrameCipher::kBodyBytesMax) seal();
        }
    }

    Bytes take() {
        if (!body_.empty()) seal();
        return std::move(out_);
    }

private:
    void seal() {
        cipher_.seal(body_, out_);
        body_.clear();
    }

    FrameCipher& cipher_;
    Bytes body_;
    Bytes out_;
};

}  // namespace

MessageCutter::Header LinkCutter::read(ByteView header) const {
    Reader in(header);
    return {.command = header.last(kCommandBytes), .payload_bytes = in.u32()};
}

Bytes FrameWriter::seal(std::span<const RawMessage> messages) {
    std::size_t size = 0;
    for (const RawMessage& message : messages)
        size += kLinkHeaderBytes + message.payload->size();
    Packer packer(cipher_, size);
    for (const RawMessage& message : messages) {
        assert(message.payload->size() <= kMessageBytesMax);
        Writer length;
        length.u32(static_cast<std::uint32_t>(message.payload->size()));
        packer.add(length.take());
        packer.add(padded_command(message.command));
        packer.add(*message.payload);
    }
    return packer.take();
}

std::optional<TransportError> FrameReader::feed(ByteView bytes, std::vector<RawMessage>& out) {
    Bytes body;  // opened into by all frames of this call, so that an idle link holds none
    while (const auto whole = joiner_.next(bytes, awaited_bytes_)) {
        if (const auto error = open(*whole, body, out)) return error;
    }
    return std::nullopt;
}

std::optional<TransportError> FrameReader::open(ByteView sealed,
                                                Bytes& body,
                                                std::vector<RawMessage>& out) {
    if (!in_body_) {
        const auto length = cipher_.open_length(sealed);
        if (!length) return TransportError::changed;
        in_body_ = true;
        awaited_bytes_ = *length + kTagBytes;
        return std::nullopt;
    }
    body.resize(sealed.size() - kTagBytes);
    if (!cipher_.open_body(sealed, body)) return TransportError::changed;
    in_body_ = false;
    awaited_bytes_ = FrameCipher::kSealedLengthBytes;
    return cutter_.feed(body, out);
}

}  // namespace starling::p2p
