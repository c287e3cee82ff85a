#pragma once

#include "consensus/bytes.h"
#include "consensus/hash.h"
#include "p2p/crypto/cipher.h"
#include "p2p/crypto/curve.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace starling::p2p {

// What both sides hold after the third act: a key a direction and the chaining key that later keys
// are drawn from.
struct LinkKeys {
    ChaChaKey send{};
    ChaChaKey receive{};
    std::array<std::uint8_t, 32> chaining{};
};

// HKDF as Noise uses it: of chaining key and new material, the next chaining key and a key.
struct ChainedKey {
    std::array<std::uint8_t, 32> chaining{};
    ChaChaKey key{};
};
ChainedKey next_key(ByteView chaining, ByteView material);

// Noise_XK_secp256k1_ChaChaPoly_SHA256 as BOLT 8 has it: three acts, of which the dialler writes
// the first and the third. The dialler must know the other's key beforehand; the other learns the
// dialler's in the third act and nobody else learns either.
//
// Any act that fails is final: say nothing, close.
class NoiseHandshake {
public:
    static constexpr std::size_t kActOneBytes = 50;
    static constexpr std::size_t kActTwoBytes = 50;
    static constexpr std::size_t kActThreeBytes = 66;

    // `ephemeral`: fresh chance for each connection; a valid key.
    static NoiseHandshake dialler(const SecretKey& own,
                                  const CompressedKey& theirs,
                                  const SecretKey& ephemeral);
    static NoiseHandshake responder(const SecretKey& own, const SecretKey& ephemeral);

    // Dialler.
    std::optional<Bytes> act_one();                    // nothing: `theirs` is no point of the curve
    std::optional<Bytes> act_three(ByteView act_two);  // nothing: act two is wrong
    // Responder.
    std::optional<Bytes> act_two(ByteView act_one);  // nothing: act one is wrong
    [[nodiscard]] bool finish(ByteView act_three);

    // After act three.
    [[nodiscard]] const LinkKeys& keys() const { return keys_; }
    [[nodiscard]] const CompressedKey& peer_key() const { return peer_key_; }

private:
    NoiseHandshake(const SecretKey& own,
                   const SecretKey& ephemeral,
                   const CompressedKey& responder);

    void mix_hash(ByteView bytes);
    [[nodiscard]] bool mix_key(const std::optional<SharedSecret>& secret);
    Bytes seal(std::uint64_t nonce, ByteView plain);
    std::optional<Bytes> open(std::uint64_t nonce, ByteView sealed);

    SecretKey own_{};
    SecretKey ephemeral_{};
    CompressedKey own_ephemeral_{};
    CompressedKey peer_key_{};
    CompressedKey peer_ephemeral_{};
    Hash256 hash_;                             // h
    std::array<std::uint8_t, 32> chaining_{};  // ck
    ChaChaKey temporary_{};                    // temp_k1, temp_k2, temp_k3
    LinkKeys keys_;
};

}  // namespace starling::p2p
