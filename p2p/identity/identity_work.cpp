#include "p2p/identity/identity_work.h"

#include "consensus/hash.h"

#include <bit>

namespace starling::p2p {
namespace {

SecretKey random_secret(Random& random) {
    SecretKey secret{};
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < secret.size(); ++i, word >>= 8) {
        if (i % sizeof word == 0) word = random.next();
        secret[i] = static_cast<std::uint8_t>(word);
    }
    return secret;
}

}  // namespace

unsigned identity_work(const CompressedKey& key) {
    static const Sha256 tagged = Sha256::tagged("Starling/identity");
    const Hash256 hash = Sha256(tagged).add(key).finish();
    unsigned bits = 0;
    for (const std::uint8_t byte : hash.bytes) {
        bits += static_cast<unsigned>(std::countl_zero(byte));
        if (byte != 0) break;
    }
    return bits;
}

std::optional<Identity> paid_identity(Random& random, std::uint8_t bits, std::size_t tries_max) {
    // One draw in 2^127 is no key; a source that gives none in ten is broken.
    constexpr int kDrawsMax = 10;
    std::optional<KeyWalk> walk;
    for (int draw = 0; draw < kDrawsMax && !walk; ++draw)
        walk = KeyWalk::from(random_secret(random));
    if (!walk) return std::nullopt;
    for (std::size_t tries = 1; !is_paid_for(walk->key(), bits); ++tries) {
        if (tries >= tries_max || !walk->step()) return std::nullopt;
    }
    return Identity::from(walk->secret());
}

}  // namespace starling::p2p
