#pragma once

#include "p2p/link/frame_cipher.h"
#include "p2p/link/joiner.h"
#include "p2p/link/noise.h"
#include "p2p/message_cutter.h"
#include "p2p/transport.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace starling::p2p {

// Messages in the frames of a link. The joined plaintexts of the frames are a stream of messages:
// the payload's length (4 bytes, little-endian), the command (12, as in Bitcoin's framing), the
// payload. No checksum: the cipher authenticates. A message may span frames, and a frame may hold
// several messages.
constexpr std::size_t kLinkHeaderBytes = 4 + kCommandBytes;

// The stream of plaintexts, cut into messages.
class LinkCutter final : public MessageCutter {
public:
    LinkCutter() : MessageCutter(kLinkHeaderBytes) {}

protected:
    [[nodiscard]] Header read(ByteView header) const override;
};

// Seals messages into as few frames as hold them: all but the last are full.
class FrameWriter {
public:
    explicit FrameWriter(const LinkKeys& keys) : cipher_(keys.send, keys.chaining) {}

    Bytes seal(std::span<const RawMessage> messages);

private:
    FrameCipher cipher_;
};

// Opens frames, however their bytes arrive, and cuts the messages out of them.
//
// Holds what arrived of one frame and of one message, and nothing where both are complete.
class FrameReader {
public:
    explicit FrameReader(const LinkKeys& keys) : cipher_(keys.receive, keys.chaining) {}

    // Appends the messages that these bytes complete. An error is final.
    [[nodiscard]] std::optional<TransportError> feed(ByteView bytes, std::vector<RawMessage>& out);
    [[nodiscard]] std::size_t held_bytes() const {
        return joiner_.held_bytes() + cutter_.held_bytes();
    }

private:
    [[nodiscard]] std::optional<TransportError> open(ByteView sealed,
                                                     Bytes& body,
                                                     std::vector<RawMessage>& out);

    FrameCipher cipher_;
    LinkCutter cutter_;
    bool in_body_ = false;  // a length was opened, its body is awaited
    std::size_t awaited_bytes_ = FrameCipher::kSealedLengthBytes;
    Joiner joiner_;
};

}  // namespace starling::p2p
