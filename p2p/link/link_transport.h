#pragma once

#include "p2p/link/joiner.h"
#include "p2p/link/message_frames.h"
#include "p2p/link/noise.h"
#include "p2p/transport.h"

#include <cstddef>
#include <optional>

namespace starling::p2p {

// The encrypted link: BOLT 8's three acts, then messages in its frames.
//
// What a stranger can learn: without our key nothing at all, for its first act is then wrong and
// is not answered; with our key, which our record tells everybody, that we have it (act two).
class LinkTransport final : public Transport {
public:
    // `ephemeral`: fresh chance for each connection; a valid key.
    static LinkTransport dialler(const SecretKey& own,
                                 const CompressedKey& theirs,
                                 const SecretKey& ephemeral);
    static LinkTransport responder(const SecretKey& own, const SecretKey& ephemeral);

    Opened open(ByteView bytes) override;
    Bytes seal(std::span<const RawMessage> messages) override;
    [[nodiscard]] std::size_t header_bytes() const override { return kLinkHeaderBytes; }
    [[nodiscard]] std::optional<CompressedKey> peer_key() const override;

private:
    enum class Awaited { beginning, act_one, act_two, act_three, frames };

    LinkTransport(const NoiseHandshake& handshake, Awaited awaited)
        : handshake_(handshake), awaited_(awaited) {}

    [[nodiscard]] bool shake_hands(ByteView& bytes, Bytes& reply);
    [[nodiscard]] bool take_act(ByteView act, Bytes& reply);
    void establish();

    NoiseHandshake handshake_;
    Awaited awaited_;
    Joiner joiner_;  // of the acts
    std::optional<FrameReader> reader_;
    std::optional<FrameWriter> writer_;
};

}  // namespace starling::p2p
