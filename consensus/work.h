#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>

namespace starling {

// An unsigned number of 256 bits: a proof-of-work target, or the work of a chain. Only what targets
// and work need; wider arithmetic is done where it is needed (pow.cpp).
struct Uint256 {
    std::array<std::uint64_t, 4> limbs{};  // most significant first, so that <=> is the order

    friend constexpr auto operator<=>(const Uint256&, const Uint256&) = default;
    friend Uint256 operator+(const Uint256& a, const Uint256& b);  // modulo 2^256
    friend Uint256 operator-(const Uint256& a, const Uint256& b);  // modulo 2^256
};

std::string to_string(const Uint256& value);  // 64 hexadecimal digits, most significant first

using Work = Uint256;  // the expected number of hashes that were needed

}  // namespace starling
