#pragma once

#include <compare>
#include <cstdint>

namespace starling {

// The number of blocks below a block in its chain; genesis has height 0.
struct Height {
    std::int32_t value = 0;

    friend constexpr auto operator<=>(const Height&, const Height&) = default;
    friend constexpr Height operator+(Height h, std::int32_t n) { return {h.value + n}; }
    friend constexpr Height operator-(Height h, std::int32_t n) { return {h.value - n}; }
    friend constexpr std::int32_t operator-(Height a, Height b) { return a.value - b.value; }
};

}  // namespace starling
