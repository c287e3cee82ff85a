#include "p2p/plain_transport.h"

#include "consensus/hash.h"
#include "consensus/serialize.h"

#include <algorithm>
#include <cassert>

namespace starling::p2p {

namespace {

constexpr std::size_t kMagicBytes = 4;

void append_plain(const std::array<std::uint8_t, 4>& magic,
                  std::string_view command,
                  ByteView payload,
                  Writer& out) {
    assert(payload.size() <= kMessageBytesMax);
    out.bytes(magic);
    out.bytes(padded_command(command));
    out.u32(static_cast<std::uint32_t>(payload.size()));
    out.bytes(plain_checksum(payload));
    out.bytes(payload);
}

}  // namespace

Bytes encode_plain(const std::array<std::uint8_t, 4>& magic,
                   std::string_view command,
                   ByteView payload) {
    Writer out;
    out.reserve(kPlainHeaderBytes + payload.size());
    append_plain(magic, command, payload, out);
    return out.take();
}

RawMessage::Checksum plain_checksum(ByteView payload) {
    const Hash256 hash = sha256d(payload);
    return {hash.bytes[0], hash.bytes[1], hash.bytes[2], hash.bytes[3]};
}

std::optional<TransportError> PlainDecoder::check_start(ByteView start) const {
    const std::size_t there = std::min(start.size(), kMagicBytes);
    if (!std::ranges::equal(start.first(there), std::span(magic_).first(there)))
        return TransportError::foreign_magic;
    return std::nullopt;
}

MessageCutter::Header PlainDecoder::read(ByteView header) const {
    Reader in(header.subspan(kMagicBytes + kCommandBytes));
    Header out{.command = header.subspan(kMagicBytes, kCommandBytes), .payload_bytes = in.u32()};
    std::ranges::copy(header.last(4), out.checksum.emplace().begin());
    return out;
}

Transport::Opened PlainTransport::open(ByteView bytes) {
    Opened out;
    out.established = true;
    out.error = decoder_.feed(bytes, out.messages);
    // Messages before the foreign bytes are dropped with it: nobody honest sends both.
    if (out.error) out.messages.clear();
    return out;
}

Bytes PlainTransport::seal(std::span<const RawMessage> messages) {
    std::size_t size = 0;
    for (const RawMessage& message : messages)
        size += kPlainHeaderBytes + message.payload->size();
    Writer out;
    out.reserve(size);
    for (const RawMessage& message : messages)
        append_plain(magic_, message.command, *message.payload, out);
    return out.take();
}

}  // namespace starling::p2p
