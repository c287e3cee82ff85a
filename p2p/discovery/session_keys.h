#pragma once

#include "consensus/bytes.h"
#include "consensus/random.h"
#include "p2p/crypto/cipher.h"
#include "p2p/identity/node_id.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace starling::p2p::discv5 {

// The cryptography of a handshake (discv5-theory, "Identity-Specific Cryptography in the
// Handshake"). `challenge` is the WHOAREYOU's challenge-data, Packet::associated.

enum class Side { initiator, recipient };

// What one session seals and opens with.
struct SessionKeys {
    AesKey write{};
    AesKey read{};
    std::uint32_t sealed = 0;  // messages, for the nonce
};

// `secret`: of the ephemeral key and the recipient's.
SessionKeys session_keys(const SharedPoint& secret,
                         ByteView challenge,
                         const NodeId& initiator,
                         const NodeId& recipient,
                         Side side);

EcdsaSignature sign_id(const SecretKey& secret,
                       ByteView challenge,
                       const CompressedKey& ephemeral,
                       const NodeId& recipient);
bool verify_id(const CompressedKey& signer,
               const EcdsaSignature& signature,
               ByteView challenge,
               const CompressedKey& ephemeral,
               const NodeId& recipient);

// A 32-bit count and 64 bits of chance: no nonce comes twice under one key. Nothing once the count
// has run out: new keys are due.
std::optional<GcmNonce> next_nonce(SessionKeys& keys, Random& random);

template <std::size_t N>
std::array<std::uint8_t, N> random_array(Random& random) {
    std::array<std::uint8_t, N> bytes;
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < N; ++i, word >>= 8) {
        if (i % sizeof word == 0) word = random.next();
        bytes[i] = static_cast<std::uint8_t>(word);
    }
    return bytes;
}

// A key for one handshake, with its public half.
struct EphemeralKey {
    SecretKey secret{};
    CompressedKey key{};
};
EphemeralKey ephemeral_key(Random& random);

}  // namespace starling::p2p::discv5
