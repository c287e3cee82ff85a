#pragma once

#include "consensus/bytes.h"
#include "p2p/crypto/cipher.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace starling::p2p {

// BOLT 8's frames in one direction: a 2-byte big-endian length, sealed (18 bytes), then the body,
// sealed. Each sealing uses a nonce; the key rotates when the nonce reaches 1,000, which is every
// 500 frames.
class FrameCipher {
public:
    static constexpr std::size_t kBodyBytesMax = 65'535;
    static constexpr std::size_t kSealedLengthBytes = 2 + kTagBytes;
    static constexpr std::uint64_t kRotationNonce = 1'000;

    FrameCipher(const ChaChaKey& key, const std::array<std::uint8_t, 32>& chaining);

    // Appends the whole frame; `body` at most kBodyBytesMax bytes.
    void seal(ByteView body, Bytes& out);
    // Nothing if anything was changed; after that the cipher must not be used.
    [[nodiscard]] std::optional<std::size_t> open_length(ByteView sealed_length);
    // `out` has the length that was opened. Returns false if anything was changed.
    [[nodiscard]] bool open_body(ByteView sealed_body, std::span<std::uint8_t> out);

private:
    void advance();

    ChaChaPoly cipher_;
    ChaChaKey key_;
    std::array<std::uint8_t, 32> chaining_;
    std::uint64_t nonce_ = 0;
};

}  // namespace starling::p2p
