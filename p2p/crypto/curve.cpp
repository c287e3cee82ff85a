#include "p2p/crypto/curve.h"

#include <secp256k1.h>
#include <secp256k1_ecdh.h>

#include <algorithm>
#include <cassert>

namespace starling::p2p {

namespace {

// Made once and never changed, so that every thread may use it.
const secp256k1_context* context() {
    static const secp256k1_context* const made =
        secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY);
    return made;
}

bool parse(const CompressedKey& key, secp256k1_pubkey& out) {
    return secp256k1_ec_pubkey_parse(context(), &out, key.data(), key.size()) == 1;
}

// For calls that cannot fail on what the caller promised.
void require([[maybe_unused]] int done) {
    assert(done == 1);
}

CompressedKey compressed(const secp256k1_pubkey& point) {
    CompressedKey out{};
    std::size_t size = out.size();
    require(secp256k1_ec_pubkey_serialize(context(), out.data(), &size, &point,
                                          SECP256K1_EC_COMPRESSED));
    return out;
}

secp256k1_pubkey made_generator() {
    SecretKey one{};
    one.back() = 1;
    secp256k1_pubkey point;
    require(secp256k1_ec_pubkey_create(context(), &point, one.data()));
    return point;
}

// The library's hook for what becomes of the shared point: here, the point itself, compressed.
int keep_point(unsigned char* out,
               const unsigned char* x32,
               const unsigned char* y32,
               void* /*data*/) {
    out[0] = static_cast<unsigned char>(2 | (y32[31] & 1));
    std::copy_n(x32, 32, out + 1);
    return 1;
}

// The result of ECDH as `hash` (the library's default if null) makes it of the shared point.
template <class Out>
std::optional<Out> exchanged(const CompressedKey& key,
                             const SecretKey& secret,
                             secp256k1_ecdh_hash_function hash) {
    secp256k1_pubkey point;
    Out out{};
    if (!parse(key, point)) return std::nullopt;
    if (secp256k1_ecdh(context(), out.data(), &point, secret.data(), hash, nullptr) != 1)
        return std::nullopt;
    return out;
}

}  // namespace

std::optional<CompressedKey> compressed_key(const SecretKey& secret) {
    secp256k1_pubkey point;
    if (secp256k1_ec_pubkey_create(context(), &point, secret.data()) != 1) return std::nullopt;
    return compressed(point);
}

std::optional<KeyWalk> KeyWalk::from(const SecretKey& secret) {
    secp256k1_pubkey point;
    static_assert(sizeof point.data == sizeof point_);
    if (secp256k1_ec_pubkey_create(context(), &point, secret.data()) != 1) return std::nullopt;
    KeyWalk walk;
    walk.first_ = secret;
    walk.key_ = compressed(point);
    std::ranges::copy(point.data, walk.point_.begin());
    return walk;
}

SecretKey KeyWalk::secret() const {
    SecretKey secret = first_;
    SecretKey more{};
    for (std::size_t i = 0; i < sizeof steps_; ++i)
        more[more.size() - 1 - i] = static_cast<std::uint8_t>(steps_ >> 8 * i);
    require(secp256k1_ec_seckey_tweak_add(context(), secret.data(), more.data()));
    return secret;
}

bool KeyWalk::step() {
    static const secp256k1_pubkey generator = made_generator();
    secp256k1_pubkey point;
    std::ranges::copy(point_, point.data);
    const secp256k1_pubkey* const terms[] = {&point, &generator};
    secp256k1_pubkey sum;
    if (secp256k1_ec_pubkey_combine(context(), &sum, terms, 2) != 1) return false;
    ++steps_;
    key_ = compressed(sum);
    std::ranges::copy(sum.data, point_.begin());
    return true;
}

std::optional<std::array<std::uint8_t, 64>> coordinates(const CompressedKey& key) {
    secp256k1_pubkey point;
    if (!parse(key, point)) return std::nullopt;
    std::array<std::uint8_t, 65> uncompressed{};  // 04, x, y
    std::size_t size = uncompressed.size();
    require(secp256k1_ec_pubkey_serialize(context(), uncompressed.data(), &size, &point,
                                          SECP256K1_EC_UNCOMPRESSED));
    std::array<std::uint8_t, 64> out{};
    std::copy(uncompressed.begin() + 1, uncompressed.end(), out.begin());
    return out;
}

EcdsaSignature sign_ecdsa(const SecretKey& secret, const Hash256& digest) {
    secp256k1_ecdsa_signature signature;
    require(secp256k1_ecdsa_sign(context(), &signature, digest.bytes.data(), secret.data(), nullptr,
                                 nullptr));
    EcdsaSignature out{};
    require(secp256k1_ecdsa_signature_serialize_compact(context(), out.data(), &signature));
    return out;
}

bool verify_ecdsa(const CompressedKey& key,
                  const Hash256& digest,
                  const EcdsaSignature& signature) {
    secp256k1_pubkey point;
    secp256k1_ecdsa_signature parsed;
    if (!parse(key, point)) return false;
    if (secp256k1_ecdsa_signature_parse_compact(context(), &parsed, signature.data()) != 1)
        return false;
    // The library verifies low s only.
    secp256k1_ecdsa_signature_normalize(context(), &parsed, &parsed);
    return secp256k1_ecdsa_verify(context(), &parsed, digest.bytes.data(), &point) == 1;
}

std::optional<SharedPoint> shared_point(const CompressedKey& key, const SecretKey& secret) {
    return exchanged<SharedPoint>(key, secret, keep_point);
}

std::optional<SharedSecret> shared_secret(const CompressedKey& key, const SecretKey& secret) {
    return exchanged<SharedSecret>(key, secret, secp256k1_ecdh_hash_function_sha256);
}

}  // namespace starling::p2p
