#include "consensus/muhash.h"

#include "consensus/hash.h"
#include "consensus/serialize.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <openssl/bn.h>
#include <openssl/evp.h>

namespace starling {

namespace {

constexpr std::size_t kBytes = 384;
using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;
using Context = std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)>;
using Montgomery = std::unique_ptr<BN_MONT_CTX, decltype(&BN_MONT_CTX_free)>;

void require([[maybe_unused]] bool done) {
    assert(done);  // OpenSSL fails here only without memory
}

Number number() {
    return {BN_new(), &BN_free};
}

// 2^3072 - 1103717, the largest prime below 2^3072 that is safe.
Number modulus() {
    Number value = number();
    require(BN_set_bit(value.get(), 3072) == 1 && BN_sub_word(value.get(), 1103717) == 1);
    return value;
}

// The member's hash: SHA-256 keys ChaCha20, whose stream of 384 bytes is the number.
Number expanded(ByteView member) {
    static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "ChaCha20", nullptr);
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
        EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    const Hash256 key = sha256(member);
    constexpr std::array<std::uint8_t, 16> kCounterAndNonce{};
    constexpr std::array<std::uint8_t, kBytes> kZeros{};
    std::array<std::uint8_t, kBytes> stream{};
    int written = 0;
    require(EVP_EncryptInit_ex(context.get(), cipher, nullptr, key.bytes.data(),
                               kCounterAndNonce.data()) == 1);
    require(EVP_EncryptUpdate(context.get(), stream.data(), &written, kZeros.data(),
                              static_cast<int>(kBytes)) == 1);
    Number value = number();
    require(BN_lebin2bn(stream.data(), static_cast<int>(kBytes), value.get()) != nullptr);
    return value;
}

}  // namespace

// Numerator and denominator apart, because a division costs as much as thousands of products. Both
// in Montgomery form.
struct MuHash::State {
    Number prime = modulus();
    Context context{BN_CTX_new(), &BN_CTX_free};
    Montgomery montgomery{BN_MONT_CTX_new(), &BN_MONT_CTX_free};
    Number numerator = number();
    Number denominator = number();

    State() {
        require(BN_MONT_CTX_set(montgomery.get(), prime.get(), context.get()) == 1);
        for (const Number* one : {&numerator, &denominator}) {
            require(BN_one(one->get()) == 1);
            require(BN_to_montgomery(one->get(), one->get(), montgomery.get(), context.get()) == 1);
        }
    }

    void multiply(const Number& into, ByteView member) const {
        Number factor = expanded(member);
        require(BN_nnmod(factor.get(), factor.get(), prime.get(), context.get()) == 1);
        require(BN_to_montgomery(factor.get(), factor.get(), montgomery.get(), context.get()) == 1);
        multiply(into, factor);
    }
    void multiply(const Number& into, const Number& factor) const {
        require(BN_mod_mul_montgomery(into.get(), into.get(), factor.get(), montgomery.get(),
                                      context.get()) == 1);
    }
};

MuHash::MuHash() : state_(std::make_unique<State>()) {}
MuHash::MuHash(MuHash&&) noexcept = default;
MuHash& MuHash::operator=(MuHash&&) noexcept = default;
MuHash::~MuHash() = default;

void MuHash::insert(ByteView member) {
    state_->multiply(state_->numerator, member);
}

void MuHash::remove(ByteView member) {
    state_->multiply(state_->denominator, member);
}

void MuHash::combine(const MuHash& other) {
    state_->multiply(state_->numerator, other.state_->numerator);
    state_->multiply(state_->denominator, other.state_->denominator);
}

Hash256 MuHash::finish() const {
    const State& s = *state_;
    const Number top = number();
    const Number bottom = number();
    require(BN_from_montgomery(top.get(), s.numerator.get(), s.montgomery.get(), s.context.get()) ==
            1);
    require(BN_from_montgomery(bottom.get(), s.denominator.get(), s.montgomery.get(),
                               s.context.get()) == 1);
    require(BN_mod_inverse(bottom.get(), bottom.get(), s.prime.get(), s.context.get()) != nullptr);
    require(BN_mod_mul(top.get(), top.get(), bottom.get(), s.prime.get(), s.context.get()) == 1);
    std::array<std::uint8_t, kBytes> bytes{};
    require(BN_bn2lebinpad(top.get(), bytes.data(), static_cast<int>(kBytes)) ==
            static_cast<int>(kBytes));
    return sha256(bytes);
}

Bytes coin_for_hash(const OutPoint& point, const Coin& coin) {
    Writer out;
    encode(out, point);
    out.u32(2 * static_cast<std::uint32_t>(coin.height.value) + (coin.coinbase ? 1 : 0));
    encode(out, coin.output);
    return out.take();
}

}  // namespace starling
