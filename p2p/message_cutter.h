#pragma once

#include "p2p/transport.h"

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

namespace starling::p2p {

// Cuts a stream of bytes into messages, each of which has a header of one size in front; the
// transports differ in the header alone.
//
// Memory grows with the bytes that arrived, never with the length that a header claims.
class MessageCutter {
public:
    static constexpr std::size_t kHeaderBytesMax = 24;

    // Appends the messages that these bytes complete. After an error it must not be fed again.
    [[nodiscard]] std::optional<TransportError> feed(ByteView bytes, std::vector<RawMessage>& out);
    // What is held for a message that is not yet complete, as capacity.
    [[nodiscard]] std::size_t held_bytes() const { return payload_.capacity() + sizeof header_; }

protected:
    struct Header {
        ByteView command;  // as it stands there, 12 bytes
        std::size_t payload_bytes = 0;
        std::optional<RawMessage::Checksum> checksum = {};
    };

    explicit MessageCutter(std::size_t header_bytes) : header_bytes_(header_bytes) {}
    virtual ~MessageCutter() = default;

    // The first bytes of a header: may they begin one?
    [[nodiscard]] virtual std::optional<TransportError> check_start(ByteView) const { return {}; }
    [[nodiscard]] virtual Header read(ByteView header) const = 0;

private:
    [[nodiscard]] std::optional<TransportError> take_header(ByteView& bytes);
    void finish(std::vector<RawMessage>& out);

    std::size_t header_bytes_;
    std::array<std::uint8_t, kHeaderBytesMax> header_{};
    std::size_t header_there_ = 0;
    std::size_t payload_bytes_ = 0;  // known once the header is complete
    Bytes payload_;
    bool failed_ = false;
};

// Room for bytes that arrive of something whose size was claimed: at most three times what is
// there, so that a large one is moved rarely and a mere claim reserves nothing.
void reserve_for(std::size_t arriving, std::size_t claimed, Bytes& held);

// The command as headers carry it: printable characters, then zeros.
std::array<std::uint8_t, kCommandBytes> padded_command(std::string_view command);

}  // namespace starling::p2p
