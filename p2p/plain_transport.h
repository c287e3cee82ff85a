#pragma once

#include "consensus/bytes.h"
#include "p2p/message.h"
#include "p2p/message_cutter.h"
#include "p2p/transport.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace starling::p2p {

// The `plain` transport: Bitcoin's v1 framing, which any Bitcoin node speaks. A frame is 4 bytes of
// network magic, 12 of command, the payload's length, the first 4 bytes of its SHA-256d, the
// payload.

constexpr std::size_t kPlainHeaderBytes = 24;

Bytes encode_plain(const std::array<std::uint8_t, 4>& magic,
                   std::string_view command,
                   ByteView payload);
inline Bytes encode_plain(const std::array<std::uint8_t, 4>& magic, const Message& message) {
    return encode_plain(magic, command_of(message), encode(message));
}
RawMessage::Checksum plain_checksum(ByteView payload);

// Turns the bytes of one connection into messages, without hashing.
//
// Whatever is not a frame is an error at the first byte that shows it, and final: the connection is
// closed at once, unanswered. Bitcoin Core dials with BIP 324 first, which opens with a random key,
// and falls back to this framing only when nothing came back.
class PlainDecoder final : public MessageCutter {
public:
    explicit PlainDecoder(const std::array<std::uint8_t, 4>& magic)
        : MessageCutter(kPlainHeaderBytes), magic_(magic) {}

protected:
    [[nodiscard]] std::optional<TransportError> check_start(ByteView start) const override;
    [[nodiscard]] Header read(ByteView header) const override;

private:
    std::array<std::uint8_t, 4> magic_;
};

// Established at once: it proves nothing.
class PlainTransport final : public Transport {
public:
    explicit PlainTransport(const std::array<std::uint8_t, 4>& magic)
        : magic_(magic), decoder_(magic) {}

    Opened open(ByteView bytes) override;
    Bytes seal(std::span<const RawMessage> messages) override;
    [[nodiscard]] std::size_t header_bytes() const override { return kPlainHeaderBytes; }
    [[nodiscard]] std::optional<CompressedKey> peer_key() const override { return std::nullopt; }

private:
    std::array<std::uint8_t, 4> magic_;
    PlainDecoder decoder_;
};

}  // namespace starling::p2p
