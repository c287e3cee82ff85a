#include "node/rpc/extended_key.h"

#include "consensus/base58.h"
#include "consensus/hash.h"
#include "consensus/serialize.h"

#include <secp256k1.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace starling::rpc {

namespace {

constexpr std::size_t kPayloadBytes = 78;
constexpr std::size_t kPathStepsMax = 255;  // the depth is one byte

constexpr std::uint32_t kMainPublic = 0x0488'b21e;
constexpr std::uint32_t kMainPrivate = 0x0488'ade4;
constexpr std::uint32_t kTestPublic = 0x0435'87cf;
constexpr std::uint32_t kTestPrivate = 0x0435'8394;

using Point = std::array<std::uint8_t, 33>;

const secp256k1_context* curve() {
    static const secp256k1_context* const context =
        secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY);
    return context;
}

struct Halves {
    std::array<std::uint8_t, 32> left;
    std::array<std::uint8_t, 32> right;
};

Halves hmac_sha512(ByteView key, ByteView message) {
    std::array<std::uint8_t, 64> out{};
    unsigned size = 0;
    const auto* made = HMAC(EVP_sha512(), key.data(), static_cast<int>(key.size()), message.data(),
                            message.size(), out.data(), &size);
    assert(made != nullptr && size == out.size());
    Halves halves{};
    std::copy_n(out.begin(), 32, halves.left.begin());
    std::copy_n(out.begin() + 32, 32, halves.right.begin());
    return halves;
}

Point compressed(const secp256k1_pubkey& key) {
    Point out{};
    std::size_t size = out.size();
    secp256k1_ec_pubkey_serialize(curve(), out.data(), &size, &key, SECP256K1_EC_COMPRESSED);
    return out;
}

std::optional<Point> point_of(const SecretKey& secret) {
    secp256k1_pubkey key;
    if (secp256k1_ec_pubkey_create(curve(), &key, secret.data()) != 1) return std::nullopt;
    return compressed(key);
}

std::optional<Point> tweaked(const Point& point, const std::array<std::uint8_t, 32>& tweak) {
    secp256k1_pubkey key;
    if (secp256k1_ec_pubkey_parse(curve(), &key, point.data(), point.size()) != 1)
        return std::nullopt;
    if (secp256k1_ec_pubkey_tweak_add(curve(), &key, tweak.data()) != 1) return std::nullopt;
    return compressed(key);
}

bool on_curve(ByteView compressed_point) {
    secp256k1_pubkey key;
    return compressed_point.size() == 33 &&
           secp256k1_ec_pubkey_parse(curve(), &key, compressed_point.data(), 33) == 1;
}

// BIP 32 writes numbers most significant byte first.
void big_endian(Bytes& out, std::uint32_t v) {
    for (int shift = 24; shift >= 0; shift -= 8)
        out.push_back(static_cast<std::uint8_t>(v >> shift));
}

std::uint32_t from_big_endian(ByteView bytes) {
    std::uint32_t v = 0;
    for (const std::uint8_t b : bytes.first(4))
        v = v << 8 | b;
    return v;
}

bool is_private(std::uint32_t version) {
    return version == kMainPrivate || version == kTestPrivate;
}

}  // namespace

std::optional<ExtendedKey> ExtendedKey::from_seed(ByteView seed) {
    if (seed.size() < 16 || seed.size() > 64) return std::nullopt;
    constexpr std::string_view kSalt = "Bitcoin seed";
    const Bytes salt(kSalt.begin(), kSalt.end());
    const Halves halves = hmac_sha512(salt, seed);
    const auto point = point_of(halves.left);
    if (!point) return std::nullopt;
    ExtendedKey key;
    key.chain_code_ = halves.right;
    key.point_ = *point;
    key.secret_ = halves.left;
    return key;
}

std::optional<ExtendedKey> ExtendedKey::parse(std::string_view text) {
    const auto payload = from_base58check(text, kPayloadBytes);
    if (!payload || payload->size() != kPayloadBytes) return std::nullopt;
    const std::uint32_t version = from_big_endian(*payload);
    if (!is_private(version) && version != kMainPublic && version != kTestPublic)
        return std::nullopt;
    ExtendedKey key;
    Reader in(ByteView(*payload).subspan(4));
    key.depth_ = in.u8();
    key.parent_ = in.array<4>();
    key.index_ = from_big_endian(in.view(4));
    key.chain_code_ = in.array<32>();
    key.point_ = in.array<33>();
    const bool root = key.index_ == 0 && key.parent_ == std::array<std::uint8_t, 4>{};
    if (key.depth_ == 0 && !root) return std::nullopt;
    if (is_private(version)) {
        if (key.point_[0] != 0) return std::nullopt;
        SecretKey secret{};
        std::copy_n(key.point_.begin() + 1, 32, secret.begin());
        const auto point = point_of(secret);
        if (!point) return std::nullopt;
        key.secret_ = secret;
        key.point_ = *point;
    } else if (!on_curve(key.point_)) {
        return std::nullopt;
    }
    return key;
}

std::optional<ExtendedKey> ExtendedKey::child(std::uint32_t index) const {
    if (depth_ == 255) return std::nullopt;
    Bytes message;
    if ((index & kHardened) != 0) {
        if (!secret_) return std::nullopt;
        message.push_back(0);
        message.insert(message.end(), secret_->begin(), secret_->end());
    } else {
        message.insert(message.end(), point_.begin(), point_.end());
    }
    big_endian(message, index);
    const Halves halves = hmac_sha512(chain_code_, message);

    ExtendedKey key;
    key.depth_ = static_cast<std::uint8_t>(depth_ + 1);
    key.parent_ = fingerprint();
    key.index_ = index;
    key.chain_code_ = halves.right;
    std::optional<Point> point;
    if (secret_) {
        key.secret_ = secret_;
        if (secp256k1_ec_seckey_tweak_add(curve(), key.secret_->data(), halves.left.data()) != 1)
            return std::nullopt;
        point = point_of(*key.secret_);
    } else {
        point = tweaked(point_, halves.left);
    }
    if (!point) return std::nullopt;
    key.point_ = *point;
    return key;
}

std::optional<ExtendedKey> ExtendedKey::descendant(const std::vector<std::uint32_t>& path) const {
    std::optional<ExtendedKey> key = *this;
    for (const std::uint32_t index : path) {
        if (key) key = key->child(index);
    }
    return key;
}

ExtendedKey ExtendedKey::neutered() const {
    ExtendedKey key = *this;
    key.secret_.reset();
    return key;
}

XOnlyKey ExtendedKey::x_only() const {
    XOnlyKey key{};
    std::copy_n(point_.begin() + 1, 32, key.begin());
    return key;
}

std::array<std::uint8_t, 4> ExtendedKey::fingerprint() const {
    const Hash160 hash = hash160(point_);
    return {hash[0], hash[1], hash[2], hash[3]};
}

std::string ExtendedKey::text(Prefix prefix) const {
    const bool test = prefix == Prefix::test;
    Bytes out;
    if (secret_) {
        big_endian(out, test ? kTestPrivate : kMainPrivate);
    } else {
        big_endian(out, test ? kTestPublic : kMainPublic);
    }
    out.push_back(depth_);
    out.insert(out.end(), parent_.begin(), parent_.end());
    big_endian(out, index_);
    out.insert(out.end(), chain_code_.begin(), chain_code_.end());
    if (secret_) {
        out.push_back(0);
        out.insert(out.end(), secret_->begin(), secret_->end());
    } else {
        out.insert(out.end(), point_.begin(), point_.end());
    }
    return base58check(out);
}

std::optional<std::vector<std::uint32_t>> parse_path(std::string_view text) {
    std::vector<std::uint32_t> path;
    if (text == "m" || text.empty()) return path;
    if (text.starts_with("m/")) text.remove_prefix(2);
    for (;;) {
        const std::size_t slash = text.find('/');
        std::string_view step = text.substr(0, slash);
        const bool hardened = step.ends_with('h') || step.ends_with('\'') || step.ends_with('H');
        if (hardened) step.remove_suffix(1);
        std::uint32_t index = 0;
        const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
        if (error != std::errc{} || end != step.data() + step.size() || index >= kHardened)
            return std::nullopt;
        path.push_back(hardened ? index | kHardened : index);
        if (path.size() > kPathStepsMax) return std::nullopt;
        if (slash == std::string_view::npos) return path;
        text.remove_prefix(slash + 1);
    }
}

std::optional<SecretKey> parse_wif(std::string_view text) {
    const auto payload = from_base58check(text, 34);
    if (!payload || payload->size() != 34 || payload->back() != 1) return std::nullopt;
    if (payload->front() != 0x80 && payload->front() != 0xef) return std::nullopt;
    SecretKey secret{};
    std::copy_n(payload->begin() + 1, 32, secret.begin());
    if (!point_of(secret)) return std::nullopt;
    return secret;
}

std::optional<XOnlyKey> x_only_key(ByteView bytes) {
    Point point{};
    if (bytes.size() == 32) {
        point[0] = 2;
        std::ranges::copy(bytes, point.begin() + 1);
    } else if (bytes.size() == 33) {
        std::ranges::copy(bytes, point.begin());
    } else {
        return std::nullopt;
    }
    if (!on_curve(point)) return std::nullopt;
    XOnlyKey key{};
    std::copy_n(point.begin() + 1, 32, key.begin());
    return key;
}

}  // namespace starling::rpc
