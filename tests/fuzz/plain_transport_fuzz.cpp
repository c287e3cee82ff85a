// The framing gives the same frames and the same error however the bytes are cut, and holds no
// more than arrived.

#include "p2p/plain_transport.h"

#include <algorithm>
#include <cassert>

using namespace starling;

namespace {

struct Outcome {
    std::vector<p2p::RawMessage> frames;
    std::optional<p2p::TransportError> error;
};

Outcome feed(ByteView bytes, std::size_t piece) {
    p2p::PlainDecoder decoder(regtest().magic);
    Outcome outcome;
    std::size_t fed = 0;
    while (fed < bytes.size() && !outcome.error) {
        const std::size_t size = std::min(piece, bytes.size() - fed);
        outcome.error = decoder.feed(bytes.subspan(fed, size), outcome.frames);
        fed += size;
        assert(decoder.held_bytes() <= 3 * fed + 256);
    }
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView bytes(data + 1, size - 1);
    const Outcome whole = feed(bytes, size);
    const Outcome pieces = feed(bytes, data[0] + 1u);
    assert(whole.error == pieces.error);
    assert(whole.frames.size() == pieces.frames.size());
    for (std::size_t i = 0; i < whole.frames.size(); ++i) {
        assert(whole.frames[i].command == pieces.frames[i].command);
        assert(*whole.frames[i].payload == *pieces.frames[i].payload);
        [[maybe_unused]] const auto message = p2p::decode(whole.frames[i], regtest());
    }
    return 0;
}
