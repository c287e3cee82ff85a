#include "p2p/crypto/cipher.h"

#include "consensus/hash.h"

#include <algorithm>
#include <cassert>
#include <climits>
#include <openssl/evp.h>

namespace starling::p2p {

namespace {

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

// The library fails on want of memory or on a build without these ciphers: neither is anyone's
// mistake that could be answered.
void require([[maybe_unused]] int done) {
    assert(done == 1);
}

int int_of(std::size_t size) {
    assert(size <= INT_MAX);
    return static_cast<int>(size);
}

// Fetched once: the library looks a cipher up by name under a lock.
const EVP_CIPHER* fetched(const char* name) {
    const EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, name, nullptr);
    assert(cipher != nullptr);
    return cipher;
}

// A context that knows its cipher and waits for a key and a nonce.
Context context_of(const EVP_CIPHER* cipher) {
    Context context(EVP_CIPHER_CTX_new());
    assert(context != nullptr);
    require(EVP_CipherInit_ex2(context.get(), cipher, nullptr, nullptr, 1, nullptr));
    return context;
}

EVP_CIPHER_CTX* gcm_context() {
    static const EVP_CIPHER* const cipher = fetched("AES-128-GCM");
    thread_local const Context context = context_of(cipher);
    return context.get();
}

EVP_CIPHER_CTX* ctr_context() {
    static const EVP_CIPHER* const cipher = fetched("AES-128-CTR");
    thread_local const Context context = context_of(cipher);
    return context.get();
}

enum class Way { open = 0, seal = 1 };

// `key` null: the one that the context has.
void start(EVP_CIPHER_CTX* context, const std::uint8_t* key, const std::uint8_t* nonce, Way way) {
    require(EVP_CipherInit_ex2(context, nullptr, key, nonce, static_cast<int>(way), nullptr));
}

void associate(EVP_CIPHER_CTX* context, ByteView associated) {
    int written = 0;
    if (associated.empty()) return;
    require(
        EVP_CipherUpdate(context, nullptr, &written, associated.data(), int_of(associated.size())));
}

void convert(EVP_CIPHER_CTX* context, ByteView in, std::uint8_t* out) {
    int written = 0;
    if (in.empty()) return;
    require(EVP_CipherUpdate(context, out, &written, in.data(), int_of(in.size())));
    assert(written == int_of(in.size()));
}

// After start(). `out` has plain.size() + kTagBytes.
void seal_started(EVP_CIPHER_CTX* context,
                  ByteView associated,
                  ByteView plain,
                  std::span<std::uint8_t> out) {
    assert(out.size() == plain.size() + kTagBytes);
    associate(context, associated);
    convert(context, plain, out.data());
    int written = 0;
    std::uint8_t* const tag = out.data() + plain.size();
    require(EVP_CipherFinal_ex(context, tag, &written));
    require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag));
}

// After start(). `out` has sealed.size() - kTagBytes.
bool open_started(EVP_CIPHER_CTX* context,
                  ByteView associated,
                  ByteView sealed,
                  std::span<std::uint8_t> out) {
    assert(sealed.size() == out.size() + kTagBytes);
    // Copied first: the library wants it writable.
    std::array<std::uint8_t, kTagBytes> tag{};
    std::ranges::copy(sealed.last(kTagBytes), tag.begin());
    require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()));
    associate(context, associated);
    convert(context, sealed.first(out.size()), out.data());
    int written = 0;
    std::uint8_t rest = 0;  // nothing is written: neither AEAD holds bytes back
    return EVP_CipherFinal_ex(context, &rest, &written) == 1;
}

// HMAC (RFC 2104) with SHA-256, by states that have absorbed the key already.
class Hmac {
public:
    explicit Hmac(ByteView key) {
        constexpr std::size_t kBlockBytes = 64;
        std::array<std::uint8_t, kBlockBytes> inner{};
        if (key.size() > kBlockBytes) {
            std::ranges::copy(sha256(key).bytes, inner.begin());
        } else {
            std::ranges::copy(key, inner.begin());
        }
        std::array<std::uint8_t, kBlockBytes> outer = inner;
        for (std::uint8_t& byte : inner)
            byte ^= 0x36;
        for (std::uint8_t& byte : outer)
            byte ^= 0x5c;
        inner_.add(inner);
        outer_.add(outer);
    }

    void add(ByteView bytes) { inner_.add(bytes); }
    Hash256 finish() { return outer_.add(inner_.finish().bytes).finish(); }

private:
    Sha256 inner_, outer_;
};

}  // namespace

void aes_ctr(const AesKey& key, const AesCounter& counter, std::span<std::uint8_t> bytes) {
    start(ctr_context(), key.data(), counter.data(), Way::seal);
    convert(ctr_context(), bytes, bytes.data());
}

Bytes gcm_seal(const AesKey& key, const GcmNonce& nonce, ByteView plain, ByteView associated) {
    Bytes out(plain.size() + kTagBytes);
    start(gcm_context(), key.data(), nonce.data(), Way::seal);
    seal_started(gcm_context(), associated, plain, out);
    return out;
}

std::optional<Bytes> gcm_open(const AesKey& key,
                              const GcmNonce& nonce,
                              ByteView sealed,
                              ByteView associated) {
    if (sealed.size() < kTagBytes) return std::nullopt;
    Bytes out(sealed.size() - kTagBytes);
    start(gcm_context(), key.data(), nonce.data(), Way::open);
    if (!open_started(gcm_context(), associated, sealed, out)) return std::nullopt;
    return out;
}

struct ChaChaPoly::State {
    Context context;

    void start(std::uint64_t nonce, Way way) const {
        std::array<std::uint8_t, 12> bytes{};
        for (std::size_t i = 0; i < 8; ++i)
            bytes[4 + i] = static_cast<std::uint8_t>(nonce >> (8 * i));
        p2p::start(context.get(), nullptr, bytes.data(), way);
    }
};

ChaChaPoly::ChaChaPoly(const ChaChaKey& key) {
    static const EVP_CIPHER* const cipher = fetched("ChaCha20-Poly1305");
    state_ = std::make_unique<State>(context_of(cipher));
    start(state_->context.get(), key.data(), nullptr, Way::seal);
}
ChaChaPoly::ChaChaPoly(ChaChaPoly&&) noexcept = default;
ChaChaPoly& ChaChaPoly::operator=(ChaChaPoly&&) noexcept = default;
ChaChaPoly::~ChaChaPoly() = default;

void ChaChaPoly::seal(std::uint64_t nonce,
                      ByteView associated,
                      ByteView plain,
                      std::span<std::uint8_t> out) {
    state_->start(nonce, Way::seal);
    seal_started(state_->context.get(), associated, plain, out);
}

bool ChaChaPoly::open(std::uint64_t nonce,
                      ByteView associated,
                      ByteView sealed,
                      std::span<std::uint8_t> out) {
    state_->start(nonce, Way::open);
    return open_started(state_->context.get(), associated, sealed, out);
}

Bytes hkdf_sha256(ByteView salt, ByteView key_material, ByteView info, std::size_t size) {
    assert(size <= 255 * sizeof(Hash256));
    Hmac extract(salt);
    extract.add(key_material);
    const Hmac expand(extract.finish().bytes);
    Bytes out;
    Bytes previous;
    for (std::uint8_t counter = 1; out.size() < size; ++counter) {
        Hmac step = expand;
        step.add(previous);
        step.add(info);
        step.add({&counter, 1});
        const Hash256 block = step.finish();
        previous.assign(block.bytes.begin(), block.bytes.end());
        const std::size_t wanted = std::min(previous.size(), size - out.size());
        out.insert(out.end(), previous.begin(),
                   previous.begin() + static_cast<std::ptrdiff_t>(wanted));
    }
    return out;
}

}  // namespace starling::p2p
