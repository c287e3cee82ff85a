#pragma once

#include "consensus/work.h"

#include <boost/multiprecision/cpp_int.hpp>

namespace starling {

// Room for every intermediate result about targets: 256 bits times a 17-bit factor, shifted by at
// most kWideShiftMax. Included by .cpp files only: the header behind it is large.
using Wide = boost::multiprecision::uint1024_t;
constexpr int kWideShiftMax = 512;

inline Wide widen(const Uint256& value) {
    Wide wide = 0;
    for (const std::uint64_t limb : value.limbs)
        wide = (wide << 64) | limb;
    return wide;
}

// Modulo 2^256.
inline Uint256 narrow(const Wide& wide) {
    const Wide mask = 0xffff'ffff'ffff'ffff;
    Uint256 value;
    for (unsigned i = 0; i < 4; ++i)
        value.limbs[3 - i] = static_cast<std::uint64_t>((wide >> (64 * i)) & mask);
    return value;
}

}  // namespace starling
