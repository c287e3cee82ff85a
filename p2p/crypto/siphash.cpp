#include "p2p/crypto/siphash.h"

#include <bit>
#include <cstddef>

namespace starling::p2p {

namespace {

struct SipState {
    std::uint64_t v0, v1, v2, v3;

    void round() {
        v0 += v1;
        v2 += v3;
        v1 = std::rotl(v1, 13) ^ v0;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 = std::rotl(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = std::rotl(v1, 17) ^ v2;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 = std::rotl(v2, 32);
    }
    void absorb(std::uint64_t word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }
};

std::uint64_t little_endian(ByteView bytes) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        word |= std::uint64_t{bytes[i]} << (8 * i);
    return word;
}

}  // namespace

std::uint64_t siphash(const SipKey& key, ByteView data) {
    // The paper's constants: "somepseudorandomlygeneratedbytes".
    SipState state{key.low ^ 0x736f'6d65'7073'6575, key.high ^ 0x646f'7261'6e64'6f6d,
                   key.low ^ 0x6c79'6765'6e65'7261, key.high ^ 0x7465'6462'7974'6573};
    const std::uint64_t length = std::uint64_t{data.size()} << 56;
    for (; data.size() >= 8; data = data.subspan(8))
        state.absorb(little_endian(data.first(8)));
    state.absorb(length | little_endian(data));
    state.v2 ^= 0xff;
    for (int i = 0; i < 4; ++i)
        state.round();
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace starling::p2p
