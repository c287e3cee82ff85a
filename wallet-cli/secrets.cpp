#include "wallet-cli/secrets.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <memory>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <stdexcept>

namespace starling::wallet {

namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kTagBytes = 16;
constexpr std::uint64_t kScryptMemoryMax = 1u << 30;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

void require(bool done, const char* what) {
    if (!done) throw std::runtime_error(std::string("OpenSSL refused ") + what);
}

std::uint64_t memory_of(const ScryptCost& cost) {
    return 128 * cost.n * cost.r + 128ull * cost.r * cost.p;
}

bool bearable(const ScryptCost& cost) {
    if (cost.n < 2 || cost.n > (1u << 24) || !std::has_single_bit(cost.n)) return false;
    if (cost.r == 0 || cost.r > 64 || cost.p == 0 || cost.p > 64) return false;
    return memory_of(cost) <= kScryptMemoryMax;
}

SecretBytes scrypt_key(std::string_view passphrase, const Sealed& sealed) {
    Bytes key(kKeyBytes);
    // OpenSSL counts some working memory on top of the algorithm's own.
    const std::uint64_t memory_max = memory_of(sealed.cost) + (1u << 20);
    require(EVP_PBE_scrypt(passphrase.data(), passphrase.size(), sealed.salt.data(),
                           sealed.salt.size(), sealed.cost.n, sealed.cost.r, sealed.cost.p,
                           memory_max, key.data(), key.size()) == 1,
            "scrypt");
    return SecretBytes(std::move(key));
}

CipherContext cipher_context() {
    CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    require(context != nullptr, "a cipher context");
    return context;
}

}  // namespace

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    if (this == &other) return *this;
    OPENSSL_cleanse(bytes_.data(), bytes_.size());
    bytes_ = std::move(other.bytes_);
    return *this;
}

SecretBytes::~SecretBytes() {
    OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

Bytes random_bytes(std::size_t size) {
    Bytes bytes(size);
    require(RAND_priv_bytes(bytes.data(), static_cast<int>(size)) == 1, "random bytes");
    return bytes;
}

SecretBytes pbkdf2_sha512(std::string_view password,
                          ByteView salt,
                          unsigned rounds,
                          std::size_t size) {
    Bytes key(size);
    require(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
                              static_cast<int>(salt.size()), static_cast<int>(rounds), EVP_sha512(),
                              static_cast<int>(size), key.data()) == 1,
            "PBKDF2");
    return SecretBytes(std::move(key));
}

Sealed seal(ByteView secret, std::string_view passphrase, const ScryptCost& cost) {
    assert(bearable(cost));
    Sealed sealed{.cost = cost};
    std::ranges::copy(random_bytes(sealed.salt.size()), sealed.salt.begin());
    std::ranges::copy(random_bytes(sealed.nonce.size()), sealed.nonce.begin());
    const SecretBytes key = scrypt_key(passphrase, sealed);
    const CipherContext context = cipher_context();
    require(EVP_EncryptInit_ex(context.get(), EVP_chacha20_poly1305(), nullptr, key.view().data(),
                               sealed.nonce.data()) == 1,
            "the cipher");
    sealed.ciphertext.resize(secret.size() + kTagBytes);
    int written = 0;
    require(EVP_EncryptUpdate(context.get(), sealed.ciphertext.data(), &written, secret.data(),
                              static_cast<int>(secret.size())) == 1,
            "to encrypt");
    int rest = 0;
    require(EVP_EncryptFinal_ex(context.get(), sealed.ciphertext.data() + written, &rest) == 1,
            "to encrypt");
    require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes,
                                sealed.ciphertext.data() + secret.size()) == 1,
            "the tag");
    return sealed;
}

std::optional<SecretBytes> unseal(const Sealed& sealed, std::string_view passphrase) {
    if (!bearable(sealed.cost) || sealed.ciphertext.size() < kTagBytes) return std::nullopt;
    const std::size_t size = sealed.ciphertext.size() - kTagBytes;
    const SecretBytes key = scrypt_key(passphrase, sealed);
    const CipherContext context = cipher_context();
    require(EVP_DecryptInit_ex(context.get(), EVP_chacha20_poly1305(), nullptr, key.view().data(),
                               sealed.nonce.data()) == 1,
            "the cipher");
    Bytes tag(sealed.ciphertext.end() - kTagBytes, sealed.ciphertext.end());
    require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1,
            "the tag");
    Bytes secret(size);
    int written = 0;
    require(EVP_DecryptUpdate(context.get(), secret.data(), &written, sealed.ciphertext.data(),
                              static_cast<int>(size)) == 1,
            "to decrypt");
    SecretBytes held(std::move(secret));
    std::uint8_t none = 0;
    int rest = 0;
    if (EVP_DecryptFinal_ex(context.get(), &none, &rest) != 1) return std::nullopt;
    return held;
}

}  // namespace starling::wallet
