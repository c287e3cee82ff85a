#include "p2p/link/frame_cipher.h"

#include "p2p/link/noise.h"

#include <cassert>

namespace starling::p2p {

FrameCipher::FrameCipher(const ChaChaKey& key, const std::array<std::uint8_t, 32>& chaining)
    : cipher_(key), key_(key), chaining_(chaining) {}

void FrameCipher::seal(ByteView body, Bytes& out) {
    assert(body.size() <= kBodyBytesMax);
    const std::array<std::uint8_t, 2> length = {static_cast<std::uint8_t>(body.size() >> 8),
                                                static_cast<std::uint8_t>(body.size())};
    const std::size_t before = out.size();
    out.resize(before + kSealedLengthBytes + body.size() + kTagBytes);
    const auto frame = std::span(out).subspan(before);
    cipher_.seal(nonce_, {}, length, frame.first(kSealedLengthBytes));
    advance();
    cipher_.seal(nonce_, {}, body, frame.subspan(kSealedLengthBytes));
    advance();
}

std::optional<std::size_t> FrameCipher::open_length(ByteView sealed_length) {
    assert(sealed_length.size() == kSealedLengthBytes);
    std::array<std::uint8_t, 2> length{};
    if (!cipher_.open(nonce_, {}, sealed_length, length)) return std::nullopt;
    advance();
    return std::size_t{length[0]} << 8 | length[1];
}

bool FrameCipher::open_body(ByteView sealed_body, std::span<std::uint8_t> out) {
    assert(sealed_body.size() == out.size() + kTagBytes);
    if (!cipher_.open(nonce_, {}, sealed_body, out)) return false;
    advance();
    return true;
}

void FrameCipher::advance() {
    if (++nonce_ < kRotationNonce) return;
    const ChainedKey next = next_key(chaining_, key_);
    chaining_ = next.chaining;
    key_ = next.key;
    cipher_ = ChaChaPoly(key_);
    nonce_ = 0;
}

}  // namespace starling::p2p
