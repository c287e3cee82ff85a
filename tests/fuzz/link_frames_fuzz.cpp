// A link after its handshake: whatever arrives, in whatever pieces, gives the same messages and the
// same error, and no more memory than arrived.
//
// The first byte says how large the pieces are, the second what the rest is: bytes on the wire, or
// plaintexts that are sealed with the right key, so that the stream of messages behind the cipher
// is reached, with one bit flipped or none.

#include "p2p/link/message_frames.h"
#include "support/link_keys.h"

#include <algorithm>
#include <cassert>

using namespace starling;

namespace {

struct Outcome {
    std::vector<p2p::RawMessage> messages;
    std::optional<p2p::TransportError> error;
};

Outcome feed(ByteView bytes, std::size_t piece) {
    p2p::FrameReader reader(test::other_end());
    Outcome outcome;
    std::size_t fed = 0;
    while (fed < bytes.size() && !outcome.error) {
        const std::size_t size = std::min(piece, bytes.size() - fed);
        outcome.error = reader.feed(bytes.subspan(fed, size), outcome.messages);
        fed += size;
        assert(reader.held_bytes() <= 6 * fed + 256);
    }
    return outcome;
}

// Frames of 100 bytes at most, so that small inputs have several.
Bytes sealed(ByteView plain) {
    p2p::FrameCipher sender(test::one_end().send, test::one_end().chaining);
    Bytes out;
    while (!plain.empty()) {
        const std::size_t size = std::min<std::size_t>(plain.size(), plain[0] % 100u);
        sender.seal(plain.first(size), out);
        plain = plain.subspan(std::max<std::size_t>(size, 1));
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const ByteView rest(data + 2, size - 2);
    const bool plaintext = data[1] % 2 == 0;
    Bytes wire = plaintext ? sealed(rest) : Bytes(rest.begin(), rest.end());
    const bool flipped = plaintext && data[1] % 4 == 2 && !wire.empty();
    if (flipped) wire[data[1] % wire.size()] ^= 0x10;

    const Outcome whole = feed(wire, wire.size());
    const Outcome pieces = feed(wire, data[0] + 1u);
    assert(whole.error == pieces.error);
    assert(!flipped || whole.error);
    assert(whole.messages.size() == pieces.messages.size());
    for (std::size_t i = 0; i < whole.messages.size(); ++i) {
        assert(whole.messages[i].command == pieces.messages[i].command);
        assert(*whole.messages[i].payload == *pieces.messages[i].payload);
        [[maybe_unused]] const auto message = p2p::decode(whole.messages[i], regtest());
    }
    return 0;
}
