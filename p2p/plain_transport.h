#pragma once

#include "consensus/bytes.h"
#include "p2p/message.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace starling::p2p {

// The `plain` transport: Bitcoin's v1 framing, which any Bitcoin node speaks. A frame is 4 bytes of
// network magic, 12 of command, the payload's length, the first 4 bytes of its SHA-256d, the
// payload.

// Bitcoin's bound on a message, and ours on every transport.
constexpr std::size_t kMessageBytesMax = 4'000'000;
constexpr std::size_t kPlainHeaderBytes = 24;

struct PlainFrame {
    std::string command;
    std::array<std::uint8_t, 4> checksum{};  // as claimed; decode() checks it
    Shared<Bytes> payload;

    [[nodiscard]] std::size_t wire_bytes() const { return kPlainHeaderBytes + payload->size(); }
};

Bytes encode_plain(const std::array<std::uint8_t, 4>& magic,
                   std::string_view command,
                   ByteView payload);
inline Bytes encode_plain(const std::array<std::uint8_t, 4>& magic, const Message& message) {
    return encode_plain(magic, command_of(message), encode(message));
}
// Pure; run by a worker, for it hashes the payload. A wrong checksum is Malformed.
Message decode(const PlainFrame& frame, const Parameters& parameters);

enum class FramingError { foreign_magic, bad_command, too_long };
std::string_view describe(FramingError error);

// Turns the bytes of one connection into frames. Does no input or output and no hashing.
//
// Whatever is not a frame is an error at the first byte that shows it, and final: the connection is
// closed at once, unanswered. Bitcoin Core dials with BIP 324 first, which opens with a random key,
// and falls back to this framing only when nothing came back.
//
// Memory grows with the bytes that arrived, never with the length that a header claims.
class PlainDecoder {
public:
    explicit PlainDecoder(const std::array<std::uint8_t, 4>& magic) : magic_(magic) {}

    // Appends the frames that these bytes complete. After an error it must not be fed again.
    [[nodiscard]] std::optional<FramingError> feed(ByteView bytes, std::vector<PlainFrame>& out);
    // What is held for a frame that is not yet complete, as capacity.
    [[nodiscard]] std::size_t held_bytes() const { return payload_.capacity() + sizeof header_; }

private:
    ByteView take_header(ByteView bytes);
    [[nodiscard]] std::optional<FramingError> check_header();
    void finish(std::vector<PlainFrame>& out);

    std::array<std::uint8_t, 4> magic_;
    std::array<std::uint8_t, kPlainHeaderBytes> header_{};
    std::size_t header_bytes_ = 0;
    std::size_t payload_length_ = 0;  // known once the header is complete
    Bytes payload_;
    bool failed_ = false;
};

}  // namespace starling::p2p
