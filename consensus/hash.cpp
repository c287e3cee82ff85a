#include "consensus/hash.h"

// The SHA256_* functions are deprecated in favour of EVP, whose context lives on the heap and costs
// 60 ns a hash more. A block is checked by tens of thousands of short hashes.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <cassert>
#include <new>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <type_traits>

namespace starling {

namespace {

using State = SHA256_CTX;
static_assert(std::is_trivially_copyable_v<State> && alignof(State) <= 8);

ByteView view_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// A digest that is not on the path of a block. The EVP_MD is looked up once and never freed.
Hash160 short_digest(const EVP_MD* digest, ByteView bytes) {
    Hash160 out{};
    unsigned size = 0;
    [[maybe_unused]] const int ok =
        EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, digest, nullptr);
    assert(ok == 1 && size == out.size());
    return out;
}

}  // namespace

Sha256::Sha256() {
    static_assert(sizeof(State) == kStateBytes);
    SHA256_Init(new (state_.data()) State);
}

Sha256 Sha256::tagged(std::string_view tag) {
    const Hash256 hashed = sha256(view_of(tag));
    Sha256 hash;
    hash.add(hashed.bytes).add(hashed.bytes);
    return hash;
}

Sha256& Sha256::add(ByteView bytes) {
    SHA256_Update(std::launder(reinterpret_cast<State*>(state_.data())), bytes.data(),
                  bytes.size());
    return *this;
}

Hash256 Sha256::finish() {
    Hash256 out;
    SHA256_Final(out.bytes.data(), std::launder(reinterpret_cast<State*>(state_.data())));
    return out;
}

Hash256 sha256(ByteView bytes) {
    return Sha256().add(bytes).finish();
}

Hash256 sha256d(ByteView bytes) {
    return sha256(sha256(bytes).bytes);
}

Hash256 sha256d_pair(const Hash256& left, const Hash256& right) {
    return sha256(Sha256().add(left.bytes).add(right.bytes).finish().bytes);
}

Hash256 tagged_hash(std::string_view tag, ByteView bytes) {
    return Sha256::tagged(tag).add(bytes).finish();
}

Hash160 sha1(ByteView bytes) {
    static EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA1", nullptr);
    return short_digest(digest, bytes);
}

Hash160 ripemd160(ByteView bytes) {
    static EVP_MD* const digest = EVP_MD_fetch(nullptr, "RIPEMD160", nullptr);
    return short_digest(digest, bytes);
}

Hash160 hash160(ByteView bytes) {
    return ripemd160(sha256(bytes).bytes);
}

}  // namespace starling
