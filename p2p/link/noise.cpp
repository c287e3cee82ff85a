#include "p2p/link/noise.h"

#include <algorithm>
#include <cassert>
#include <string_view>
#include <utility>

namespace starling::p2p {

namespace {

constexpr std::string_view kProtocol = "Noise_XK_secp256k1_ChaChaPoly_SHA256";
constexpr std::string_view kPrologue = "lightning";
constexpr std::uint8_t kVersion = 0;
constexpr std::size_t kKeyBytes = 33;
constexpr std::size_t kSealedKeyBytes = kKeyBytes + kTagBytes;

ByteView bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

CompressedKey public_key(const SecretKey& secret) {
    const auto key = compressed_key(secret);
    assert(key);
    return *key;
}

// An act: the version, a key (sealed in the third), a tag.
struct Act {
    ByteView key, tag;
};

std::optional<Act> split(ByteView act, std::size_t key_bytes) {
    if (act.size() != 1 + key_bytes + kTagBytes || act[0] != kVersion) return std::nullopt;
    return Act{act.subspan(1, key_bytes), act.last(kTagBytes)};
}

Bytes joined(ByteView key, ByteView tag) {
    Bytes act{kVersion};
    act.insert(act.end(), key.begin(), key.end());
    act.insert(act.end(), tag.begin(), tag.end());
    return act;
}

CompressedKey key_of(ByteView bytes) {
    CompressedKey key{};
    std::ranges::copy(bytes, key.begin());
    return key;
}

}  // namespace

ChainedKey next_key(ByteView chaining, ByteView material) {
    const Bytes both = hkdf_sha256(chaining, material, {}, 64);
    ChainedKey out;
    std::copy_n(both.begin(), 32, out.chaining.begin());
    std::copy_n(both.begin() + 32, 32, out.key.begin());
    return out;
}

NoiseHandshake::NoiseHandshake(const SecretKey& own,
                               const SecretKey& ephemeral,
                               const CompressedKey& responder)
    : own_(own),
      ephemeral_(ephemeral),
      own_ephemeral_(public_key(ephemeral)),
      hash_(sha256(bytes_of(kProtocol))),
      chaining_(hash_.bytes) {
    mix_hash(bytes_of(kPrologue));
    mix_hash(responder);
}

NoiseHandshake NoiseHandshake::dialler(const SecretKey& own,
                                       const CompressedKey& theirs,
                                       const SecretKey& ephemeral) {
    NoiseHandshake out(own, ephemeral, theirs);
    out.peer_key_ = theirs;
    return out;
}

NoiseHandshake NoiseHandshake::responder(const SecretKey& own, const SecretKey& ephemeral) {
    return {own, ephemeral, public_key(own)};
}

std::optional<Bytes> NoiseHandshake::act_one() {
    mix_hash(own_ephemeral_);
    if (!mix_key(shared_secret(peer_key_, ephemeral_))) return std::nullopt;
    return joined(own_ephemeral_, seal(0, {}));
}

std::optional<Bytes> NoiseHandshake::act_two(ByteView act_one) {
    const auto act = split(act_one, kKeyBytes);
    if (!act) return std::nullopt;
    peer_ephemeral_ = key_of(act->key);
    mix_hash(peer_ephemeral_);
    if (!mix_key(shared_secret(peer_ephemeral_, own_)) || !open(0, act->tag)) return std::nullopt;

    mix_hash(own_ephemeral_);
    if (!mix_key(shared_secret(peer_ephemeral_, ephemeral_))) return std::nullopt;
    return joined(own_ephemeral_, seal(0, {}));
}

std::optional<Bytes> NoiseHandshake::act_three(ByteView act_two) {
    const auto act = split(act_two, kKeyBytes);
    if (!act) return std::nullopt;
    peer_ephemeral_ = key_of(act->key);
    mix_hash(peer_ephemeral_);
    if (!mix_key(shared_secret(peer_ephemeral_, ephemeral_)) || !open(0, act->tag))
        return std::nullopt;

    const Bytes sealed_key = seal(1, public_key(own_));
    if (!mix_key(shared_secret(peer_ephemeral_, own_))) return std::nullopt;
    Bytes out = joined(sealed_key, seal(0, {}));
    const ChainedKey keys = next_key(chaining_, {});
    keys_ = {.send = keys.chaining, .receive = keys.key, .chaining = chaining_};
    return out;
}

bool NoiseHandshake::finish(ByteView act_three) {
    const auto act = split(act_three, kSealedKeyBytes);
    if (!act) return false;
    const auto key = open(1, act->key);
    if (!key) return false;
    peer_key_ = key_of(*key);
    if (!mix_key(shared_secret(peer_key_, ephemeral_)) || !open(0, act->tag)) return false;
    const ChainedKey keys = next_key(chaining_, {});
    keys_ = {.send = keys.key, .receive = keys.chaining, .chaining = chaining_};
    return true;
}

void NoiseHandshake::mix_hash(ByteView bytes) {
    hash_ = Sha256().add(hash_.bytes).add(bytes).finish();
}

bool NoiseHandshake::mix_key(const std::optional<SharedSecret>& secret) {
    if (!secret) return false;
    const ChainedKey next = next_key(chaining_, *secret);
    chaining_ = next.chaining;
    temporary_ = next.key;
    return true;
}

Bytes NoiseHandshake::seal(std::uint64_t nonce, ByteView plain) {
    Bytes sealed(plain.size() + kTagBytes);
    ChaChaPoly(temporary_).seal(nonce, hash_.bytes, plain, sealed);
    mix_hash(sealed);
    return sealed;
}

std::optional<Bytes> NoiseHandshake::open(std::uint64_t nonce, ByteView sealed) {
    Bytes plain(sealed.size() - kTagBytes);
    if (!ChaChaPoly(temporary_).open(nonce, hash_.bytes, sealed, plain)) return std::nullopt;
    mix_hash(sealed);
    return plain;
}

}  // namespace starling::p2p
