#include "consensus/signature.h"

#include <secp256k1.h>
#include <secp256k1_extrakeys.h>
#include <secp256k1_schnorrsig.h>

#include <cassert>

namespace starling {

namespace {

// Made once and never changed, so that every thread may use it. Verification needs no secrets; the
// signing functions of this library version work on any context.
const secp256k1_context* context() {
    static const secp256k1_context* const made =
        secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY);
    return made;
}

bool parse(ByteView key, secp256k1_xonly_pubkey& out) {
    assert(key.size() == 32);
    return secp256k1_xonly_pubkey_parse(context(), &out, key.data()) == 1;
}

// For calls that cannot fail on values that the library itself made.
void require([[maybe_unused]] int done) {
    assert(done == 1);
}

XOnlyKey bytes_of(const secp256k1_xonly_pubkey& key) {
    XOnlyKey out{};
    require(secp256k1_xonly_pubkey_serialize(context(), out.data(), &key));
    return out;
}

}  // namespace

bool verify_schnorr(ByteView key, ByteView message, ByteView signature) {
    assert(signature.size() == 64);
    secp256k1_xonly_pubkey parsed;
    if (!parse(key, parsed)) return false;
    return secp256k1_schnorrsig_verify(context(), signature.data(), message.data(), message.size(),
                                       &parsed) == 1;
}

bool is_tweaked(ByteView output, bool odd, ByteView internal, const Hash256& tweak) {
    assert(output.size() == 32);
    secp256k1_xonly_pubkey parsed;
    if (!parse(internal, parsed)) return false;
    return secp256k1_xonly_pubkey_tweak_add_check(context(), output.data(), odd ? 1 : 0, &parsed,
                                                  tweak.bytes.data()) == 1;
}

std::optional<TweakedKey> tweaked_key(ByteView internal, const Hash256& tweak) {
    secp256k1_xonly_pubkey parsed;
    secp256k1_pubkey sum;
    if (!parse(internal, parsed)) return std::nullopt;
    if (secp256k1_xonly_pubkey_tweak_add(context(), &sum, &parsed, tweak.bytes.data()) != 1)
        return std::nullopt;
    int parity = 0;
    secp256k1_xonly_pubkey x;
    require(secp256k1_xonly_pubkey_from_pubkey(context(), &x, &parity, &sum));
    return TweakedKey{bytes_of(x), parity == 1};
}

std::optional<XOnlyKey> public_key(const SecretKey& secret) {
    secp256k1_keypair pair;
    if (secp256k1_keypair_create(context(), &pair, secret.data()) != 1) return std::nullopt;
    secp256k1_xonly_pubkey key;
    require(secp256k1_keypair_xonly_pub(context(), &key, nullptr, &pair));
    return bytes_of(key);
}

std::optional<SecretKey> tweaked_secret(const SecretKey& secret, const Hash256& tweak) {
    secp256k1_keypair pair;
    if (secp256k1_keypair_create(context(), &pair, secret.data()) != 1) return std::nullopt;
    if (secp256k1_keypair_xonly_tweak_add(context(), &pair, tweak.bytes.data()) != 1)
        return std::nullopt;
    SecretKey out{};
    require(secp256k1_keypair_sec(context(), out.data(), &pair));
    return out;
}

std::optional<SchnorrSignature> sign_schnorr(const SecretKey& secret,
                                             ByteView message,
                                             const std::array<std::uint8_t, 32>& auxiliary) {
    secp256k1_keypair pair;
    if (secp256k1_keypair_create(context(), &pair, secret.data()) != 1) return std::nullopt;
    SchnorrSignature out{};
    secp256k1_schnorrsig_extraparams parameters = SECP256K1_SCHNORRSIG_EXTRAPARAMS_INIT;
    std::array<std::uint8_t, 32> chance = auxiliary;
    parameters.ndata = chance.data();
    const int done = secp256k1_schnorrsig_sign_custom(context(), out.data(), message.data(),
                                                      message.size(), &pair, &parameters);
    return done == 1 ? std::optional(out) : std::nullopt;
}

}  // namespace starling
