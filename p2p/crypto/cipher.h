#pragma once

#include "consensus/bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace starling::p2p {

using AesKey = std::array<std::uint8_t, 16>;
using AesCounter = std::array<std::uint8_t, 16>;  // the first counter block, as discv5's masking IV
using GcmNonce = std::array<std::uint8_t, 12>;
using ChaChaKey = std::array<std::uint8_t, 32>;
constexpr std::size_t kTagBytes = 16;  // of both AEADs

// AES-128-CTR, in place; its own inverse.
void aes_ctr(const AesKey& key, const AesCounter& counter, std::span<std::uint8_t> bytes);

// AES-128-GCM: the ciphertext with its tag behind it. Opening gives nothing if anything was
// changed.
Bytes gcm_seal(const AesKey& key, const GcmNonce& nonce, ByteView plain, ByteView associated);
std::optional<Bytes> gcm_open(const AesKey& key,
                              const GcmNonce& nonce,
                              ByteView sealed,
                              ByteView associated);

// ChaCha20-Poly1305 (RFC 8439) under one key. The nonce is 4 zero bytes and `nonce` little-endian,
// as Noise and BOLT 8 have it. Keeps the library's context, so that a frame costs no allocation.
class ChaChaPoly {
public:
    explicit ChaChaPoly(const ChaChaKey& key);
    ChaChaPoly(ChaChaPoly&&) noexcept;
    ChaChaPoly& operator=(ChaChaPoly&&) noexcept;
    ~ChaChaPoly();

    // `out` has plain.size() + kTagBytes; may begin where `plain` does.
    void seal(std::uint64_t nonce,
              ByteView associated,
              ByteView plain,
              std::span<std::uint8_t> out);
    // `out` has sealed.size() - kTagBytes. False, and `out` is without meaning, if anything was
    // changed.
    [[nodiscard]] bool open(std::uint64_t nonce,
                            ByteView associated,
                            ByteView sealed,
                            std::span<std::uint8_t> out);

private:
    struct State;
    std::unique_ptr<State> state_;
};

// HKDF with SHA-256 (RFC 5869): extract and expand. `size` at most 8,160 bytes.
Bytes hkdf_sha256(ByteView salt, ByteView key_material, ByteView info, std::size_t size);

}  // namespace starling::p2p
