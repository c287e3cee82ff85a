#include "p2p/discovery/session_keys.h"

#include "consensus/hash.h"

#include <algorithm>
#include <string_view>

namespace starling::p2p::discv5 {
namespace {

constexpr std::string_view kKeyAgreement = "discovery v5 key agreement";
constexpr std::string_view kIdentityProof = "discovery v5 identity proof";

void append(Bytes& out, std::string_view text) {
    out.insert(out.end(), text.begin(), text.end());
}
void append(Bytes& out, ByteView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

Hash256 identity_proof(ByteView challenge,
                       const CompressedKey& ephemeral,
                       const NodeId& recipient) {
    Bytes text;
    append(text, kIdentityProof);
    append(text, challenge);
    append(text, ephemeral);
    append(text, recipient.bytes);
    return sha256(text);
}

}  // namespace

SessionKeys session_keys(const SharedPoint& secret,
                         ByteView challenge,
                         const NodeId& initiator,
                         const NodeId& recipient,
                         Side side) {
    Bytes info;
    append(info, kKeyAgreement);
    append(info, initiator.bytes);
    append(info, recipient.bytes);
    SessionKeys keys;
    const Bytes both = hkdf_sha256(challenge, secret, info, keys.write.size() + keys.read.size());
    const ByteView initiators = ByteView(both).first(keys.write.size());
    const ByteView recipients = ByteView(both).last(keys.write.size());
    std::ranges::copy(side == Side::initiator ? initiators : recipients, keys.write.begin());
    std::ranges::copy(side == Side::initiator ? recipients : initiators, keys.read.begin());
    return keys;
}

EcdsaSignature sign_id(const SecretKey& secret,
                       ByteView challenge,
                       const CompressedKey& ephemeral,
                       const NodeId& recipient) {
    return sign_ecdsa(secret, identity_proof(challenge, ephemeral, recipient));
}

bool verify_id(const CompressedKey& signer,
               const EcdsaSignature& signature,
               ByteView challenge,
               const CompressedKey& ephemeral,
               const NodeId& recipient) {
    return verify_ecdsa(signer, identity_proof(challenge, ephemeral, recipient), signature);
}

std::optional<GcmNonce> next_nonce(SessionKeys& keys, Random& random) {
    if (keys.sealed == std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    auto nonce = random_array<std::tuple_size_v<GcmNonce>>(random);
    const std::uint32_t count = keys.sealed++;
    for (unsigned i = 0; i < sizeof count; ++i)
        nonce[i] = static_cast<std::uint8_t>(count >> (24 - 8 * i));
    return nonce;
}

EphemeralKey ephemeral_key(Random& random) {
    for (;;) {  // all but one draw of 2^128 are keys
        const auto secret = random_array<std::tuple_size_v<SecretKey>>(random);
        if (const auto key = compressed_key(secret)) return {secret, *key};
    }
}

}  // namespace starling::p2p::discv5
