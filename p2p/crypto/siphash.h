#pragma once

#include "consensus/bytes.h"

#include <cstdint>

namespace starling::p2p {

struct SipKey {
    std::uint64_t low = 0, high = 0;  // the key's first and last eight bytes, little-endian
    friend bool operator==(const SipKey&, const SipKey&) = default;
};

// SipHash-2-4 (Aumasson and Bernstein, 2012): what who lacks the key can neither compute nor tell
// from chance, in a fraction of the time of SHA-256.
std::uint64_t siphash(const SipKey& key, ByteView data);

}  // namespace starling::p2p
