#pragma once

#include "consensus/bytes.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace starling::wallet {

// Bytes that are wiped when they go.
class SecretBytes {
public:
    SecretBytes() = default;
    explicit SecretBytes(Bytes bytes) : bytes_(std::move(bytes)) {}
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) {}
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    ~SecretBytes();

    [[nodiscard]] ByteView view() const { return bytes_; }

private:
    Bytes bytes_;
};

// Bytes from the kernel's generator.
Bytes random_bytes(std::size_t size);

// PBKDF2 with HMAC-SHA512 (BIP 39 uses 2,048 rounds).
SecretBytes pbkdf2_sha512(std::string_view password,
                          ByteView salt,
                          unsigned rounds,
                          std::size_t size);

// The cost of scrypt (RFC 7914): memory is 128 * n * r bytes. The default takes 64 MiB and some
// tenths of a second: bearable once a command, dear for who guesses passphrases.
struct ScryptCost {
    std::uint64_t n = 1u << 16;
    std::uint32_t r = 8;
    std::uint32_t p = 1;
};

// A secret under a passphrase: scrypt makes the key, ChaCha20-Poly1305 (RFC 8439) seals.
struct Sealed {
    ScryptCost cost;
    std::array<std::uint8_t, 16> salt{};
    std::array<std::uint8_t, 12> nonce{};
    Bytes ciphertext;  // with its tag of 16 bytes at the end
};

Sealed seal(ByteView secret, std::string_view passphrase, const ScryptCost& cost = {});
// Nothing if the passphrase is wrong, the bytes were changed, or the cost is over 1 GiB of memory.
std::optional<SecretBytes> unseal(const Sealed& sealed, std::string_view passphrase);

}  // namespace starling::wallet
